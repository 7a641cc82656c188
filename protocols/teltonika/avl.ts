/**
 * The AVL dictionary as data: what an IO id means, by the vendor's AVL ID table of the FMB, FMC and FMM firmware.
 * Width and sign are not on the wire. Other families reuse ids; a value of another width than stated here is not named.
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
  /** Alarms by raw value, raised in a record which this id caused. */
  readonly alarms: Readonly<Record<number, string>> | null;
}

type Options = Partial<Pick<AvlEntry, 'divisor' | 'unit' | 'isSigned' | 'attribute' | 'reading' | 'faults' | 'alarms'>>;

const PLAIN: Required<Options> = {
  divisor: 1,
  unit: '',
  isSigned: false,
  attribute: null,
  reading: 'number',
  faults: [],
  alarms: null,
};

function avl(id: number, name: string, bytes: AvlEntry['bytes'], options: Options = {}): AvlEntry {
  return { id, name, bytes, ...PLAIN, ...options };
}

const GEOFENCE = { 0: 'geofenceExit', 1: 'geofenceEnter', 3: 'overspeed' };
const DALLAS_FAULTS = [850, 2000, 3000, 4000, 5000];
const BLE_TEMPERATURE_FAULTS = [2000, 3000, 4000];
const BLE_HUMIDITY_FAULTS = [2000, 3000, 4000];

