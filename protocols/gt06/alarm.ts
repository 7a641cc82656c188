/** What the alarm numbers mean. They are reused from model to model: the raw code stays beside the name. JM-VL03 v1.1.2, and the field. */

/** Alarm byte of the alarm messages (16, 26), where no model says otherwise. */
const ALARMS: ReadonlyMap<number, string> = new Map([
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
  [0x53, 'fuelLeak'],
  [0x5b, 'temperature'],
  [0x5c, 'temperature'],
  [0xc9, 'idle'],
  [0xf0, 'hardAcceleration'],
  [0xf1, 'hardBraking'],
  [0xf2, 'accident'],
]);

/** Bits 5 to 3 of the terminal information byte; 6 and 7 differ from model to model. */
const INFO_ALARMS: ReadonlyMap<number, string> = new Map([
  [1, 'vibration'],
  [2, 'powerCut'],
  [3, 'lowBattery'],
  [4, 'sos'],
]);

export function alarmName(code: number): string | undefined {
  return ALARMS.get(code);
}

export function infoAlarmName(bits: number): string | undefined {
  return INFO_ALARMS.get(bits);
}
