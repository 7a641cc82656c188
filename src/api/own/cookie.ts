/**
 * The console's session in a cookie. A browser sends it with whatever request a page makes, so it counts only where the
 * page was ours: SameSite=Strict keeps other sites out, this also what a browser took for the same site.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

const NAME = 'milepost_session';
const FORM = new RegExp(`(?:^|;\\s*)${NAME}=([0-9a-f]{32})(?:;|$)`, 'i');

export function sessionCookie(request: FastifyRequest): string | null {
  return FORM.exec(request.headers.cookie ?? '')?.[1] ?? null;
}

/** Until the browser ends, or the session does. */
export function setSessionCookie(reply: FastifyReply, session: string): FastifyReply {
  return reply.header('set-cookie', `${NAME}=${session}; ${attributesFor(reply.request)}`);
}

export function clearSessionCookie(reply: FastifyReply): FastifyReply {
  return reply.header('set-cookie', `${NAME}=; ${attributesFor(reply.request)}; Max-Age=0`);
}

function attributesFor(request: FastifyRequest): string {
  return `HttpOnly; SameSite=Strict; Path=/${isEncrypted(request) ? '; Secure' : ''}`;
}

/** A proxy says so; whoever claims it without one keeps the cookie from nobody but himself. */
function isEncrypted(request: FastifyRequest): boolean {
  const forwarded = String(request.headers['x-forwarded-proto'] ?? '');
  return request.protocol === 'https' || /(?:^|,)\s*https\s*$/i.test(forwarded);
}

type Page = 'ours' | 'other' | 'unsaid';

/** Whether the cookie of a request may count. */
export function isFromOurPage(request: FastifyRequest): boolean {
  const page = pageOf(request);
  // Over plain HTTP a browser says nothing with what only reads, and lets no other page see the answer.
  return page === 'ours' || (page === 'unsaid' && (request.method === 'GET' || request.method === 'HEAD'));
}

/** A page that is not ours may not even log in: its visitor would work in somebody else's name. */
export function isFromOtherPage(request: FastifyRequest): boolean {
  return pageOf(request) === 'other';
}

function pageOf({ headers }: FastifyRequest): Page {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'ours' : 'other';
  const { origin, host } = headers;
  if (origin === undefined) return 'unsaid';
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase() ? 'ours' : 'other';
}
