/** Events over all tasks and routes as people are told of them: in the order they were recorded, with what they are about. */
import type Database from 'better-sqlite3';
import { type EventRow, eventOf } from './event-rows.ts';
import type { EventQueries, ToldEvent } from './store.ts';

interface ToldRow extends EventRow {
  readonly label: string | null;
  readonly external_id: string | null;
  readonly address: string;
  readonly lat_deg: number | null;
  readonly lon_deg: number;
  readonly radius_m: number;
  readonly route_id: number | null;
  readonly tracker_id: number | null;
  /** JSON; null = a task's event. */
  readonly route_text: string | null;
  readonly route_tracker_id: number | null;
  readonly is_repeated: 0 | 1;
}

/** The index `history_told` knows these kinds by the same words. */
const TOLD = `h.kind IN ('status_change', 'form', 'route_status')`;

function told(order: 'ASC' | 'DESC'): string {
  return `SELECT h.id, h.uid, h.task_id, h.event_ms, h.recorded_ms, h.body,
      t.label, t.external_id, t.address, t.lat_deg, t.lon_deg, t.radius_m, t.route_id, t.tracker_id,
      r.text AS route_text, r.tracker_id AS route_tracker_id,
      h.kind = 'form' AND EXISTS (
        SELECT 1 FROM history e WHERE e.task_id = h.task_id AND e.id < h.id AND e.kind = 'form') AS is_repeated
    FROM history h LEFT JOIN tasks t ON t.id = h.task_id LEFT JOIN routes r ON r.id = h.task_id
    WHERE ${TOLD} AND h.recorded_ms BETWEEN ? AND ? AND h.id <= ?
    ORDER BY h.recorded_ms ${order}, h.id ${order}`;
}

export class SqliteEventQueries implements EventQueries {
  readonly #ascending: Database.Statement<[number, number, number], ToldRow>;
  readonly #descending: Database.Statement<[number, number, number], ToldRow>;

  constructor(db: Database.Database) {
    this.#ascending = db.prepare(told('ASC'));
    this.#descending = db.prepare(told('DESC'));
  }

  *told(fromMs: number, toMs: number, throughId: number, isDescending: boolean): Generator<ToldEvent> {
    const statement = isDescending ? this.#descending : this.#ascending;
    for (const row of statement.iterate(fromMs, toMs, throughId)) yield toldEvent(row);
  }
}

function toldEvent(row: ToldRow): ToldEvent {
  const event = eventOf(row);
  const isRepeated = row.is_repeated === 1;
  if (row.route_text !== null) {
    const { label, externalId } = JSON.parse(row.route_text) as {
      readonly label: string;
      readonly externalId: string | null;
    };
    return {
      event,
      isRepeated,
      subject: { label, externalId, routeId: null, trackerId: row.route_tracker_id, zone: null, address: '' },
    };
  }
  const zone = row.lat_deg === null ? null : { latDeg: row.lat_deg, lonDeg: row.lon_deg, radiusM: row.radius_m };
  const { label, external_id: externalId, route_id: routeId, tracker_id: trackerId, address } = row;
  return {
    event,
    isRepeated,
    subject: { label: label ?? '', externalId, routeId, trackerId, zone, address: address ?? '' },
  };
}
