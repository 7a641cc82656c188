/** What the demo shows: a living table on a terminal, one line every few seconds elsewhere. Pure text. */
import { NAVIXY_STATUSES, type NavixyStatus } from '../model/projections.ts';
import type { ActorGlance } from './demo-actor.ts';
import type { SinkDelivery } from './webhook-sink.ts';

export interface Line {
  readonly label: string;
  readonly eventMs: number;
  readonly from: NavixyStatus | null;
  readonly to: NavixyStatus | null;
  readonly isRevised: boolean;
}

export interface Glance {
  readonly elapsedMs: number;
  readonly clockMs: number;
  readonly factor: number;
  readonly httpUrl: string;
  readonly consoleUrl: string;
  readonly apiKey: string;
  readonly fixesPerSecond: number;
  readonly actors: readonly ActorGlance[];
  readonly countByStatus: Readonly<Record<NavixyStatus, number>>;
  /** Newest first. */
  readonly lines: readonly Line[];
  /** What the webhook sink took, oldest first. */
  readonly deliveries: readonly SinkDelivery[];
}

/** Hide the cursor and cut long lines instead of wrapping them; and back. */
export const TABLE_BEGIN = '\x1b[?25l\x1b[?7l\x1b[2J';
export const TABLE_END = '\x1b[?7h\x1b[?25h';
const DELIVERIES_SHOWN = 4;
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
const COLOURS: Readonly<Record<NavixyStatus, number>> = {
  unassigned: 90,
  assigned: 37,
  arrived: 36,
  done: 32,
  delayed: 33,
  failed: 31,
  faulty: 35,
};

export function plainLine(glance: Glance): string {
  const newest = glance.lines[0];
  const parts = [
    `${Math.round(glance.elapsedMs / 1000)} s`,
    `online ${online(glance)}/${glance.actors.length}`,
    `fixes/s ${Math.round(glance.fixesPerSecond)}`,
    NAVIXY_STATUSES.map((status) => `${status} ${glance.countByStatus[status]}`).join(' '),
    ...(newest === undefined ? [] : [`${newest.label}: ${newest.from ?? '-'} -> ${newest.to ?? '-'}`]),
    ...glance.deliveries.slice(-1).map(deliveryText),
  ];
  return `${parts.join(' | ')}\n`;
}

export function table(glance: Glance): string {
  const { actors, clockMs, countByStatus, consoleUrl, deliveries, factor, fixesPerSecond, httpUrl, apiKey, lines } =
    glance;
  const rows = [
    `Milepost demo   ${new Date(clockMs).toISOString().slice(0, 19)}Z x${factor}   Ctrl-C ends it`,
    `console ${consoleUrl}`,
    `API     ${httpUrl}   key ${apiKey}`,
    '',
    `${online(glance)} of ${actors.length} trackers online   ${Math.round(fixesPerSecond)} fixes/s`,
    '',
    ...inTwoColumns(actors.map(actorText)),
    '',
    `tasks   ${NAVIXY_STATUSES.map((status) => painted(status, `${status} ${countByStatus[status]}`)).join('   ')}`,
    '',
    ...lines.map(lineText),
    '',
    ...deliveries.slice(-DELIVERIES_SHOWN).reverse().map(deliveryText),
  ];
  return `${HOME}${rows.map((row) => `${row}${CLEAR_LINE}\n`).join('')}${CLEAR_BELOW}`;
}

function online(glance: Glance): number {
  return glance.actors.filter((actor) => actor.isOnline).length;
}

function actorText({ label, protocol, isRegistered, isOnline, speedKmh, waiting }: ActorGlance): string {
  const lack = isRegistered ? 'no coverage' : 'not accepted';
  const state = isOnline ? `${String(speedKmh).padStart(3)} km/h` : lack;
  const kept = waiting > 1 ? `  ${waiting} kept` : '';
  return `${label.padEnd(8)} ${protocol.padEnd(9)} ${(state + kept).padEnd(22)}`;
}

function inTwoColumns(cells: readonly string[]): string[] {
  const half = Math.ceil(cells.length / 2);
  return cells.slice(0, half).map((cell, i) => `${cell}  ${cells[half + i] ?? ''}`.trimEnd());
}

function lineText({ label, eventMs, from, to, isRevised }: Line): string {
  const time = new Date(eventMs).toISOString().slice(11, 19);
  const change = `${(from ?? '-').padStart(10)} -> ${to === null ? '-' : painted(to, to)}`;
  return `${time}  ${label.padEnd(22)} ${change}${isRevised ? '  (revised by late evidence)' : ''}`;
}

function deliveryText({ type, id, isVerified }: SinkDelivery): string {
  return `webhook ${type} ${id} ${isVerified ? 'signed' : 'NOT SIGNED'}`;
}

function painted(status: NavixyStatus, text: string): string {
  return `\x1b[${COLOURS[status]}m${text}\x1b[0m`;
}
