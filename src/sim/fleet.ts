/** A fleet from a seed: who drives, which protocol each device speaks, and the town they drive in. */
import { Drive } from './drive.ts';
import { forkedRandom } from './random.ts';
import { layTown, type Town } from './roads.ts';
import type { SpeechName } from './speeches.ts';

export type Mix = SpeechName | 'mix';

export interface Vehicle {
  readonly imei: string;
  readonly label: string;
  readonly protocol: SpeechName;
  readonly drive: Drive;
}

export interface Fleet {
  readonly town: Town;
  readonly vehicles: readonly Vehicle[];
}

export interface FleetOptions {
  readonly devices: number;
  /** In a mix every third vehicle speaks GT06. */
  readonly mix: Mix;
  readonly seed: number;
  readonly startMs: number;
  /** Share of roads without a fix. */
  readonly tunnels: number;
}

export function createFleet({ devices, mix, seed, startMs, tunnels }: FleetOptions): Fleet {
  const town = layTown(seed);
  const vehicles = Array.from({ length: devices }, (_, i) => {
    const protocol = mix === 'mix' ? (i % 3 === 2 ? 'gt06' : 'teltonika') : mix;
    const drive = new Drive({ town, random: forkedRandom(seed, i), startMs, tunnels });
    return { imei: imeiOf(seed, i), label: labelOf(i), protocol, drive };
  });
  return { town, vehicles };
}

/** 15 digits: a type code of test devices, the seed, the number, and the check digit that belongs to them. */
export function imeiOf(seed: number, index: number): string {
  const body = `00440${String(seed % 1000).padStart(3, '0')}${String(index % 1_000_000).padStart(6, '0')}`;
  return body + luhnDigit(body);
}

const NAMES = [
  'Ash',
  'Birch',
  'Cedar',
  'Elm',
  'Fir',
  'Hazel',
  'Juniper',
  'Larch',
  'Maple',
  'Oak',
  'Pine',
  'Willow',
  'Yew',
];

function labelOf(index: number): string {
  const round = Math.floor(index / NAMES.length);
  return `${NAMES[index % NAMES.length]}${round === 0 ? '' : ` ${round + 1}`}`;
}

function luhnDigit(body: string): number {
  let sum = 0;
  for (const [i, digit] of [...body].reverse().entries()) {
    const doubled = i % 2 === 0 ? Number(digit) * 2 : Number(digit);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10;
}
