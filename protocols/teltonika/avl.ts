/**
 * The AVL dictionary as data: what an IO id of a stated width means, by the vendor's AVL ID table of the FMB, FMC and
 * FMM firmware. Width and sign are not on the wire as such: the group gives the width, this table the sign. Other
 * families reuse ids (families.ts); a value of another width than stated here is not named.
 */

/** How a raw value becomes an attribute. */
type Reading =
  /** raw (signed where stated) / divisor. */
  | 'number'
  /** raw is not 0. */
  | 'flag'
  /** raw is 0. */
  | 'not'
  /** The id's bytes as hex; all zero = none. */
  | 'hex'
  /** The same, last byte first, as it is engraved. */
  | 'hex_reversed'
  | 'text';

export interface AvlEntry {
  readonly id: number;
  readonly name: string;
  /** Width of the value on the wire, bytes; `x` = any (codec 8 Extended). */
  readonly bytes: 1 | 2 | 4 | 8 | 'x';
  /** Raw units per unit: 1000 for a voltage in mV. */
  readonly divisor: number;
  readonly unit: string;
  readonly isSigned: boolean;
  /** The name under which the value is given, where it has one. */
  readonly attribute: string | null;
  readonly reading: Reading;
  /** Raw values that say "no sensor" or "fault" and not a measurement. */
  readonly faults: readonly number[];
  /** What the raw value means, where it is a code. */
  readonly words: Readonly<Record<number, string>> | null;
  /** Alarms by raw value, raised in a record which this id caused. */
  readonly alarms: Readonly<Record<number, string>> | null;
}

type Options = Partial<Omit<AvlEntry, 'id' | 'name' | 'bytes'>>;

const PLAIN: Required<Options> = {
  divisor: 1,
  unit: '',
  isSigned: false,
  attribute: null,
  reading: 'number',
  faults: [],
  words: null,
  alarms: null,
};

export function avl(id: number, name: string, bytes: AvlEntry['bytes'], options: Options = {}): AvlEntry {
  return { id, name, bytes, ...PLAIN, ...options };
}

const GEOFENCE: Options = {
  alarms: { 0: 'geofenceExit', 1: 'geofenceEnter', 3: 'overspeed' },
  words: { 0: 'left', 1: 'entered', 2: 'overspeeding ends', 3: 'overspeeding starts' },
};
const DATA_MODES = {
  0: 'home, stopped',
  1: 'home, moving',
  2: 'roaming, stopped',
  3: 'roaming, moving',
  4: 'unknown network, stopped',
  5: 'unknown network, moving',
};
const CRASHES = {
  1: 'crash',
  2: 'limited trace, not calibrated',
  3: 'limited trace, calibrated',
  4: 'full trace, not calibrated',
  5: 'full trace, calibrated',
  6: 'crash, not calibrated',
};
const DALLAS_FAULTS = [850, 2000, 3000, 4000, 5000];
const BLE_TEMPERATURE_FAULTS = [2000, 3000, 4000];
const BLE_HUMIDITY_FAULTS = [2000, 3000, 4000];

/** Texts of the FMx6 trackers, 8 characters an id; no other family sends these ids with 8 bytes. */
export const PROFESSIONAL_PARTS: readonly AvlEntry[] = [
  ...[105, 106, 107].map((id, i) => avl(id, `FMS VIN, part ${i + 1}`, 8)),
  ...[195, 196].map((id, i) => avl(id, `Driver card, part ${i + 1}`, 8)),
  ...[129, 130, 131].map((id, i) => avl(id, `FMS driver 1, part ${i + 1}`, 8)),
];

