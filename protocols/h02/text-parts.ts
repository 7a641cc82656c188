/** Parts that several kinds of text are made of: places, cells, names of fields. */
import type { Attributes } from '../protocol.ts';
import { degreesOf } from './record.ts';

/** A place in degrees, or null. */
export interface Place {
  readonly latDeg: number;
  readonly lonDeg: number;
}

/** Latitude, N or S, longitude, E or W, as four fields; null where they are empty or cannot be. */
export function readPlace(fields: readonly string[], at: number): Place | null {
  const lat = readDegrees(fields[at] ?? '', 90);
  const lon = readDegrees(fields[at + 2] ?? '', 180);
  if (lat === null || lon === null) return null;
  return { latDeg: fields[at + 1] === 'S' ? 0 - lat : lat, lonDeg: fields[at + 3] === 'W' ? 0 - lon : lon };
}

export function isPlace(fields: readonly string[], at: number): boolean {
  return /^[NS]$/.test(fields[at + 1] ?? '') && /^[EW]$/.test(fields[at + 3] ?? '');
}

/** `2234.1234`, in some firmware `-22-34.1234` (the sign is the letter's) or, without the point, `22341234`. */
const DEGREES = /^(?:-(\d{1,3})-(\d{1,2}\.\d+)|(\d{1,3})(\d\d\.\d+)|(\d{1,3})(\d\d)(\d{4}))$/;

function readDegrees(text: string, max: number): number | null {
  const found = DEGREES.exec(text);
  if (found === null) return null;
  const [, signed, signedMinutes, plain, plainMinutes, bare, bareWhole, bareFraction] = found;
  const degrees = Number(signed ?? plain ?? bare);
  const minutes = Number(signedMinutes ?? plainMinutes ?? `${bareWhole}.${bareFraction}`);
  return degreesOf(degrees, minutes, max);
}

/** Empty where the network is not one: some makers put other values in these places. */
export function cellAttributes(mcc: number, mnc: number, lac: number, cid: number): Attributes {
  const isNetwork = mcc >= 200 && mcc <= 799 && mnc <= 999;
  if (!isNetwork) return {};
  const isCell = lac > 0 && lac <= 0xffff && cid > 0 && cid <= 0xfffffff;
  return isCell ? { mcc, mnc, lac, cid } : { mcc, mnc };
}

/** One cell of a list: area, id, signal as sent. */
export type Cell = readonly [lac: string, cid: string, signal: string];

/** The first is the one in use. Empty where a value is no number. */
export function cellsAttributes(mcc: string, mnc: string, cells: readonly Cell[]): Attributes {
  const [first] = cells;
  const isRight = first !== undefined && cells.every((cell) => cell.every((value) => /^-?\d+$/.test(value)));
  const network = isRight ? cellAttributes(Number(mcc), Number(mnc), Number(first[0]), Number(first[1])) : {};
  if (!('lac' in network)) return network;
  const heard = cells.map((cell) => cell.map(Number).join('/'));
  return { ...network, cells: heard.join(' ') };
}

/** Groups of fields: cells stand one behind the other. */
export function cellsIn(fields: readonly string[], width: number): Cell[] {
  const cells: Cell[] = [];
  for (let at = 0; at + 3 <= fields.length; at += width) cells.push([fields[at]!, fields[at + 1]!, fields[at + 2]!]);
  return cells;
}

/** A percentage. */
export function percentAttributes(text: string | undefined): Attributes {
  return /^\d{1,3}$/.test(text ?? '') && Number(text) <= 100 ? { batteryLevel: Number(text) } : {};
}
