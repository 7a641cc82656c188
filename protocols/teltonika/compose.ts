/** Attributes that a device spreads over several ids: the SIM card, the network, the VIN, the driver's card. */
import type { Attributes } from '../protocol.ts';
import type { Elements } from './elements.ts';

const ICCID_HALVES = [11, 14] as const;
const OPERATOR = 241;
const TEXTS: readonly { readonly attribute: string; readonly ids: readonly number[] }[] = [
  { attribute: 'vin', ids: [105, 106, 107] },
  { attribute: 'driverUniqueId', ids: [195, 196] },
  { attribute: 'driverUniqueId', ids: [129, 130, 131] },
];

export function composeAttributes(attributes: Attributes, elements: Elements): void {
  composeIccid(attributes, elements);
  composeOperator(attributes, elements);
  for (const { attribute, ids } of TEXTS) composeText(attributes, elements, attribute, ids);
}

/** The decimal digits of two ids, the second one padded to ten: Teltonika "FMB AVL ID". */
function composeIccid(attributes: Attributes, elements: Elements): void {
  const [first, second] = ICCID_HALVES.map((id) => elements.get(id));
  if (first?.bytes !== 8 || second?.bytes !== 8 || first.value === 0n) return;
  attributes['iccid'] = `${first.value}${second.value.toString().padStart(10, '0')}`;
}

function composeOperator(attributes: Attributes, elements: Elements): void {
  const operator = elements.get(OPERATOR);
  if (operator?.bytes === 4) Object.assign(attributes, operatorAttributes(Number(operator.value)));
}

/** Country (3 digits) and network (2 or 3 digits) as one decimal number: 24602 = 246-02. */
export function operatorAttributes(code: number): Attributes {
  const digits = code.toString();
  if (digits.length !== 5 && digits.length !== 6) return {};
  return { mcc: Number(digits.slice(0, 3)), mnc: Number(digits.slice(3)) };
}

/** 8 ASCII characters an id, padded with zeros or FF; anything else is no text and stays raw. */
function composeText(attributes: Attributes, elements: Elements, attribute: string, ids: readonly number[]): void {
  if (Object.hasOwn(attributes, attribute)) return;
  const parts = ids.map((id) => elements.get(id));
  if (!parts.every((part) => part?.bytes === 8)) return;
  const bytes = Buffer.alloc(8 * ids.length);
  for (const [i, part] of parts.entries()) bytes.writeBigUInt64BE(part!.value as bigint, 8 * i);
  const text = bytes
    .toString('latin1')
    .replace(/[\0\xff]+$/, '')
    .trim();
  if (/^[\x20-\x7e]+$/.test(text)) attributes[attribute] = text;
}
