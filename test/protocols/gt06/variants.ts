/** Frames whose layout the tracker's model decides, with what is to be read from them: rows for the tests that run over all. */
import { encodeFrame } from '../../../protocols/gt06/envelope.ts';
import type { Attributes } from '../../../protocols/protocol.ts';

interface Variant {
  readonly title: string;
  readonly model: string;
  readonly frame: Buffer;
  readonly attributes: Attributes;
}

const GPS = '0b081d112e10cf027ac7eb0c46584900148f';
const LBS = '01cc00287d001fb8';
const IDLE = { ignition: false, charge: false, armed: false, blocked: false };
const CELL = { mcc: 460, mnc: 0, lac: 10365, cid: 8120 };

function frameOf(type: number, bodyHex: string): Buffer {
  return encodeFrame(type, Buffer.from(bodyHex, 'hex'), 1);
}

/** A 26 with this alarm code, and the name that the model gives it. */
function alarm(model: string, code: number, name: string): Variant {
  const status = `400604${code.toString(16).padStart(2, '0')}02`;
  return {
    title: `alarm ${code.toString(16)} is ${name}`,
    model,
    frame: frameOf(0x26, `${GPS}09${LBS}${status}`),
    attributes: { ...CELL, ...IDLE, batteryLevel: 100, rssi: 4, alarm: name, alarmCode: code },
  };
}

export const VARIANTS: readonly Variant[] = [
  {
    title: 'the IMEI before the time',
    model: 'QH302R',
    frame: frameOf(0x12, `0123456789012345${GPS}${LBS}`),
    attributes: CELL,
  },
  {
    title: 'the supply in the last word of a heartbeat',
    model: 'LW4G-4B',
    frame: frameOf(0x13, '560604f083'),
    attributes: { ...IDLE, ignition: true, charge: true, alarm: 'powerCut', batteryLevel: 100, rssi: 4, power: 13.1 },
  },
  {
    title: 'volts in the last byte but one of a heartbeat',
    model: 'SEEWORLD',
    frame: frameOf(0x13, '4506560b01'),
    attributes: { ...IDLE, charge: true, armed: true, batteryLevel: 100, rssi: 86, power: 11 },
  },
  {
    title: 'volts in place of the level of a heartbeat',
    model: 'R11',
    frame: frameOf(0x13, '460b120400'),
    attributes: { ...IDLE, ignition: true, charge: true, power: 28.34, rssi: 4 },
  },
  alarm('VL103', 0x09, 'tow'),
  alarm('JM-VL03', 0x0c, 'powerOn'),
  alarm('VL512', 0x28, 'powerOff'),
  alarm('VL03', 0x30, 'hardBraking'),
  alarm('LL303', 0x09, 'tow'),
  alarm('G18', 0x09, 'tow'),
  alarm('SEEWORLD', 0x28, 'hardCornering'),
  alarm('SEEWORLD', 0x29, 'accident'),
  alarm('LW4G', 0x18, 'accident'),
  alarm('LW2G', 0x19, 'hardAcceleration'),
  alarm('TRX16i', 0x09, 'geofence'),
];
