/** Attributes of a fix in words and with their units. Names that are not known are shown as they are. Pure. */

export type AttributeValue = number | string | boolean;

export interface AttributeWords {
  readonly label: string;
  readonly value: string;
}

interface Word {
  readonly label: string;
  readonly unit?: string;
  /** Divided by it before it is shown. */
  readonly scale?: number;
  /** Of a boolean: true, false. */
  readonly states?: readonly [string, string];
}

const ON_OFF = ['on', 'off'] as const;
const YES_NO = ['yes', 'no'] as const;

const WORDS: Readonly<Record<string, Word>> = {
  ignition: { label: 'Ignition', states: ON_OFF },
  motion: { label: 'Moving', states: YES_NO },
  charge: { label: 'External power', states: ['connected', 'not connected'] },
  armed: { label: 'Alarm armed', states: YES_NO },
  blocked: { label: 'Engine cut off', states: YES_NO },
  archive: { label: 'Buffered by the device', states: YES_NO },
  door: { label: 'Door', states: ['open', 'closed'] },
  odometer: { label: 'Odometer', unit: 'km', scale: 1000 },
  tripOdometer: { label: 'Trip', unit: 'km', scale: 1000 },
  vehicleOdometer: { label: 'Odometer of the vehicle', unit: 'km', scale: 1000 },
  power: { label: 'Supply', unit: 'V' },
  battery: { label: 'Battery', unit: 'V' },
  batteryCurrent: { label: 'Battery current', unit: 'A' },
  batteryLevel: { label: 'Battery level', unit: '%' },
  rssi: { label: 'Signal' },
  alarm: { label: 'Alarm' },
  alarmCode: { label: 'Alarm code' },
  iccid: { label: 'SIM card' },
  imsi: { label: 'Subscriber (IMSI)' },
  driverUniqueId: { label: 'Driver id' },
  driverName: { label: 'Driver' },
  vin: { label: 'Vehicle (VIN)' },
  dtcs: { label: 'Fault codes' },
  result: { label: 'Answer to a command' },
  uploadMode: { label: 'Upload mode' },
  accuracy: { label: 'Accuracy', scale: 100 },
  mcc: { label: 'Cell: country (MCC)' },
  mnc: { label: 'Cell: network (MNC)' },
  lac: { label: 'Cell: area (LAC)' },
  cid: { label: 'Cell id' },
  cells: { label: 'Cells heard' },
  wifi: { label: 'Wi-Fi heard' },
  hdop: { label: 'HDOP' },
  pdop: { label: 'PDOP' },
  humidity: { label: 'Humidity', unit: '%' },
  fuel: { label: 'Fuel', unit: 'l' },
  fuelLevel: { label: 'Fuel level', unit: '%' },
  fuelUsed: { label: 'Fuel used', unit: 'l' },
  fuelRate: { label: 'Fuel rate', unit: 'l/h' },
  rpm: { label: 'Engine speed', unit: '1/min' },
  vehicleSpeed: { label: 'Speed of the vehicle', unit: 'km/h' },
  speedLimit: { label: 'Speed limit', unit: 'km/h' },
  engineLoad: { label: 'Engine load', unit: '%' },
  throttle: { label: 'Throttle', unit: '%' },
  coolantTemp: { label: 'Coolant', unit: '\u00b0C' },
};

/** Names that end in a number. */
const NUMBERED: Readonly<Record<string, Word>> = {
  temp: { label: 'Temperature', unit: '\u00b0C' },
  adc: { label: 'Analogue input', unit: 'V' },
  input: { label: 'Input', states: ON_OFF },
  output: { label: 'Output', states: ON_OFF },
};

const AXES: Readonly<Record<string, Word>> = {
  axisX: { label: 'Acceleration X', unit: 'mg' },
  axisY: { label: 'Acceleration Y', unit: 'mg' },
  axisZ: { label: 'Acceleration Z', unit: 'mg' },
};

export function attributeWords(name: string, value: AttributeValue): AttributeWords {
  const word = wordOf(name);
  return { label: word.label, value: valueText(value, word) };
}

function wordOf(name: string): Word {
  const known = own(WORDS, name) ?? own(AXES, name);
  if (known !== undefined) return known;
  const [, stem = '', number = ''] = /^([a-z]+)(\d+)$/.exec(name) ?? [];
  const numbered = own(NUMBERED, stem);
  return numbered === undefined ? { label: name } : { ...numbered, label: `${numbered.label} ${number}` };
}

/** A device may name an attribute `constructor`. */
function own(words: Readonly<Record<string, Word>>, name: string): Word | undefined {
  return Object.hasOwn(words, name) ? words[name] : undefined;
}

function valueText(value: AttributeValue, { unit, scale, states = YES_NO }: Word): string {
  if (typeof value === 'boolean') return value ? states[0] : states[1];
  const shown = typeof value === 'number' && scale !== undefined ? value / scale : value;
  return unit === undefined ? String(shown) : `${shown} ${unit}`;
}

const COMPASS = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'] as const;

/** `NE, 45°`. */
export function courseText(course: number): string {
  const eighth = ((Math.round(course / 45) % 8) + 8) % 8;
  return `${COMPASS[eighth]}, ${Math.round(course)}\u00b0`;
}

export function placeText(lat: number, lon: number): string {
  return `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
}

/** `850 m`, `12.3 km`. */
export function distanceText(meters: number): string {
  return meters < 1000 ? `${Math.round(meters)} m` : `${(meters / 1000).toFixed(1)} km`;
}

const INVALIDITIES: Readonly<Record<string, string>> = {
  no_position: 'the device had no position',
  out_of_range: 'its position is not on earth',
  before_2005: 'its time is before 2005',
  in_future: 'its time is in the future',
};

/** Why a record is no evidence. */
export function invalidityText(code: string | null): string {
  if (code === null) return 'not valid';
  return Object.hasOwn(INVALIDITIES, code) ? INVALIDITIES[code]! : code;
}
