/** An answer of this dialect on its way out. */
import type { FastifyReply } from 'fastify';
import { sendWithItems } from '../long-json.ts';
import type { Answer } from './answer.ts';
import { failureBody, httpStatusOf } from './errors.ts';

export function sendNavixy(reply: FastifyReply, answer: Answer): FastifyReply {
  switch (answer.kind) {
    case 'failure':
      return reply.code(httpStatusOf(answer.code)).send(failureBody(answer));
    case 'success':
      return reply.code(200).send({ success: true, ...answer.members });
    case 'listing':
      return sendWithItems(reply.code(200), { success: true }, ['list', answer.list], answer.members);
    case 'download':
      return reply
        .code(200)
        .header('content-type', answer.contentType)
        .header('content-disposition', `attachment; filename*=UTF-8''${encodedName(answer.fileName)}`)
        .send(answer.content);
  }
}

/** RFC 8187: also without the signs that it keeps for itself. */
function encodedName(name: string): string {
  return encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
