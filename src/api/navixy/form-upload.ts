/**
 * Where the content of a form's file is sent: a multipart request whose fields come first, the token among them, and whose
 * file comes last. The token alone opens it, for one file. It is taken in while it comes, never as a whole.
 */
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FILE_BYTES_MAX } from '../../model/form.ts';
import type { Operations } from '../../operations/operations.ts';
import { type Answer, success } from './answer.ts';
import { failure, invalid } from './errors.ts';
import { faultyValues } from './form-read.ts';
import { refusalFailure } from './refusals.ts';
import { sendNavixy } from './send.ts';

/** The file may come one byte beyond what is taken, so that too much is told from just enough. */
const LIMITS = {
  fileSize: FILE_BYTES_MAX + 1,
  files: 1,
  fields: 16,
  fieldSize: 4096,
  fieldNameSize: 100,
  headerPairs: 50,
  parts: 17,
} as const;

export const UPLOAD_PATH = 'form/file/upload';

/** To be given a scope of its own: elsewhere bodies are read whole, and small. */
export async function addUploadRoutes(app: FastifyInstance, operations: Operations): Promise<void> {
  app.removeAllContentTypeParsers();
  await app.register(multipart, { limits: LIMITS, throwFileSizeLimit: false });
  for (const prefix of ['/v2', '']) {
    app.route({
      method: 'POST',
      url: `${prefix}/${UPLOAD_PATH}`,
      bodyLimit: FILE_BYTES_MAX * 2,
      config: { access: { kind: 'open' } },
      handler: async (request, reply) => {
        const answer = await takeUpload(request, operations);
        // What still comes of a refused file is let pass, so that its sender gets to read the answer.
        request.raw.unpipe();
        request.raw.resume();
        return sendNavixy(reply, answer);
      },
    });
  }
}

async function takeUpload(request: FastifyRequest, operations: Operations): Promise<Answer> {
  let token: string | null = null;
  for await (const part of sound(request.parts())) {
    if (part.type === 'field') {
      if (part.fieldname === 'token' && typeof part.value === 'string') token = part.value;
      continue;
    }
    if (token === null) return invalid([{ parameter: 'token', error: 'must not be null' }]);
    const content = sound(part.file);
    const outcome = await operations.uploadFormFile(token, {
      name: nameOf(part.filename),
      mimeType: part.mimetype,
      content,
    });
    if (outcome.kind === 'faulty_values') return faultyValues(outcome);
    return outcome.kind === 'refused' ? refusalFailure(outcome) : success();
  }
  return failure(233);
}

/** A request that is no multipart, or breaks off, is a wrong format and no fault of ours. */
async function* sound<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* source;
  } catch (cause) {
    throw Object.assign(new Error('the multipart request cannot be read', { cause }), { statusCode: 400 });
  }
}

const NAME_CHARACTERS_MAX = 200;

/** As its owner calls it, which is shown and never a path. */
function nameOf(name: string | undefined): string {
  const characters = [...(name ?? '').replaceAll(/[\p{Cc}\p{Co}\p{Cs}\u2028\u2029/\\]/gu, '_')];
  return characters.slice(-NAME_CHARACTERS_MAX).join('') || 'file';
}
