/** The protocols, one line each, and the public face of this library. A new protocol is a folder and a line here. */
import { gt06 } from './gt06/protocol.ts';
import { h02 } from './h02/protocol.ts';
import { points } from './points/protocol.ts';
import type { Kept, Protocol } from './protocol.ts';
import { teltonika } from './teltonika/protocol.ts';

export type {
  Attributes,
  Commands,
  Datagram,
  DeviceProfile,
  Field,
  Framing,
  IoValues,
  Malformed,
  MalformedCode,
  Message,
  MessageKind,
  PositionRecord,
  Protocol,
  ReplyContext,
} from './protocol.ts';
export { ANY_DEVICE } from './protocol.ts';
export { Inbox, type Unit } from './wire/inbox.ts';

const LIST = [teltonika, gt06, h02] as const;

export type ProtocolName = (typeof LIST)[number]['name'];
/** Those that are spoken over UDP too. */
export type DatagramProtocolName = Exclude<(typeof LIST)[number], { readonly datagram: null }>['name'];

export const PROTOCOLS: readonly Protocol[] = LIST;
export const PROTOCOL_NAMES: readonly ProtocolName[] = LIST.map(({ name }) => name);
export const DATAGRAM_PROTOCOL_NAMES = PROTOCOLS.filter(({ datagram }) => datagram !== null).map(
  ({ name }) => name as DatagramProtocolName,
);

/** Throws RangeError for a name that is not in the list. */
export function protocolNamed(name: string): Protocol {
  const found = PROTOCOLS.find((protocol) => protocol.name === name);
  if (found === undefined) throw new RangeError(`protocol '${name}': expected one of ${PROTOCOLS.map((p) => p.name)}`);
  return found;
}

/** All that frames are kept of: those that trackers speak, and what comes by other ways. */
export const KEPT: readonly Kept[] = [...LIST, points];

/** Throws RangeError for a name that is not among them. */
export function keptNamed(name: string): Kept {
  const found = KEPT.find((kept) => kept.name === name);
  if (found === undefined)
    throw new RangeError(`frames of '${name}': expected one of ${KEPT.map((kept) => kept.name)}`);
  return found;
}

/** How far a first header is looked for behind noise, and what of it must be there to be told from noise. */
const NOISE_BYTES_MAX = 32;
const HEADER_BYTES_MIN = 4;

/**
 * Which protocol a stream that begins with `head` speaks; `more` = too few bytes to tell, null = none.
 * After a reconnect a little noise may stand before the first header: it is looked for only where none is at the start.
 */
export function detect(head: Uint8Array): Protocol | 'more' | null {
  const first = detectAt(head);
  if (first !== null) return first;
  const searchEnd = Math.min(head.length - HEADER_BYTES_MIN + 1, NOISE_BYTES_MAX);
  for (let at = 1; at < searchEnd; at++) {
    const found = detectAt(head.subarray(at));
    if (found !== null) return found;
  }
  return head.length < NOISE_BYTES_MAX + HEADER_BYTES_MIN ? 'more' : null;
}

function detectAt(head: Uint8Array): Protocol | 'more' | null {
  const verdicts = PROTOCOLS.map((protocol) => protocol.recognise(head));
  const yes = PROTOCOLS[verdicts.indexOf('yes')];
  if (yes !== undefined) return yes;
  return verdicts.includes('more') ? 'more' : null;
}
