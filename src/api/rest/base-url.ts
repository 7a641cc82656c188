/** Where the gateway is reached from outside, without a slash at the end. */
import type { FastifyRequest } from 'fastify';

/** What a client says of a host is believed for its own answer only, and only where it looks like one. */
const HOST = /^[a-z0-9.-]{1,255}(:\d{1,5})?$|^\[[0-9a-f:.]{2,45}\](:\d{1,5})?$/i;

export function baseUrl(request: FastifyRequest, publicUrl: string | null): string {
  if (publicUrl !== null) return publicUrl.replace(/\/+$/, '');
  const { host } = request;
  return `${request.protocol}://${HOST.test(host) ? host : 'localhost'}`;
}
