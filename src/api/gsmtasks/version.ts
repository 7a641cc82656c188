/** Which version of GSMtasks an answer is of: the client asks for one in `Accept`, the content type says which it is. */
import type { FastifyInstance } from 'fastify';
import { sendDetail } from '../rest/faults.ts';

/** The newest that the task object here is of; the first version had another one. */
export const NEWEST_VERSION = '2.11.4';
const VERSION = /^2\.(\d{1,3})\.(\d{1,3})$/;
const RANGES_MAX = 50;

/** For all routes that are added to this part of the app. */
export function negotiateVersion(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (versionFor(request.headers.accept) !== null) return;
    return sendDetail(reply, 406, 'Could not satisfy the request Accept header: answers are application/json.');
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const isJson = String(reply.getHeader('content-type') ?? '').startsWith('application/json');
    if (isJson) {
      const version = versionFor(request.headers.accept) ?? NEWEST_VERSION;
      reply.headers({ 'content-type': `application/json; version=${version}`, vary: 'accept' });
    }
    return payload;
  });
}

/** One that nobody knows, or none, is the newest; null = the client takes no JSON at all. */
export function versionFor(accept: string | undefined): string | null {
  if (accept === undefined || accept.trim() === '') return NEWEST_VERSION;
  const ranges = accept.split(',', RANGES_MAX).map(rangeOf);
  for (const type of ['application/json', 'application/*', '*/*']) {
    const fitting = ranges.filter((range) => range.type === type);
    if (fitting.length === 0) continue;
    const [best] = fitting.sort((a, b) => b.quality - a.quality);
    return best === undefined || best.quality === 0 ? null : knownVersion(best.version);
  }
  return null;
}

interface MediaRange {
  readonly type: string;
  readonly version: string | null;
  /** 0..1, RFC 9110, 12.4.2; what is no number is as good as none. */
  readonly quality: number;
}

function rangeOf(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const values = new Map(parameters.map((parameter) => pairOf(parameter)));
  const quality = Number(values.get('q') ?? 1);
  return {
    type: type.toLowerCase(),
    version: values.get('version') ?? null,
    quality: quality >= 0 && quality <= 1 ? quality : 1,
  };
}

function pairOf(parameter: string): [name: string, value: string] {
  const [name = '', value = ''] = parameter.split('=', 2).map((part) => part.trim());
  return [name.toLowerCase(), value.replace(/^"(.*)"$/, '$1')];
}

function knownVersion(asked: string | null): string {
  const [, minor, patch] = VERSION.exec(asked ?? '') ?? [];
  if (asked === null || minor === undefined) return NEWEST_VERSION;
  const [, newestMinor, newestPatch] = VERSION.exec(NEWEST_VERSION)!.map(Number) as [number, number, number];
  const isKnown = Number(minor) < newestMinor || (Number(minor) === newestMinor && Number(patch) <= newestPatch);
  return isKnown ? asked : NEWEST_VERSION;
}
