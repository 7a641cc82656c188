/**
 * What the alarm numbers mean. They are reused from model to model, so a model's own meaning goes first, and the raw code
 * stays beside the name. JM-VL03 v1.1.2, and the field, which is followed where the two differ.
 */

type Names = ReadonlyMap<number, string>;

/** Where no model says otherwise. */
const ALARMS: Names = new Map([
  [0x01, 'sos'],
  [0x02, 'powerCut'],
  [0x03, 'vibration'],
  [0x04, 'geofenceEnter'],
  [0x05, 'geofenceExit'],
  [0x06, 'overspeed'],
  [0x09, 'vibration'],
  [0x0c, 'tampering'],
  [0x0e, 'lowPower'],
  [0x0f, 'lowPower'],
  [0x11, 'powerOff'],
  [0x13, 'tampering'],
  [0x14, 'door'],
  [0x15, 'lowBattery'],
  [0x18, 'removing'],
  [0x19, 'lowBattery'],
  [0x1a, 'hardBraking'],
  [0x1b, 'hardCornering'],
  [0x23, 'fallDown'],
  [0x25, 'tampering'],
  [0x26, 'hardAcceleration'],
  [0x27, 'hardBraking'],
  [0x28, 'hardBraking'],
  [0x29, 'hardAcceleration'],
  [0x2a, 'hardCornering'],
  [0x2b, 'hardCornering'],
  [0x2c, 'accident'],
  [0x2e, 'hardCornering'],
  [0x30, 'jamming'],
  [0x32, 'tampering'],
  [0x33, 'lock'],
  [0x34, 'unlock'],
  [0x53, 'fuelLeak'],
  [0x5b, 'temperature'],
  [0x5c, 'temperature'],
  [0xc9, 'idle'],
  [0xf0, 'hardAcceleration'],
  [0xf1, 'hardBraking'],
  [0xf2, 'accident'],
  [0x107, 'jamming'],
  [0x10b, 'jamming'],
]);

/** What a model means by a number that others use for something else. */
const MODEL_ALARMS: readonly { readonly model: RegExp; readonly alarms: Names }[] = [
  {
    model: /^(JM-?)?VL\d/i,
    alarms: new Map([
      [0x09, 'tow'],
      [0x0c, 'powerOn'],
      [0x28, 'powerOff'],
      [0x30, 'hardBraking'],
    ]),
  },
  { model: /^(LL303|G18)/i, alarms: new Map([[0x09, 'tow']]) },
  {
    model: /^SEEWORLD/i,
    alarms: new Map([
      [0x28, 'hardCornering'],
      [0x29, 'accident'],
    ]),
  },
  {
    model: /^LW/i,
    alarms: new Map([
      [0x18, 'accident'],
      [0x19, 'hardAcceleration'],
    ]),
  },
  {
    model: /^TRX16/i,
    alarms: new Map([
      [0x09, 'geofence'],
      [0x0e, 'lowPower'],
    ]),
  },
];

/** Bits 5 to 3 of the terminal information byte. */
const INFO_ALARMS: Names = new Map([
  [1, 'vibration'],
  [2, 'powerCut'],
  [3, 'lowBattery'],
  [4, 'sos'],
  [6, 'geofence'],
  [7, 'removing'],
]);
const INFO_ALARMS_VXT01: Names = new Map([...INFO_ALARMS, [7, 'overspeed']]);

/** Camera alarms (95). */
const CAMERA_ALARMS: Names = new Map([
  [0x01, 'sos'],
  [0x0e, 'lowPower'],
  [0x76, 'temperature'],
  [0x80, 'vibration'],
  [0x87, 'overspeed'],
  [0x88, 'powerCut'],
  [0x90, 'hardAcceleration'],
  [0x91, 'hardBraking'],
  [0x92, 'hardCornering'],
  [0x93, 'accident'],
]);

/** 70, module 2B: why the device woke up. */
const BOOT_ALARMS: Names = new Map([
  [0x11, 'lowBattery'],
  [0x12, 'lowPower'],
  [0x13, 'powerCut'],
  [0x14, 'removing'],
]);

/** AZ735 (long 33): the status byte of an alarm. */
const AZ735_ALARMS: Names = new Map([
  [0xa2, 'lowBattery'],
  [0xa3, 'lowBattery'],
  [0xa4, 'general'],
  [0xa5, 'door'],
]);

export function alarmName(code: number, model: string | null = null): string | undefined {
  const own = model === null ? undefined : MODEL_ALARMS.find((row) => row.model.test(model));
  return own?.alarms.get(code) ?? ALARMS.get(code);
}

export function infoAlarmName(bits: number, isVxt01 = false): string | undefined {
  return (isVxt01 ? INFO_ALARMS_VXT01 : INFO_ALARMS).get(bits);
}

/** The short form, which has no position, says only that something happened where the long one says SOS. */
export function cameraAlarmName(code: number, isShort: boolean): string {
  return isShort && code === 0x01 ? 'general' : (CAMERA_ALARMS.get(code) ?? 'general');
}

export function bootAlarmName(code: number): string | undefined {
  return BOOT_ALARMS.get(code);
}

export function az735AlarmName(code: number): string | undefined {
  return AZ735_ALARMS.get(code);
}
