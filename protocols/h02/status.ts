/**
 * The vehicle status: 32 bits, eight hex digits in a text. Negative logic: a bit that is 0 holds. Read is what no
 * maker's document contradicts; bits that mean one thing to one and another to the next (11 to 13, 16 to 18) are left alone.
 */
import type { Attributes } from '../protocol.ts';

const DOOR_OPEN = 8;
const ARMED = 9;
const ACC_OFF = 10;
const ON_BACKUP_BATTERY = 19;
/** Documented as undefined by some; the confirmation of S20 clears it. */
const FUEL_CUT = 27;

/** Bits that are alarms, the most urgent first: one record has one alarm. */
const ALARMS: readonly (readonly [bit: number, alarm: string])[] = [
  [1, 'sos'],
  // Named thief alarm; raised by the shock sensor of an armed vehicle.
  [0, 'vibration'],
  [2, 'overspeed'],
  [4, 'geofenceEnter'],
  [7, 'geofenceExit'],
  [5, 'gpsAntennaCut'],
  [6, 'gpsAntennaCut'],
  [3, 'general'],
  [14, 'general'],
];

export function statusAttributes(status: number): Attributes {
  const alarm = ALARMS.find(([bit]) => holds(status, bit));
  return {
    ignition: !holds(status, ACC_OFF),
    charge: !holds(status, ON_BACKUP_BATTERY),
    armed: holds(status, ARMED),
    door: holds(status, DOOR_OPEN),
    blocked: holds(status, FUEL_CUT),
    ...(alarm === undefined ? {} : { alarm: alarm[1], alarmCode: alarm[0] }),
  };
}

export function isAlarm(status: number): boolean {
  return ALARMS.some(([bit]) => holds(status, bit));
}

function holds(status: number, bit: number): boolean {
  return ((status >>> bit) & 1) === 0;
}

/** For people: the bits that hold, by number and, where they have one, name. */
export function statusWords(status: number): string {
  const named = Object.entries(statusAttributes(status)).map(([name, value]) => `${name} ${value}`);
  return `${(status >>> 0).toString(16).padStart(8, '0')}: ${named.join(', ')}`;
}

/** The battery as a step: 6 is full. Other values are not known to be steps. */
const STEPS_PERCENT: readonly (number | null)[] = [null, 0, 10, 20, 60, 80, 100];

export function batteryAttributes(step: number | undefined): Attributes {
  const percent = step === undefined ? null : (STEPS_PERCENT[step] ?? null);
  return percent === null ? {} : { batteryLevel: percent };
}
