/** Keys travel in query strings (Navixy's `hash`); none of them may reach a log. */

const SECRET_PARAMETERS = new Set(['hash', 'password', 'key', 'token', 'session_key']);
const HIDDEN = '***';

/** The URL with the values of secret parameters hidden, however their names are spelled. */
export function redactUrl(url: string): string {
  const start = url.indexOf('?');
  if (start === -1) return url;
  const parts = url.slice(start + 1).split('&');
  return `${url.slice(0, start + 1)}${parts.map(redactPart).join('&')}`;
}

function redactPart(part: string): string {
  const equals = part.indexOf('=');
  const name = equals === -1 ? part : part.slice(0, equals);
  return SECRET_PARAMETERS.has(plainName(name)) ? `${name}=${HIDDEN}` : part;
}

function plainName(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' ')).trim().toLowerCase();
  } catch {
    return name.toLowerCase();
  }
}
