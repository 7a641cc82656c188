/** Tasks and what is known of them, as the API answers, for tests of the console's pages on tasks. */
import type { Delivery, Fix, Frame, HistoryEvent, LiveTaskEvent, Task } from '../../../src/console/wire.ts';

export const FROM = '2026-11-22T08:00:00.000Z';
export const TO = '2026-11-22T10:00:00.000Z';

export function task(some: Partial<Task> = {}): Task {
  return {
    ...{ id: 7, uuid: '7', dialect: 'navixy', label: 'Bakery', description: '', externalId: null },
    ...{ status: 'assigned', state: 'assigned', isOpen: true, statusAt: FROM },
    ...{ trackerId: 3, trackerLabel: 'Van 3', address: 'Mill Lane 1', from: FROM, to: TO },
    zone: { lat: 52.5, lon: 13.4, radius: 100, ring: null },
    ...{ maxDelay: 0, minStay: 0, minArrival: 0, arrivedAt: null, departedAt: null, stay: 0 },
    ...{ issues: [], isLate: false, isFaulty: false, routeId: null, createdAt: FROM, form: null },
    ...some,
  };
}

export function event(some: Partial<HistoryEvent> = {}): HistoryEvent {
  return {
    ...{ id: 1, uid: '1', taskId: 7, kind: 'status_change', eventAt: FROM, recordedAt: FROM, words: 'arrived' },
    ...{ fromStatus: null, toStatus: null, isRevised: false, reason: null, witness: null, trackerId: 3 },
    ...some,
  };
}

export function liveEvent(after: Task | null, taskId = after?.id ?? 7): LiveTaskEvent {
  return { ...event({ taskId }), task: after };
}

export function fix(time: string, some: Partial<Fix> = {}): Fix {
  return {
    ...{ time, receivedAt: time, protocol: 'teltonika', lat: 52.5, lon: 13.4, altitude: null, speed: null },
    ...{ course: 0, satellites: 9, valid: true, invalidity: null, io: {}, attributes: {} },
    ...some,
  };
}

export function frame(some: Partial<Frame> = {}): Frame {
  return {
    ...{ receivedAt: FROM, protocol: 'teltonika', hex: '00', message: 'records', error: null, reply: null },
    ...{ fields: [], fixes: [] },
    ...some,
  };
}

export function delivery(some: Partial<Delivery> = {}): Delivery {
  return {
    ...{ webhook: 'w', webhookName: 'dispatch', eventId: 1, taskId: 7, messageId: 'm', type: 'task.arrived' },
    ...{ at: FROM, duration: 12, status: 200, error: null },
    ...some,
  };
}
