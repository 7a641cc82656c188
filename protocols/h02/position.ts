/**
 * The position in a sentence. Makers put values of their own before, between and behind the documented fields, so each is
 * looked for where it may stand and known by its shape:
 *
 *   [hhmmss,] A|V|B, ddmm.mmmm, N|S, dddmm.mmmm, E|W, speed, course, [battery,] ddmmyy, [phone, address, SIM,] status, ...
 */
import type { Attributes, DeviceProfile } from '../protocol.ts';
import { H02Record, kmhOf, timeMsOf } from './record.ts';
import type { Sentence } from './sentence.ts';
import { batteryAttributes, isAlarm, statusAttributes } from './status.ts';
import { cellAttributes, isPlace, readPlace } from './text-parts.ts';

/** Where the parts of a position stand among the fields; -1 = not there. */
export interface PositionPlan {
  readonly time: number;
  readonly validity: number;
  readonly battery: number;
  readonly date: number;
  readonly status: number;
}

/** Most fields between date and status. */
const BETWEEN_MAX = 3;

/** null = there is none. */
export function planPosition(fields: readonly string[]): PositionPlan | null {
  const validity = fields.findIndex((text, at) => /^([ABV]?|\d+)$/.test(text) && isPlace(fields, at + 1));
  if (validity < 0) return null;
  const time = validity > 0 && /^(\d{6})?$/.test(fields[validity - 1]!) ? validity - 1 : -1;
  const hasBattery = /^\d{1,3}$/.test(fields[validity + 7] ?? '') && /^\d{6}$/.test(fields[validity + 8] ?? '');
  const date = validity + (hasBattery ? 8 : 7);
  const behind = fields.slice(date + 1, date + 2 + BETWEEN_MAX).findIndex((text) => /^[0-9a-f]{8}$/i.test(text));
  return { time, validity, battery: hasBattery ? date - 1 : -1, date, status: behind < 0 ? -1 : date + 1 + behind };
}

/** null where there is no place to speak of. */
export function readPosition(
  sentence: Sentence,
  plan: PositionPlan,
  content: Uint8Array,
  profile: DeviceProfile,
): H02Record | null {
  const { fields } = sentence;
  const place = readPlace(fields, plan.validity + 1);
  if (place === null) return null;
  const status = statusOf(fields, plan);
  return new H02Record({
    timeMs: timeMsOf(fields[plan.time] ?? '', fields[plan.date] ?? '', profile),
    ...place,
    altitudeM: altitudeOf(tailOf(fields, plan)),
    speedKmh: kmhOf(decimal(fields[plan.validity + 5])),
    courseDeg: decimal(fields[plan.validity + 6]) % 360,
    hasPosition: claimsFix(fields[plan.validity]!) && (place.latDeg !== 0 || place.lonDeg !== 0),
    isAlarm: status !== null && isAlarm(status),
    flags: status,
    content,
    attributes: () => positionAttributes(sentence, plan),
  });
}

/**
 * A. A digit is the coding of the address that a device asks for (VI1, V2): it asks about a fix. B is seen where the
 * documents know A and V only, and claims nothing.
 */
function claimsFix(validity: string): boolean {
  return validity === 'A' || /^\d+$/.test(validity);
}

/** An empty speed or course is 0, by the documents. */
function decimal(text: string | undefined): number {
  const value = (text ?? '').trim();
  return /^\d{1,6}(\.\d*)?$/.test(value) ? Number(value) : 0;
}

function statusOf(fields: readonly string[], { status }: PositionPlan): number | null {
  return status < 0 ? null : Number.parseInt(fields[status]!, 16);
}

export function positionAttributes(sentence: Sentence, plan: PositionPlan): Attributes {
  const { fields } = sentence;
  const status = statusOf(fields, plan);
  return {
    ...(status === null ? {} : statusAttributes(status)),
    ...(plan.battery < 0 ? {} : batteryAttributes(Number(fields[plan.battery]))),
    ...iccidAttributes(fields.slice(plan.date + 1)),
    ...tailAttributes(sentence, tailOf(fields, plan)),
  };
}

function tailOf(fields: readonly string[], { status }: PositionPlan): readonly string[] {
  return status < 0 ? [] : fields.slice(status + 1).map((text) => text.trim());
}

const ICCID = /^(89\d{16,18})[0-9A-F?]?$/i;

function iccidAttributes(fields: readonly string[]): Attributes {
  const iccid = fields.map((text) => ICCID.exec(text)?.[1]).find((digits) => digits !== undefined);
  return iccid === undefined ? {} : { iccid };
}

/** Odometer, temperature, fuel, altitude and cell of one maker: told by the point in the third. */
const isMeasured = (tail: readonly string[]) => tail.length === 6 && /^\d+\.\d+$/.test(tail[2]!);

function altitudeOf(tail: readonly string[]): number | null {
  return isMeasured(tail) ? integer(tail[3]!, 10) : null;
}

function tailAttributes({ id }: Sentence, tail: readonly string[]): Attributes {
  if (isMeasured(tail)) {
    const [odometer, temp1] = [integer(tail[0]!, 10), integer(tail[1]!, 10)];
    return {
      ...(odometer === null ? {} : { odometer }),
      ...(temp1 === null ? {} : { temp1 }),
      fuelLevel: Number(tail[2]),
    };
  }
  // Devices that go by their IMEI write the cell in hex, the others in decimal with the battery behind it.
  const radix = id.length === 15 ? 16 : 10;
  const [mcc, mnc, lac, cid] = [0, 1, 2, 3].map((at) => integer(tail[at] ?? '', radix));
  if (mcc == null || mnc == null) return {};
  const battery = radix === 10 && tail[4] !== undefined ? batteryAttributes(Number(tail[4])) : {};
  return { ...cellAttributes(mcc, mnc, lac ?? 0, cid ?? 0), ...battery };
}

function integer(text: string, radix: 10 | 16): number | null {
  const isWritten = radix === 16 ? /^[0-9a-f]{1,8}$/i : /^-?\d{1,9}$/;
  return isWritten.test(text) ? Number.parseInt(text, radix) : null;
}

/** What each field of a position is, as the documents call it. */
export function positionNames(plan: PositionPlan): ReadonlyMap<number, string> {
  const names = new Map<number, string>([
    [plan.validity, 'validity'],
    [plan.validity + 1, 'latitude'],
    [plan.validity + 2, 'N or S'],
    [plan.validity + 3, 'longitude'],
    [plan.validity + 4, 'E or W'],
    [plan.validity + 5, 'speed'],
    [plan.validity + 6, 'course'],
    [plan.date, 'date, ddmmyy'],
  ]);
  if (plan.time >= 0) names.set(plan.time, 'time, hhmmss UTC');
  if (plan.battery >= 0) names.set(plan.battery, 'battery');
  if (plan.status >= 0) names.set(plan.status, 'vehicle status');
  return names;
}
