/** Commands to devices: `*HQ,id,S20,hhmmss,1,1#`, where the operator writes `S20,1,1`. */
import type { Commands } from '../protocol.ts';
import { sentenceOf } from './reply.ts';

/** Ours; the longest documented ones have some 100 characters. */
const TEXT_BYTES_MAX = 200;
/** The maker that nearly all devices go by. */
const MAKER = 'HQ';
/** Stands where the id is not known: by the documents devices do not look at it. */
const NOBODY = '0000000000';
const DAY_SECONDS = 86_400;

export const commands: Commands = {
  textBytesMax: TEXT_BYTES_MAX,
  encode: (text, id, { imei }) => {
    const bytes = Buffer.byteLength(text, 'utf8');
    if (bytes === 0 || bytes > TEXT_BYTES_MAX) {
      throw new RangeError(`command of ${bytes} bytes: expected 1 to ${TEXT_BYTES_MAX}`);
    }
    if (!/^[A-Za-z0-9]+(,[\x20-\x7e]*)?$/.test(text) || /[*#]/.test(text)) {
      throw new RangeError(`command '${text.slice(0, 40)}': expected a name such as S20, values behind it, no * or #`);
    }
    const [name = '', ...values] = text.split(',');
    return sentenceOf(MAKER, imei ?? NOBODY, name, timeOfDay(id), ...values);
  },
  isRefusal: (result) => /\b(ERROR|FAIL(ED)?)\b/i.test(result),
  // `S20,1,1` cuts oil and power, `S20,1,0` gives them back; the first value says in which manner.
  cutsEngine: (text) => /^S20\s*,/i.test(text.trim()) && !/^S20\s*,\s*\d+\s*,\s*0\s*$/i.test(text.trim()),
};

/** Where a command carries a time, which its confirmation repeats, ours carry their number: two differ for a day of them. */
function timeOfDay(id: number): string {
  return new Date((id % DAY_SECONDS) * 1000).toISOString().slice(11, 19).replaceAll(':', '');
}
