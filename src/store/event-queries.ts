/** Events over all tasks and routes as people are told of them: in the order they were recorded, and what they are about. */
import type Database from 'better-sqlite3';
import type { TaskEventBody } from '../model/event.ts';
import type { EventQueries, FeedEvent, Subject } from './store.ts';

/** As arrays: many are looked at for the few that are shown. */
type ToldRow = [
  id: number,
  taskId: number,
  eventMs: number,
  recordedMs: number,
  routeId: number | null,
  trackerId: number | null,
  isRepeated: 0 | 1,
  body: string,
];

interface TaskSubjectRow {
  readonly label: string;
  readonly external_id: string | null;
  readonly address: string;
  readonly lat_deg: number;
  readonly lon_deg: number;
  readonly radius_m: number;
}

/** The kinds are worded like those of the index `history_told`, or SQLite would not use it. */
function told(order: 'ASC' | 'DESC'): string {
  return `SELECT h.id, h.task_id, h.event_ms, h.recorded_ms, t.route_id,
      CASE h.kind WHEN 'route_status' THEN (SELECT tracker_id FROM routes r WHERE r.id = h.task_id) ELSE t.tracker_id END,
      h.kind = 'form' AND EXISTS (
        SELECT 1 FROM history e WHERE e.task_id = h.task_id AND e.id < h.id AND e.kind = 'form'),
      h.body
    FROM history h LEFT JOIN tasks t ON t.id = h.task_id
    WHERE h.kind IN ('status_change', 'form', 'route_status') AND h.recorded_ms BETWEEN ? AND ? AND h.id <= ?
    ORDER BY h.recorded_ms ${order}, h.id ${order}`;
}

const NOTHING: Subject = { label: '', externalId: null, zone: null, address: '' };

export class SqliteEventQueries implements EventQueries {
  readonly #ascending: Database.Statement<[number, number, number], ToldRow>;
  readonly #descending: Database.Statement<[number, number, number], ToldRow>;
  readonly #task: Database.Statement<[number], TaskSubjectRow>;
  readonly #route: Database.Statement<[number], string>;

  constructor(db: Database.Database) {
    this.#ascending = db.prepare<[number, number, number], ToldRow>(told('ASC')).raw();
    this.#descending = db.prepare<[number, number, number], ToldRow>(told('DESC')).raw();
    this.#task = db.prepare('SELECT label, external_id, address, lat_deg, lon_deg, radius_m FROM tasks WHERE id = ?');
    this.#route = db.prepare<[number], string>('SELECT text FROM routes WHERE id = ?').pluck();
  }

  *told(fromMs: number, toMs: number, throughId: number, isDescending: boolean): Generator<FeedEvent> {
    const statement = isDescending ? this.#descending : this.#ascending;
    for (const row of statement.iterate(fromMs, toMs, throughId)) {
      const [id, taskId, eventMs, recordedMs, routeId, trackerId, isRepeated, body] = row;
      // Of the kinds that are told, none needs what `eventOf` mends.
      const event = { id, taskId, eventMs, recordedMs, body: JSON.parse(body) as TaskEventBody };
      yield { event, routeId, trackerId, isRepeated: isRepeated === 1 };
    }
  }

  subject(taskId: number): Subject {
    const row = this.#task.get(taskId);
    if (row === undefined) return this.#routeSubject(taskId);
    const { label, external_id: externalId, address } = row;
    return { label, externalId, address, zone: { latDeg: row.lat_deg, lonDeg: row.lon_deg, radiusM: row.radius_m } };
  }

  #routeSubject(routeId: number): Subject {
    const text = this.#route.get(routeId);
    return text === undefined ? NOTHING : { ...NOTHING, ...nameOf(text) };
  }
}

function nameOf(text: string): Pick<Subject, 'label' | 'externalId'> {
  const { label, externalId } = JSON.parse(text) as Pick<Subject, 'label' | 'externalId'>;
  return { label, externalId };
}