/** In order of preference: where several ids give one attribute, the first one present does. */
export const AVL_ENTRIES: readonly AvlEntry[] = [
  // Motion and ignition
  avl(239, 'Ignition', 1, { attribute: 'ignition', reading: 'flag' }),
  avl(240, 'Movement', 1, { attribute: 'motion', reading: 'flag' }),
  avl(303, 'Instant movement', 1),
  avl(80, 'Data mode', 1, { words: DATA_MODES }),
  avl(200, 'Sleep mode', 1, { words: { 0: 'none', 1: 'GPS sleep', 2: 'deep', 3: 'online deep', 4: 'ultra deep' } }),
  avl(449, 'Ignition on counter', 4, { unit: 's' }),
  avl(16, 'Total odometer', 4, { unit: 'm', attribute: 'odometer' }),
  avl(199, 'Trip odometer', 4, { unit: 'm', attribute: 'tripOdometer' }),
  avl(17, 'Axis X', 2, { unit: 'mg', isSigned: true, attribute: 'axisX' }),
  avl(18, 'Axis Y', 2, { unit: 'mg', isSigned: true, attribute: 'axisY' }),
  avl(19, 'Axis Z', 2, { unit: 'mg', isSigned: true, attribute: 'axisZ' }),

  // GNSS and GSM
  avl(24, 'Speed', 2, { unit: 'km/h' }),
  avl(69, 'GNSS status', 1, { words: { 0: 'off', 1: 'on, fix', 2: 'on, no fix', 3: 'sleep' } }),
  avl(181, 'GNSS PDOP', 2, { divisor: 10, attribute: 'pdop' }),
  avl(182, 'GNSS HDOP', 2, { divisor: 10, attribute: 'hdop' }),
  avl(21, 'GSM signal', 1, { unit: 'bars', attribute: 'rssi' }),
  avl(205, 'GSM cell id', 2, { attribute: 'cid' }),
  avl(205, 'GSM cell id', 4, { attribute: 'cid' }),
  avl(636, 'UMTS/LTE cell id', 4, { attribute: 'cid' }),
  avl(206, 'GSM area code', 2, { attribute: 'lac' }),
  avl(237, 'Network type', 1),

  // Power
  avl(66, 'External voltage', 2, { divisor: 1000, unit: 'V', attribute: 'power' }),
  avl(800, 'External voltage', 4, { divisor: 1000, unit: 'V', attribute: 'power' }),
  avl(67, 'Battery voltage', 2, { divisor: 1000, unit: 'V', attribute: 'battery' }),
  avl(68, 'Battery current', 2, { divisor: 1000, unit: 'A', attribute: 'batteryCurrent' }),
  avl(113, 'Battery level', 1, { unit: '%', attribute: 'batteryLevel' }),
  avl(252, 'Unplug', 1, {
    attribute: 'charge',
    reading: 'not',
    words: { 0: 'power present', 1: 'unplugged' },
    alarms: { 1: 'powerCut' },
  }),

  // Inputs and outputs
  avl(1, 'Digital input 1', 1, { attribute: 'input1', reading: 'flag' }),
  avl(2, 'Digital input 2', 1, { attribute: 'input2', reading: 'flag' }),
  avl(3, 'Digital input 3', 1, { attribute: 'input3', reading: 'flag' }),
  avl(262, 'Digital input 4', 1, { attribute: 'input4', reading: 'flag' }),
  avl(179, 'Digital output 1', 1, { attribute: 'output1', reading: 'flag' }),
  avl(180, 'Digital output 2', 1, { attribute: 'output2', reading: 'flag' }),
  avl(380, 'Digital output 3', 1, { attribute: 'output3', reading: 'flag' }),
  avl(381, 'Ground sense', 1),
  avl(9, 'Analog input 1', 2, { divisor: 1000, unit: 'V', attribute: 'adc1' }),
  avl(6, 'Analog input 2', 2, { divisor: 1000, unit: 'V', attribute: 'adc2' }),
  avl(4, 'Pulse counter 1', 4),
  avl(5, 'Pulse counter 2', 4),
  avl(10, 'SD status', 1),
  avl(10, 'Analog input 2', 2, { divisor: 1000, unit: 'V', attribute: 'adc2' }),

  // Identifiers
  avl(78, 'iButton', 8, { attribute: 'driverUniqueId', reading: 'hex_reversed' }),
  avl(207, 'RFID', 8, { attribute: 'driverUniqueId', reading: 'hex' }),
  avl(264, 'Barcode', 'x', { reading: 'text' }),
  avl(403, 'Driver name', 'x', { attribute: 'driverName', reading: 'text' }),
  ...[404, 405, 406, 407, 408, 409].map((id) => avl(id, 'Driver licence', 'x', { reading: 'text' })),
  ...[331, 332, 333, 334].map((id, i) => avl(id, `BLE custom ${i + 1}`, 'x')),
  ...Array.from({ length: 16 }, (_, i) => avl(463 + i, `BLE custom ${i + 5}`, 'x')),
  avl(256, 'VIN', 'x', { attribute: 'vin', reading: 'text' }),
  avl(325, 'VIN, CAN adapter', 'x', { attribute: 'vin', reading: 'text' }),
  avl(281, 'Fault codes', 'x', { attribute: 'dtcs', reading: 'text' }),
  avl(282, 'Fault codes, CAN adapter', 'x', { attribute: 'dtcs', reading: 'text' }),

  // In parts, which are put together in compose.ts
  avl(241, 'Active GSM operator', 4),
  avl(11, 'ICCID, first half', 8),
  avl(14, 'ICCID, second half', 8),
  ...PROFESSIONAL_PARTS,

  // Temperature and humidity
  ...[72, 73, 74, 75].map((id, i) =>
    avl(id, `Dallas temperature ${i + 1}`, 4, { ...celsius(10, i), faults: DALLAS_FAULTS }),
  ),
  ...[25, 26, 27, 28].map((id, i) =>
    avl(id, `BLE temperature ${i + 1}`, 2, { ...celsius(100, i), faults: BLE_TEMPERATURE_FAULTS }),
  ),
  ...[10800, 10801, 10802, 10803].map((id, i) => avl(id, `EYE temperature ${i + 1}`, 2, celsius(100, i))),
  ...[76, 77, 79, 71].map((id, i) => avl(id, `Dallas id ${i + 1}`, 8)),
  ...[86, 104, 106, 108].map((id, i) =>
    avl(id, `BLE humidity ${i + 1}`, 2, {
      divisor: 10,
      unit: '%',
      attribute: i === 0 ? 'humidity' : null,
      faults: BLE_HUMIDITY_FAULTS,
    }),
  ),
  ...[29, 20, 22, 23].map((id, i) => avl(id, `BLE battery ${i + 1}`, 1, { unit: '%' })),
  ...[270, 273, 276, 279].map((id, i) => avl(id, `BLE fuel level ${i + 1}`, 2)),
  ...[306, 307, 308, 309].map((id, i) => avl(id, `BLE fuel frequency ${i + 1}`, 4, { unit: 'Hz' })),
  ...[335, 336, 337, 338].map((id, i) => avl(id, `BLE luminosity ${i + 1}`, 2, { unit: 'lx' })),
  avl(385, 'Beacon list', 'x'),
  ...[548, 10828, 10829, 10831, 11317].map((id) => avl(id, 'Advanced beacon list', 'x')),

  // Fuel and vehicle bus
  avl(84, 'CAN fuel level', 2, { divisor: 10, unit: 'l', attribute: 'fuel' }),
  avl(390, 'OEM fuel level', 4, { divisor: 10, unit: 'l', attribute: 'fuel' }),
  ...[201, 203, 210, 212, 214].map((id, i) => avl(id, `LLS fuel level ${i + 1}`, 2, { isSigned: true })),
  ...[202, 204, 211, 213, 215].map((id, i) => avl(id, `LLS temperature ${i + 1}`, 1, { unit: 'C', isSigned: true })),
  avl(12, 'Fuel used, GPS', 4, { divisor: 1000, unit: 'l' }),
  avl(13, 'Fuel rate, GPS', 2, { divisor: 100, unit: 'l/100km' }),
  avl(15, 'Eco score', 2, { divisor: 100 }),
  ...[517, 518, 519, 520, 521, 522].map((id, i) => avl(id, `CAN state flags ${i + 1}`, 8)),
  ...[123, 124, 132].map((id, i) => avl(id, `CAN control state flags ${i + 1}`, id === 132 ? 8 : 4)),
  avl(81, 'CAN speed', 1, { unit: 'km/h', attribute: 'vehicleSpeed' }),
  avl(82, 'CAN pedal position', 1, { unit: '%', attribute: 'throttle' }),
  avl(83, 'CAN fuel consumed', 4, { divisor: 10, unit: 'l', attribute: 'fuelUsed' }),
  avl(85, 'CAN engine speed', 2, { unit: 'rpm', attribute: 'rpm' }),
  avl(87, 'CAN mileage', 4, { unit: 'm', attribute: 'vehicleOdometer' }),
  avl(89, 'CAN fuel level', 1, { unit: '%', attribute: 'fuelLevel' }),
  avl(90, 'CAN doors', 2, { attribute: 'door', reading: 'flag' }),
  avl(662, 'CAN door', 1, { attribute: 'door', reading: 'flag' }),
  avl(102, 'Engine work time', 4, { unit: 'min' }),
  avl(103, 'Engine work time, counted', 4, { unit: 'min' }),
  avl(105, 'CAN mileage, counted', 4, { unit: 'm', attribute: 'vehicleOdometer' }),
  avl(107, 'CAN fuel counted', 4, { divisor: 10, unit: 'l', attribute: 'fuelUsed' }),
  avl(110, 'CAN fuel rate', 2, { divisor: 10, unit: 'l/h', attribute: 'fuelRate' }),
  avl(111, 'AdBlue level', 1, { unit: '%' }),
  avl(112, 'AdBlue level', 2, { divisor: 10, unit: 'l' }),
  avl(114, 'Engine load', 1, { unit: '%', attribute: 'engineLoad' }),
  avl(115, 'Engine temperature', 2, { divisor: 10, unit: 'C', isSigned: true, attribute: 'coolantTemp' }),
  avl(30, 'OBD fault code count', 1),
  avl(31, 'OBD engine load', 1, { unit: '%', attribute: 'engineLoad' }),
  avl(32, 'OBD coolant temperature', 1, { unit: 'C', isSigned: true, attribute: 'coolantTemp' }),
  avl(36, 'OBD engine speed', 2, { unit: 'rpm', attribute: 'rpm' }),
  avl(37, 'OBD speed', 1, { unit: 'km/h', attribute: 'vehicleSpeed' }),
  avl(40, 'OBD MAF', 2, { divisor: 100, unit: 'g/s' }),
  avl(41, 'OBD throttle', 1, { unit: '%', attribute: 'throttle' }),
  avl(42, 'OBD engine run time', 2, { unit: 's' }),
  avl(43, 'OBD distance with MIL on', 2, { unit: 'km' }),
  avl(48, 'OBD fuel level', 1, { unit: '%', attribute: 'fuelLevel' }),
  avl(49, 'OBD distance since codes cleared', 2, { unit: 'km' }),
  avl(51, 'OBD module voltage', 2, { divisor: 1000, unit: 'V' }),
  avl(60, 'OBD fuel rate', 2, { divisor: 100, unit: 'l/h', attribute: 'fuelRate' }),
  avl(389, 'OEM total mileage', 4, { unit: 'km' }),

  // Events
  avl(236, 'Alarm', 1, { alarms: { 1: 'sos' } }),
  avl(246, 'Towing', 1, { alarms: { 1: 'tow' } }),
  avl(247, 'Crash detection', 1, { words: CRASHES, alarms: { 1: 'accident', 6: 'accident' } }),
  avl(257, 'Crash trace', 'x'),
  avl(248, 'Immobilizer', 1),
  avl(249, 'Jamming', 1, { words: { 0: 'ends', 1: 'starts' }, alarms: { 1: 'jamming' } }),
  avl(318, 'GNSS jamming', 1, { alarms: { 1: 'jamming', 2: 'jamming' } }),
  avl(250, 'Trip', 1, { words: { 0: 'stop', 1: 'start', 2: 'business', 3: 'private' } }),
  avl(251, 'Idling', 1, { words: { 0: 'moving', 1: 'idling' }, alarms: { 1: 'idle' } }),
  avl(253, 'Green driving type', 1, {
    words: { 1: 'acceleration', 2: 'braking', 3: 'cornering' },
    alarms: { 1: 'hardAcceleration', 2: 'hardBraking', 3: 'hardCornering' },
  }),
  avl(254, 'Green driving value', 1, { divisor: 100, unit: 'g' }),
  avl(243, 'Green driving duration', 2, { unit: 'ms' }),
  avl(255, 'Overspeeding', 1, { unit: 'km/h' }),
  avl(391, 'Private mode', 1),
  avl(175, 'Auto geofence', 1, {
    words: { 0: 'left', 1: 'entered' },
    alarms: { 0: 'geofenceExit', 1: 'geofenceEnter' },
  }),
  ...geofenceIds().map((id, i) => avl(id, `Geofence zone ${i + 1}`, 1, GEOFENCE)),
];

function celsius(divisor: number, sensor: number): Options {
  return { divisor, unit: 'C', isSigned: true, attribute: `temp${sensor + 1}` };
}

/** Zones 1 to 50 lie where the vendor had ids left. */
function geofenceIds(): number[] {
  const ranges = [
    [155, 159],
    [61, 65],
    [70, 70],
    [88, 88],
    [91, 99],
    [153, 154],
    [190, 198],
    [208, 209],
    [216, 231],
  ];
  return ranges.flatMap(([from, to]) => Array.from({ length: to! - from! + 1 }, (_, i) => from! + i));
}
