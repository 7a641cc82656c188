/** Reads one Teltonika frame: login, ping, records of every codec, GPRS messages; everything else stays raw. */
import { ANY_DEVICE, type DeviceProfile, type Malformed, type Message, type PositionRecord } from '../protocol.ts';
import { hexByte, hexExcerpt, u16 } from '../wire/bytes.ts';
import { message, refused, unreadable } from '../wire/message.ts';
import { CODEC_7, CODEC_8, CODEC_8_EXTENDED, CODEC_16, COMMAND_CODECS } from './codecs.ts';
import { readCommand } from './command.ts';
import { checkEnvelope, TAIL_BYTES } from './envelope.ts';
import { type Family, familyOf } from './families.ts';
import { DATA_AT, IMEI, PING } from './frame.ts';
import { readGh3000 } from './gh3000.ts';
import type { RecordTable } from './layout.ts';
import { AvlRecord, type RecordForm } from './record.ts';
import { SKIP_RECORD } from './walk.ts';

/** Behind codec id and first count. */
const RECORDS_AT = DATA_AT + 2;

/** The first of the tables by which the records end exactly at the second count is the one they are written in. */
const TABLES = new Map<number, readonly RecordTable[]>([
  [CODEC_8, ['codec8', 'codec8Legacy']],
  [CODEC_8_EXTENDED, ['codec8Extended']],
  [CODEC_16, ['codec16']],
]);

export function decode(frame: Buffer, profile: DeviceProfile = ANY_DEVICE): Message | Malformed {
  if (frame.length === 1 && frame[0] === PING) return message({ kind: 'ping' });
  if (frame.length < 2) return refused('bad_length', `${hexExcerpt(frame)}: expected a ping, a login or a data frame`);
  if (u16(frame, 0) !== 0) return readLogin(frame);
  const malformed = checkEnvelope(frame);
  if (malformed !== null) return malformed;
  const codec = frame[DATA_AT]!;
  if (codec === CODEC_7 || TABLES.has(codec)) return readRecords(frame, codec, profile);
  return COMMAND_CODECS.has(codec) ? readCommand(frame, codec) : message({ kind: 'unknown', type: codec });
}

function readLogin(frame: Buffer): Message | Malformed {
  const imei = frame.toString('latin1', 2);
  if (u16(frame, 0) === imei.length && IMEI.test(imei)) return message({ kind: 'login', imei });
  return refused('bad_imei', `login ${hexExcerpt(frame)}: expected 000f and 15 digits`);
}

function readRecords(frame: Buffer, codec: number, profile: DeviceProfile): Message | Malformed {
  const end = frame.length - TAIL_BYTES;
  const count = frame[DATA_AT + 1]!;
  if (frame[end] !== count || count === 0) {
    return unreadable('bad_count', `record counts ${count} and ${frame[end]}: expected the same, 1 to 255`);
  }
  const records = codec === CODEC_7 ? readGh3000(frame, RECORDS_AT, end, count) : avlRecords(frame, codec, profile);
  if (records !== null) return message({ kind: 'records', type: codec, records });
  return unreadable(
    'bad_content',
    `codec ${hexByte(codec)}: ${count} records do not end at byte ${end}, the second count`,
  );
}

function avlRecords(frame: Buffer, codec: number, profile: DeviceProfile): readonly PositionRecord[] | null {
  const family = familyOf(profile.model, codec);
  for (const table of TABLES.get(codec)!) {
    const records = walk(frame, FORMS[table][family]);
    if (records !== null) return records;
  }
  return null;
}

/** Steps over the records; null where they do not end exactly at the second count. */
function walk(frame: Buffer, form: RecordForm): AvlRecord[] | null {
  const skip = SKIP_RECORD[form.table];
  const end = frame.length - TAIL_BYTES;
  const count = frame[DATA_AT + 1]!;
  // As long as it will be: most frames hold one record, and a list that grows takes room for many.
  const records = new Array<AvlRecord>(count);
  let at = RECORDS_AT;
  for (let i = 0; i < count; i++) {
    const next = skip(frame, at, end);
    if (next > end) return null;
    records[i] = new AvlRecord(frame, at, next, form);
    at = next;
  }
  return at === end ? records : null;
}

/** By which table the records of a frame are written, as `decode` finds it; the codec's first where none fits. */
export function tableOf(frame: Buffer): RecordTable | null {
  const tables = TABLES.get(frame[DATA_AT]!) ?? [];
  return tables.find((table) => walk(frame, FORMS[table].fmb) !== null) ?? tables[0] ?? null;
}

/** Made once: a record points at its form. */
const FORMS: Readonly<Record<RecordTable, Readonly<Record<Family, RecordForm>>>> = {
  codec8: formsOf('codec8'),
  codec8Legacy: formsOf('codec8Legacy'),
  codec8Extended: formsOf('codec8Extended'),
  codec16: formsOf('codec16'),
};

function formsOf(table: RecordTable): Record<Family, RecordForm> {
  const form = (family: Family): RecordForm => ({ table, family });
  return { fmb: form('fmb'), fmb6: form('fmb6'), ft: form('ft'), gh3000: form('gh3000') };
}
