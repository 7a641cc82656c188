/** How each protocol's devices talk: the fields of a reading put into the protocol's own records. */
import type { Speech } from './speech.ts';
import { GT06_SPEECH } from './speech-gt06.ts';
import { TELTONIKA_SPEECH } from './speech-teltonika.ts';

const SPEECHES = { teltonika: TELTONIKA_SPEECH, gt06: GT06_SPEECH } as const;

/** The protocols that fleets speak. */
export type SpeechName = keyof typeof SPEECHES;

export const SPEECH_NAMES = Object.keys(SPEECHES) as readonly SpeechName[];

export function speechOf(protocol: SpeechName): Speech {
  return SPEECHES[protocol];
}
