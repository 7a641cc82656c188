/** The kinds of text: what each is, what it holds, and what its fields are called. */
import type { Attributes, DeviceProfile, Malformed, Message, MessageKind } from '../protocol.ts';
import { hexExcerpt } from '../wire/bytes.ts';
import { message, refused } from '../wire/message.ts';
import { planPosition, positionAttributes, positionNames, readPosition } from './position.ts';
import { timeMsOf } from './record.ts';
import { idOf, readSentence, type Sentence } from './sentence.ts';
import { batteryAttributes, statusAttributes } from './status.ts';
import { cellsAttributes, cellsIn, percentAttributes } from './text-parts.ts';

export function decodeText(frame: Buffer, profile: DeviceProfile): Message | Malformed {
  const sentence = readSentence(frame);
  if (sentence === null) return refused('bad_length', `${hexExcerpt(frame)}: expected *maker,id,kind,...#`);
  const imei = idOf(sentence);
  if (imei === undefined) return refused('bad_imei', `id '${sentence.id.slice(0, 40)}': expected 10 to 15 digits`);
  const who = imei === null ? {} : { imei };
  const layout = layoutOf(sentence);
  if (layout !== null) {
    const attributes = () => layout.attributes?.(sentence, profile) ?? {};
    return message({ kind: layout.kind, ...who, attributes });
  }
  return decodePosition(frame, sentence, who, profile);
}

function decodePosition(frame: Buffer, sentence: Sentence, who: { imei?: string }, profile: DeviceProfile): Message {
  const plan = planPosition(sentence.fields);
  if (plan === null) return withoutPosition(sentence, who);
  const record = readPosition(sentence, plan, contentOf(frame, sentence), profile);
  const answered = sentence.kind === CONFIRMATION ? { result: resultOf(sentence, plan.validity) } : null;
  const own = answered ?? (record === null ? positionAttributes(sentence, plan) : {});
  const kind = answered !== null ? 'command_response' : kindOf(record);
  return message({ kind, ...who, records: record === null ? [] : [record], attributes: () => own });
}

function kindOf(record: { readonly priority: number } | null): MessageKind {
  if (record === null) return 'status';
  return record.priority > 0 ? 'alarm' : 'location';
}

function withoutPosition(sentence: Sentence, who: { imei?: string }): Message {
  if (sentence.kind !== CONFIRMATION) return message({ kind: 'unknown', ...who });
  if (isServerAnswer(sentence)) return message({ kind: 'command', ...who });
  return message({ kind: 'command_response', ...who, attributes: () => ({ result: sentence.fields.join(',') }) });
}

/** The device's: the command's name, what it says of it, the command's own time, then a position. */
const CONFIRMATION = 'V4';

/** Ours: the kind that is confirmed and a time of 14 digits. */
function isServerAnswer({ fields }: Sentence): boolean {
  return fields.length === 2 && /^\d{14}$/.test(fields[1]!);
}

/** What stands before the times: the command's own, and the device's. */
function resultOf({ fields }: Sentence, validity: number): string {
  return fields.slice(0, Math.max(1, validity - 2)).join(',');
}

/** From the kind to the end. */
function contentOf(frame: Buffer, { maker, id }: Sentence): Uint8Array {
  return frame.subarray(1 + maker.length + 1 + id.length + 1, frame.lastIndexOf('#'));
}

/** A kind that is no position. */
interface Layout {
  readonly kind: MessageKind;
  readonly attributes?: (sentence: Sentence, profile: DeviceProfile) => Attributes;
  /** Names of its fields, as far as they are fixed. */
  readonly names: readonly string[];
}

const MOMENT = ['date, ddmmyy', 'vehicle status'];

/** By kind; every other one is a position or kept raw. */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  // Battery in percent.
  HTBT: { kind: 'heartbeat', names: ['battery'], attributes: ({ fields }) => percentAttributes(fields[0]) },
  V0: { kind: 'heartbeat', names: ['battery'], attributes: ({ fields }) => percentAttributes(fields[0]) },
  XT: { kind: 'heartbeat', names: ['mode', 'battery'], attributes: ({ fields }) => percentAttributes(fields[1]) },
  LINK: {
    kind: 'heartbeat',
    names: ['time, hhmmss UTC', 'GSM signal', 'satellites', 'battery', 'steps', 'turnovers', ...MOMENT],
    attributes: linkAttributes,
  },
  NBR: {
    kind: 'status',
    names: ['time, hhmmss UTC', 'MCC', 'MNC', 'delay', 'cells'],
    attributes: neighbourAttributes,
  },
  V3: { kind: 'status', names: ['time, hhmmss UTC', 'MCC and MNC', 'cells'], attributes: gsmAttributes },
};

