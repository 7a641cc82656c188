/** Wishes of those who wait for a delivery: where it is by its external id, and keys that open nothing else. */
import { randomBytes } from 'node:crypto';
import type { Intake } from '../intake/intake.ts';
import type { Employee, Vehicle } from '../model/records.ts';
import type { Task } from '../model/task.ts';
import type { Tracker } from '../model/tracker.ts';
import type { Store } from '../store/store.ts';
import { type TaskValues, taskOfValues } from '../store/task-rows.ts';
import { etaS, PACE_MS } from './eta.ts';
import type { ShownFix } from './questions.ts';
import type { Searches } from './searches.ts';
import { unpack } from './slices.ts';

export interface Delivery {
  /** A task or a checkpoint. */
  readonly task: Task;
  readonly tracker: Tracker | null;
  readonly employee: Employee | null;
  readonly vehicle: Vehicle | null;
  /** Until it is reached, about; 0 = it has been; null = cannot be said. */
  readonly etaS: number | null;
}

export interface DeliveryOperations {
  /** Tasks, then checkpoints, whose window has begun and that are assigned, arrived or done late; at most `limit`. */
  findDeliveries(externalId: string, limit: number): Promise<readonly Delivery[]>;
  /** A new key for `delivery:read`; the one before it opens nothing any more. */
  createDeliverySession(): string;
  /** null = there is none. */
  readDeliverySession(): string | null;
}

/** Records that one pace is taken of; ten minutes of one a second. */
const FIXES_MAX = 600;

export function deliveryOperations(deps: {
  readonly store: Pick<Store, 'records' | 'recent'>;
  readonly searches: Searches;
  readonly intake: Pick<Intake, 'tracker' | 'live'>;
  readonly now: () => number;
}): DeliveryOperations {
  const { store, searches, intake, now } = deps;
  const { records } = store;

  async function sightings(trackerId: number): Promise<ShownFix['position'][]> {
    const recent = store.recent(trackerId);
    const { fix } = await searches.ask<'track_end'>({ kind: 'track_end', recent });
    if (fix === null) return [];
    const toMs = fix.position.timeMs;
    const period = { fromMs: toMs - PACE_MS, toMs, limit: FIXES_MAX };
    const { page } = await searches.ask<'list_fixes'>({ kind: 'list_fixes', recent, ...period });
    const valid = [...unpack<ShownFix>(page)].filter(({ invalidity }) => invalidity === null);
    return [...valid.map(({ position }) => position).filter(({ timeMs }) => timeMs < toMs), fix.position];
  }

  async function estimate({ terms, facts, tenure }: Task): Promise<number | null> {
    if (facts.arrivalMs !== null) return 0;
    if (tenure.trackerId === null || terms.zone === null) return null;
    return etaS(terms.zone, await sightings(tenure.trackerId), now());
  }

  return {
    async findDeliveries(externalId, limit) {
      const question = { kind: 'list_deliveries', externalId, nowMs: now(), limit } as const;
      const { page } = await searches.ask<'list_deliveries'>(question);
      const [employees, vehicles] = [records.list('employee'), records.list('vehicle')];
      const deliveries: Delivery[] = [];
      for (const values of unpack<TaskValues>(page)) {
        const task = intake.live(taskOfValues(values));
        const { trackerId } = task.tenure;
        const isTheirs = (one: Employee | Vehicle): boolean => trackerId !== null && one.trackerId === trackerId;
        deliveries.push({
          task,
          tracker: trackerId === null ? null : intake.tracker(trackerId),
          employee: employees.find(isTheirs) ?? null,
          vehicle: vehicles.find(isTheirs) ?? null,
          etaS: await estimate(task),
        });
      }
      return deliveries;
    },
    createDeliverySession() {
      const before = records.list('delivery_session');
      const { key } = records.create('delivery_session', { key: randomBytes(16).toString('hex') });
      for (const { id } of before) records.delete('delivery_session', id);
      return key;
    },
    readDeliverySession: () => records.list('delivery_session').at(-1)?.key ?? null,
  };
}
