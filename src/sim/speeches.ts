/** How each protocol's devices talk: the fields of a reading put into the protocol's own records. */
import type { ProtocolName } from '../../protocols/protocol.ts';
import type { Speech } from './speech.ts';
import { GT06_SPEECH } from './speech-gt06.ts';
import { TELTONIKA_SPEECH } from './speech-teltonika.ts';

const SPEECHES: Readonly<Record<ProtocolName, Speech>> = { teltonika: TELTONIKA_SPEECH, gt06: GT06_SPEECH };

export function speechOf(protocol: ProtocolName): Speech {
  return SPEECHES[protocol];
}
