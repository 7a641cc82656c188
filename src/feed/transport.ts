/**
 * One POST to somebody else's server. Its name is looked up here, every address of it is judged, and the connection goes
 * to what was judged and nowhere else: no second look-up, no redirect, no proxy. Never rejects: what goes wrong is the
 * answer.
 */
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as overHttp, type RequestOptions } from 'node:http';
import { request as overHttps } from 'node:https';
import { reachOf } from './addresses.ts';
import type { Failure } from './policies.ts';

/** What an endpoint is told at once. */
export interface Message {
  /** The same whenever the same is told to the same endpoint. */
  readonly requestId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Outcome = { readonly kind: 'taken'; readonly status: number } | (Failure & { readonly kind: FailureKind });

/** `refused`: an answer, but no success; `forbidden`: nothing is sent there; `fault`: ours. */
type FailureKind = 'refused' | 'timeout' | 'unreachable' | 'forbidden' | 'fault';

/** `signal`: nobody waits for the outcome any more. */
export type Send = (target: string, message: Message, signal: AbortSignal) => Promise<Outcome>;

interface TransportOptions {
  /** Whether this machine and its network may be told, too. */
  readonly allowsPrivate: boolean;
  /** For all of it: the name, the connection, the answer. */
  readonly timeoutMs?: number;
  /** All addresses of a name. */
  readonly resolve?: (name: string) => Promise<readonly LookupAddress[]>;
}

const TIMEOUT_MS = 10_000;
/** Of an answer nothing is wanted but its status; a short one is read to its end, so that its sender sees it arrive. */
const ANSWER_BYTES_MAX = 65_536;
const WORDS_CHARACTERS_MAX = 200;

class Forbidden extends Error {}
class TimedOut extends Error {}

export function transport({ allowsPrivate, timeoutMs = TIMEOUT_MS, resolve = allOf }: TransportOptions): Send {
  return async (target, message, signal) => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new TimedOut(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    const giveUp = () => limit.abort(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    try {
      const url = new URL(target);
      const addresses = await unlessAborted(addressesOf(url, resolve), limit.signal);
      refuseUnlessAll(addresses, allowsPrivate);
      return outcomeOf(await answerOf(url, message, addresses, limit.signal));
    } catch (error) {
      return failureOf(limit.signal.aborted ? limit.signal.reason : error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    }
  };
}

function allOf(name: string): Promise<readonly LookupAddress[]> {
  return lookup(name, { all: true, verbatim: true });
}

/** The parser of URLs has made one spelling of an IPv4 address out of all that there are. */
async function addressesOf(
  { hostname }: URL,
  resolve: (name: string) => Promise<readonly LookupAddress[]>,
): Promise<readonly LookupAddress[]> {
  if (hostname.startsWith('[')) return [{ address: hostname.slice(1, -1), family: 6 }];
  if (/^\d+\.\d+\.\d+\.\d+$/.test(hostname)) return [{ address: hostname, family: 4 }];
  return resolve(hostname);
}

function refuseUnlessAll(addresses: readonly LookupAddress[], allowsPrivate: boolean): void {
  if (addresses.length === 0) throw new Error('the name of the host has no address');
  // Which address it was is not told: the network of the gateway is no business of its users.
  for (const { address } of addresses) {
    const reach = reachOf(address);
    if (reach === 'never') throw new Forbidden('the address of the host is one that nothing is sent to');
    if (reach === 'private' && !allowsPrivate) {
      throw new Forbidden('the address of the host is private, which the setting webhooks.private-targets forbids');
    }
  }
}

/** Rejects when `signal` says so, whatever becomes of the promise. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}

/** What is wanted of an answer. */
interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | null;
}

function answerOf(
  url: URL,
  { headers, body }: Message,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<Answer> {
  const bytes = Buffer.from(body);
  const options: RequestOptions = {
    method: 'POST',
    // A connection for each: what was judged is judged for this request.
    agent: false,
    lookup: pinnedTo(addresses),
    headers: {
      'user-agent': 'Milepost',
      ...headers,
      'content-type': 'application/json',
      'content-length': bytes.length,
    },
    signal,
  };
  return new Promise((resolve, reject) => {
    let answer: Answer | null = null;
    const request = (url.protocol === 'https:' ? overHttps : overHttp)(url, options);
    const finish = (error?: Error): void => {
      if (answer === null) reject(error ?? new Error('the connection was closed without an answer'));
      else resolve(answer);
    };
    request.on('error', finish);
    request.on('close', () => {
      if (answer === null) finish();
    });
    request.on('response', (response) => {
      answer = { status: response.statusCode ?? 0, retryAfterMs: retryAfterMs(response) };
      readShort(response, finish);
    });
    request.end(bytes);
  });
}

function pinnedTo(addresses: readonly LookupAddress[]): NonNullable<RequestOptions['lookup']> {
  return (_name, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, [...addresses]);
    else callback(null, first!.address, first!.family);
  };
}

/** To its end, or as far as is polite. */
function readShort(response: IncomingMessage, finish: () => void): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) response.destroy();
  });
  // What is cut off had been answered.
  response.on('error', () => {});
  response.on('close', finish);
}

/** Seconds, or a date, which is held against the date that the same server says it is (RFC 9110, 10.2.3). */
function retryAfterMs({ headers }: IncomingMessage): number | null {
  const asked = headers['retry-after'];
  if (asked === undefined) return null;
  if (/^\d{1,9}$/.test(asked)) return Number(asked) * 1000;
  const waitMs = Date.parse(asked) - Date.parse(headers.date ?? '');
  return waitMs > 0 ? waitMs : null;
}

function outcomeOf({ status, retryAfterMs }: Answer): Outcome {
  if (status >= 200 && status < 300) return { kind: 'taken', status };
  const isRedirect = status >= 300 && status < 400;
  return {
    kind: 'refused',
    status,
    words: `answered ${status}${isRedirect ? ', and redirects are not followed' : ''}`,
    ...(retryAfterMs !== null && { retryAfterMs }),
  };
}

function failureOf(error: unknown): Outcome {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  const kind = error instanceof Forbidden ? 'forbidden' : error instanceof TimedOut ? 'timeout' : 'unreachable';
  const words = kind === 'unreachable' && code !== undefined ? `not reached: ${code}` : (message ?? String(error));
  return { kind, status: null, words: words.slice(0, WORDS_CHARACTERS_MAX) };
}
