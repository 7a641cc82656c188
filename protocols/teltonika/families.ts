/**
 * Which dictionary a device speaks: ids mean other things in other families of firmware, so the tracker's model decides.
 * Teltonika "FMB AVL ID", "FMB640 AVL ID" and the page on differences between the FT and FMB platforms.
 */
import { AVL_ENTRIES, type AvlEntry, avl, PROFESSIONAL_PARTS } from './avl.ts';
import { CODEC_16 } from './codecs.ts';

/** `fmb` is the default; `gh3000` is codec 7, which only that device speaks. */
export type Family = 'fmb' | 'fmb6' | 'ft' | 'gh3000';

/**
 * FMB630, FMC640, FMM650, FM6320, FMU640 ...; FTC921, FTM887 ...; everything else is read as FMB, FMC, FMM 1xx, 2xx and
 * 9xx. Without a model the codec tells: 16 is spoken by the FMx6 alone.
 */
export function familyOf(model: string | null, codec: number): Family {
  if (model === null) return codec === CODEC_16 ? 'fmb6' : 'fmb';
  if (/^\s*FM[A-Z]?6\d\d/i.test(model)) return 'fmb6';
  return /^\s*FT[A-Z]?\d/i.test(model) ? 'ft' : 'fmb';
}

/** What the professional trackers use for FMS, tachograph and zones of their own: not named by the default table. */
const FMB6_REUSED = new Set([
  ...[
    4, 5, 6, 11, 14, 16, 69, 71, 75, 76, 77, 79, 80, 90, 102, 103, 105, 107, 110, 111, 112, 113, 114, 115, 123, 124,
    132,
  ],
  ...[30, 31, 32, 36, 37, 40, 41, 42, 43, 48, 49, 51, 60, 81, 82, 83, 84, 85, 87, 89],
  ...[25, 26, 27, 28, 20, 22, 23, 29, 86, 104, 106, 108],
]);

const FMB6_OWN: readonly AvlEntry[] = [
  avl(4, 'Digital input 4', 1, { attribute: 'input4', reading: 'flag' }),
  avl(11, 'Analog input 3', 2, { divisor: 1000, unit: 'V', attribute: 'adc3' }),
  avl(22, 'Data mode', 1),
  avl(70, 'PCB temperature', 2, { divisor: 10, unit: 'C', isSigned: true }),
  avl(71, 'GNSS status', 1),
  avl(216, 'Total odometer', 4, { unit: 'm', attribute: 'odometer' }),
];

/** One-wire sensors lie elsewhere on this platform, and the counter is narrower. */
const FT_REUSED = new Set([4, 71, 72, 73, 74, 75, 76, 77, 79]);
const FT_OWN: readonly AvlEntry[] = [avl(4, 'Pulse counter 1', 1)];

const GH3000_ENTRIES: readonly AvlEntry[] = [
  avl(1, 'Battery level', 1, { unit: '%', attribute: 'batteryLevel' }),
  avl(2, 'USB connected', 1, { attribute: 'charge', reading: 'flag' }),
  avl(5, 'Uptime', 4, { unit: 's' }),
  avl(20, 'HDOP', 2, { divisor: 10, attribute: 'hdop' }),
  avl(21, 'VDOP', 2, { divisor: 10 }),
  avl(22, 'PDOP', 2, { divisor: 10, attribute: 'pdop' }),
  avl(67, 'Battery voltage', 2, { divisor: 1000, unit: 'V', attribute: 'battery' }),
  avl(221, 'Button', 1),
  avl(222, 'Alarm button', 1, { alarms: { 1: 'sos' } }),
  avl(240, 'Movement', 1, { attribute: 'motion', reading: 'flag' }),
  avl(244, 'Roaming', 1, { words: { 0: 'no', 1: 'yes' } }),
];

export interface Dictionary {
  /** In order of preference: where several ids give one attribute, the first one present does. */
  readonly entries: readonly AvlEntry[];
  /** Those that give an attribute. */
  readonly named: readonly AvlEntry[];
  find(id: number, bytes: AvlEntry['bytes'] | 16): AvlEntry | undefined;
}

export const DICTIONARIES: Readonly<Record<Family, Dictionary>> = {
  fmb: dictionary(AVL_ENTRIES),
  fmb6: dictionary([...FMB6_OWN, ...without(FMB6_REUSED), ...PROFESSIONAL_PARTS]),
  ft: dictionary([...FT_OWN, ...without(FT_REUSED)]),
  gh3000: dictionary(GH3000_ENTRIES),
};

function without(reused: ReadonlySet<number>): AvlEntry[] {
  return AVL_ENTRIES.filter((entry) => !reused.has(entry.id) && !PROFESSIONAL_PARTS.includes(entry));
}

function dictionary(entries: readonly AvlEntry[]): Dictionary {
  const byKey = new Map(entries.map((entry) => [`${entry.id}/${entry.bytes}`, entry]));
  return {
    entries,
    named: entries.filter(({ attribute }) => attribute !== null),
    find: (id, bytes) => byKey.get(`${id}/${bytes}`),
  };
}