/** Commands of a server: S with a number, and what single makers add. */
const COMMANDS = /^([SRD]\d{1,3}|SCF)$/;

/** null = a position, or not known. */
function layoutOf(sentence: Sentence): Layout | null {
  if (Object.hasOwn(LAYOUTS, sentence.kind)) return LAYOUTS[sentence.kind]!;
  if (COMMANDS.test(sentence.kind)) return COMMAND;
  return sentence.kind === 'VP1' && sentence.fields[0] === 'V' ? WITHOUT_FIX : null;
}

const COMMAND: Layout = {
  kind: 'command',
  names: ['time, hhmmss'],
  attributes: ({ kind, fields }) => ({ command: [kind, ...fields.slice(1)].join(',') }),
};

/** Cells of a device without a fix: area, id, signal, with a Y before the next. */
const WITHOUT_FIX: Layout = {
  kind: 'status',
  names: ['validity', 'MCC', 'MNC'],
  attributes: ({ fields }) => {
    const cells = fields.slice(3).join(',').split('Y');
    return cellsAttributes(
      fields[1] ?? '',
      fields[2] ?? '',
      cells.flatMap((cell) => cellsIn(cell.split(','), 3)),
    );
  },
};

function linkAttributes({ fields }: Sentence, profile: DeviceProfile): Attributes {
  const rssi = /^\d{1,3}$/.test(fields[1] ?? '') ? { rssi: Number(fields[1]) } : {};
  return { ...rssi, ...percentAttributes(fields[3]), ...momentAttributes(fields, 6, profile) };
}

/** Time, network, delay, number of cells; then the cells, the date, the status and, of some makers, the battery. */
function neighbourAttributes({ fields }: Sentence, profile: DeviceProfile): Attributes {
  const count = countOf(fields[4]);
  const date = 5 + 3 * count;
  return {
    ...cellsAttributes(fields[1] ?? '', fields[2] ?? '', cellsIn(fields.slice(5, date), 3)),
    ...momentAttributes(fields, date, profile),
    ...(fields[date + 2] === undefined ? {} : batteryAttributes(Number(fields[date + 2]))),
  };
}

/** Network as one number, three digits of it the country; cells of four values; battery, restarts, X; date and status. */
function gsmAttributes({ fields }: Sentence, profile: DeviceProfile): Attributes {
  const count = countOf(fields[2]);
  const cells = cellsIn(fields.slice(3, 3 + 4 * count), 4);
  const network = fields[1] ?? '';
  return {
    ...cellsAttributes(network.slice(0, 3), network.slice(3), cells),
    ...momentAttributes(fields, 3 + 4 * count + 3, profile),
  };
}

const CELLS_MAX = 32;

function countOf(text: string | undefined): number {
  return /^\d{1,2}$/.test(text ?? '') ? Math.min(Number(text), CELLS_MAX) : 0;
}

/** Date and status stand side by side; the time is the first field. */
function momentAttributes(fields: readonly string[], date: number, profile: DeviceProfile): Attributes {
  const timeMs = timeMsOf(fields[0] ?? '', fields[date] ?? '', profile);
  const status = fields[date + 1] ?? '';
  return {
    ...(timeMs === 0 ? {} : { time: new Date(timeMs).toISOString() }),
    ...(/^[0-9a-f]{8}$/i.test(status) ? statusAttributes(Number.parseInt(status, 16)) : {}),
  };
}

/** What a field is called; null where it has no name. */
export function nameOf(sentence: Sentence, at: number): string | null {
  const layout = layoutOf(sentence);
  if (layout !== null) return layout.names[at] ?? null;
  const plan = planPosition(sentence.fields);
  if (plan === null) return null;
  return positionNames(plan).get(at) ?? null;
}