/** In order of preference: where several ids give one attribute, the first one present does. */
export const AVL_ENTRIES: readonly AvlEntry[] = [
  // Motion and ignition
  avl(239, 'Ignition', 1, { attribute: 'ignition', reading: 'flag' }),
  avl(240, 'Movement', 1, { attribute: 'motion', reading: 'flag' }),
  avl(303, 'Instant movement', 1),
  avl(80, 'Data mode', 1),
  avl(200, 'Sleep mode', 1),
  avl(449, 'Ignition on counter', 4, { unit: 's' }),
  avl(16, 'Total odometer', 4, { unit: 'm', attribute: 'odometer' }),
  avl(199, 'Trip odometer', 4, { unit: 'm' }),
  avl(17, 'Axis X', 2, { unit: 'mg', isSigned: true }),
  avl(18, 'Axis Y', 2, { unit: 'mg', isSigned: true }),
  avl(19, 'Axis Z', 2, { unit: 'mg', isSigned: true }),

  // GNSS and GSM
  avl(24, 'Speed', 2, { unit: 'km/h' }),
  avl(69, 'GNSS status', 1),
  avl(181, 'GNSS PDOP', 2, { divisor: 10, attribute: 'pdop' }),
  avl(182, 'GNSS HDOP', 2, { divisor: 10, attribute: 'hdop' }),
  avl(21, 'GSM signal', 1, { unit: 'bars', attribute: 'rssi' }),
  avl(205, 'GSM cell id', 2),
  avl(206, 'GSM area code', 2),
  avl(636, 'UMTS/LTE cell id', 4),
  avl(241, 'Active GSM operator', 4),
  avl(237, 'Network type', 1),
  avl(11, 'ICCID, first half', 8),
  avl(14, 'ICCID, second half', 8),

  // Power
  avl(66, 'External voltage', 2, { divisor: 1000, unit: 'V', attribute: 'power' }),
  avl(67, 'Battery voltage', 2, { divisor: 1000, unit: 'V', attribute: 'battery' }),
  avl(68, 'Battery current', 2, { divisor: 1000, unit: 'A' }),
  avl(113, 'Battery level', 1, { unit: '%', attribute: 'batteryLevel' }),
  avl(252, 'Unplug', 1, { attribute: 'charge', reading: 'not', alarms: { 1: 'powerCut' } }),

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

  // Identifiers
  avl(78, 'iButton', 8, { attribute: 'driverUniqueId', reading: 'hex_reversed' }),
  avl(207, 'RFID', 8, { attribute: 'driverUniqueId', reading: 'hex' }),
  avl(264, 'Barcode', 'x'),
  avl(403, 'Driver name', 'x'),
  avl(256, 'VIN', 'x', { attribute: 'vin', reading: 'text' }),
  avl(325, 'VIN, CAN adapter', 'x', { attribute: 'vin', reading: 'text' }),
  avl(281, 'Fault codes', 'x'),
  avl(282, 'Fault codes, CAN adapter', 'x'),

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
  avl(81, 'CAN speed', 1, { unit: 'km/h' }),
  avl(82, 'CAN pedal position', 1, { unit: '%' }),
  avl(83, 'CAN fuel consumed', 4, { divisor: 10, unit: 'l' }),
  avl(85, 'CAN engine speed', 2, { unit: 'rpm' }),
  avl(87, 'CAN mileage', 4, { unit: 'm' }),
  avl(89, 'CAN fuel level', 1, { unit: '%' }),
  avl(90, 'CAN doors', 2, { attribute: 'door', reading: 'flag' }),
  avl(662, 'CAN door', 1, { attribute: 'door', reading: 'flag' }),
  avl(102, 'Engine work time', 4, { unit: 'min' }),
  avl(103, 'Engine work time, counted', 4, { unit: 'min' }),
  avl(105, 'CAN mileage, counted', 4, { unit: 'm' }),
  avl(107, 'CAN fuel counted', 4, { divisor: 10, unit: 'l' }),
  avl(110, 'CAN fuel rate', 2, { divisor: 10, unit: 'l/h' }),
  avl(111, 'AdBlue level', 1, { unit: '%' }),
  avl(112, 'AdBlue level', 2, { divisor: 10, unit: 'l' }),
  avl(114, 'Engine load', 1, { unit: '%' }),
  avl(115, 'Engine temperature', 2, { divisor: 10, unit: 'C', isSigned: true }),
  avl(30, 'OBD fault code count', 1),
  avl(31, 'OBD engine load', 1, { unit: '%' }),
  avl(32, 'OBD coolant temperature', 1, { unit: 'C', isSigned: true }),
  avl(36, 'OBD engine speed', 2, { unit: 'rpm' }),
  avl(37, 'OBD speed', 1, { unit: 'km/h' }),
  avl(40, 'OBD MAF', 2, { divisor: 100, unit: 'g/s' }),
  avl(41, 'OBD throttle', 1, { unit: '%' }),
  avl(42, 'OBD engine run time', 2, { unit: 's' }),
  avl(43, 'OBD distance with MIL on', 2, { unit: 'km' }),
  avl(48, 'OBD fuel level', 1, { unit: '%' }),
  avl(49, 'OBD distance since codes cleared', 2, { unit: 'km' }),
  avl(51, 'OBD module voltage', 2, { divisor: 1000, unit: 'V' }),
  avl(60, 'OBD fuel rate', 2, { divisor: 100, unit: 'l/h' }),
  avl(389, 'OEM total mileage', 4, { unit: 'km' }),

  // Events
  avl(236, 'Alarm', 1, { alarms: { 1: 'sos' } }),
  avl(246, 'Towing', 1, { alarms: { 1: 'tow' } }),
  avl(247, 'Crash detection', 1, { alarms: { 1: 'accident', 6: 'accident' } }),
  avl(257, 'Crash trace', 'x'),
  avl(248, 'Immobilizer', 1),
  avl(249, 'Jamming', 1, { alarms: { 1: 'jamming' } }),
  avl(318, 'GNSS jamming', 1, { alarms: { 1: 'jamming', 2: 'jamming' } }),
  avl(250, 'Trip', 1),
  avl(251, 'Idling', 1, { alarms: { 1: 'idle' } }),
  avl(253, 'Green driving type', 1, { alarms: { 1: 'hardAcceleration', 2: 'hardBraking', 3: 'hardCornering' } }),
  avl(254, 'Green driving value', 1, { divisor: 100, unit: 'g' }),
  avl(243, 'Green driving duration', 2, { unit: 'ms' }),
  avl(255, 'Overspeeding', 1, { unit: 'km/h' }),
  avl(391, 'Private mode', 1),
  avl(175, 'Auto geofence', 1, { alarms: { 0: 'geofenceExit', 1: 'geofenceEnter' } }),
  ...geofenceIds().map((id, i) => avl(id, `Geofence zone ${i + 1}`, 1, { alarms: GEOFENCE })),
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
