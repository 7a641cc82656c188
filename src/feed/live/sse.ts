/** Server-sent events as bytes (WHATWG HTML, 9.2). */

/** `data`: JSON, which has no line breaks of its own. `id`: what a client says it has heard when it comes back. */
export function sseText(event: string, data: string, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;
}

/** Keeps proxies from closing a quiet stream. */
export const HEARTBEAT = Buffer.from(':\n\n');
