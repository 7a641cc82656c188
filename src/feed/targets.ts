/** Where an owner may have things told to, and under which headers of theirs. */

/** null = fine; else what was expected. */
export function targetFault(text: string): string | null {
  // The parser would take blanks out without a word.
  if (/\s/.test(text) || !URL.canParse(text)) return `Expected a URL, received ${shortened(text)}.`;
  const { protocol, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') {
    return `Expected a URL of http or https, received one of ${shortened(protocol.slice(0, -1))}.`;
  }
  if (username !== '' || password !== '') return 'Expected a URL without a user and a password in it.';
  return null;
}

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const VALUE = /^[\t\x20-\x7e]{0,1000}$/;
/** About the connection, the body, or who is asked: those are ours to say. */
const OURS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const OUR_PREFIXES = ['proxy-', 'x-gsmtasks-', 'webhook-'];

/** null = fine; else what was expected. */
export function headerFault(name: string, value: unknown): string | null {
  const known = name.toLowerCase();
  if (!NAME.test(name)) return `Expected the name of a header, received ${shortened(name)}.`;
  if (OURS.has(known) || OUR_PREFIXES.some((prefix) => known.startsWith(prefix))) {
    return `Expected another header than ${shortened(name)}, which is set by the gateway.`;
  }
  if (typeof value === 'string' && VALUE.test(value)) return null;
  return `Expected as ${name} at most 1000 printable ASCII characters.`;
}

const SHOWN_CHARACTERS_MAX = 60;

function shortened(text: string): string {
  return JSON.stringify(text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}...` : text);
}
