/**
 * Where the re-upload flag stands: a record that was buffered and one that was sent at once are the same record. Told from the
 * frame alone, since what is known of a device may change between two deliveries of one record.
 */
import { u16 } from '../wire/bytes.ts';
import { bodyAt, bodyEnd, isLong, typeAt } from './envelope.ts';
import { CELL, CELL_4G, CELL_CID4, CELL_MNC2_CID4, GPS_BYTES, WIDE_MNC } from './layout.ts';

const MODE_BYTES = 3;
const ODOMETER_BYTES = 4;
/** ACC, mode, re-upload. */
const FLAG_IN_MODE = 2;

/** Lengths that tell a form from the others of its type. */
const SEEWORLD_BYTES = 42;
const SL4X_BYTES = 37;
const TRX16I_BYTES = 48;

/** The offset in the frame, or null. */
export function reuploadAt(frame: Buffer): number | null {
  const type = frame[typeAt(frame)]!;
  if (isLong(frame)) return type === 0x38 ? fits(frame, bodyAt(frame) + GPS_BYTES + 1) : null;
  const bodyBytes = bodyEnd(frame) - bodyAt(frame);
  switch (type) {
    case 0x12:
    case 0x2d:
      return behindCell(frame, CELL.bytes);
    case 0x22:
      return bodyBytes === SEEWORLD_BYTES ? behindNarrow(frame) : behindCell(frame, CELL.bytes);
    case 0x37:
      return behindGps(frame, CELL.bytes + wideBytes(frame));
    case 0xa0:
      return behindCell(frame, CELL_4G.bytes);
    case 0x31:
      return bodyBytes === SL4X_BYTES ? behindGps(frame, CELL_MNC2_CID4.bytes) : null;
    case 0x36:
      return bodyBytes === TRX16I_BYTES ? behindNarrow(frame) : null;
    default:
      return null;
  }
}

/** With nothing behind the mode but the odometer; any other tail is another form. */
function behindCell(frame: Buffer, cellBytes: number): number | null {
  const modeAt = bodyAt(frame) + GPS_BYTES + cellBytes + wideBytes(frame);
  const left = bodyEnd(frame) - modeAt;
  return left === MODE_BYTES || left === MODE_BYTES + ODOMETER_BYTES ? modeAt + FLAG_IN_MODE : null;
}

function behindGps(frame: Buffer, cellBytes: number): number | null {
  return fits(frame, bodyAt(frame) + GPS_BYTES + cellBytes + FLAG_IN_MODE);
}

/** Behind a cell with an id of four bytes: the length leaves no room for a wide one. */
function behindNarrow(frame: Buffer): number | null {
  return wideBytes(frame) === 0 ? behindGps(frame, CELL_CID4.bytes) : null;
}

function wideBytes(frame: Buffer): number {
  return (u16(frame, bodyAt(frame) + GPS_BYTES) & WIDE_MNC) === 0 ? 0 : 1;
}

function fits(frame: Buffer, at: number): number | null {
  return at < bodyEnd(frame) ? at : null;
}
