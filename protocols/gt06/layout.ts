/**
 * The vendor's tables (Concox GT06 protocol v1.8.1; the "UTC" forms of GT06N/E), declared.
 * What is common to several messages is a table of its own; decode.ts says which message is made of which.
 */
import { Parser } from 'binary-parser';

const big = () => new Parser().endianness('big');

interface DateTimeLayout {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const dateTime = big().uint8('year').uint8('month').uint8('day').uint8('hour').uint8('minute').uint8('second');

export interface GpsLayout {
  readonly dateTime: DateTimeLayout;
  /** Length of the GPS information; 12, on some devices 13 or nothing sensible. */
  readonly length: number;
  /** Saturates at 15. */
  readonly satellites: number;
  /** Degrees x 1 800 000, unsigned; the hemispheres are in the status bits. */
  readonly latitude: number;
  readonly longitude: number;
  readonly speed: number;
  readonly accOn: number;
  readonly accKnown: number;
  readonly differential: number;
  readonly positioned: number;
  readonly west: number;
  readonly north: number;
  readonly course: number;
}

const courseStatus = (parser: Parser) =>
  parser
    .bit1('accOn')
    .bit1('accKnown')
    .bit1('differential')
    .bit1('positioned')
    .bit1('west')
    .bit1('north')
    .bit10('course');

const gps = courseStatus(
  big()
    .nest('dateTime', { type: dateTime })
    .bit4('length')
    .bit4('satellites')
    .uint32('latitude')
    .uint32('longitude')
    .uint8('speed'),
);
/** Date and time (6) and GPS information (12), at the head of every position message. */
export const GPS_BYTES = 18;

export interface CellLayout {
  readonly mcc: number;
  readonly mnc: number;
  readonly lac: number;
  readonly cidHigh: number;
  readonly cidLow: number;
}

const cell = (wide: boolean) => {
  const codes = big().uint16('mcc');
  return (wide ? codes.uint16('mnc') : codes.uint8('mnc')).uint16('lac').uint8('cidHigh').uint16('cidLow');
};
const narrowCell = cell(false);
const wideCell = cell(true);
/** Top bit of the country code: the network code that follows has two bytes. */
export const WIDE_MNC = 0x8000;
export const CELL_BYTES = 8;
export const WIDE_CELL_BYTES = 9;

export interface TerminalInfoLayout {
  readonly cut: number;
  readonly tracking: number;
  /** 1 vibration, 2 power cut, 3 low battery, 4 SOS. */
  readonly alarmHigh: number;
  readonly alarmLow: number;
  readonly charging: number;
  readonly accOn: number;
  readonly armed: number;
}

export interface StatusLayout {
  readonly info: TerminalInfoLayout;
  readonly voltage: number;
  readonly gsm: number;
  /** Alarm messages: the alarm code. Heartbeats: opaque. */
  readonly alarm: number;
  readonly language: number;
}

const terminalInfo = big()
  .bit1('cut')
  .bit1('tracking')
  .bit1('alarmHigh')
  .bit2('alarmLow')
  .bit1('charging')
  .bit1('accOn')
  .bit1('armed');
const status = big()
  .nest('info', { type: terminalInfo })
  .uint8('voltage')
  .uint8('gsm')
  .uint8('alarm')
  .uint8('language');
export const STATUS_BYTES = 5;

export function parseGps(bytes: Buffer): GpsLayout {
  return gps.parse(bytes) as GpsLayout;
}

export function parseCell(bytes: Buffer, isWide: boolean): CellLayout {
  return (isWide ? wideCell : narrowCell).parse(bytes) as CellLayout;
}

export function parseStatus(bytes: Buffer): StatusLayout {
  return status.parse(bytes) as StatusLayout;
}

export function parseTerminalInfo(bytes: Buffer): TerminalInfoLayout {
  return terminalInfo.parse(bytes) as TerminalInfoLayout;
}
