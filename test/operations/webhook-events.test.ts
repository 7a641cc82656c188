/** Of which type a row of history is for webhooks. */
import { describe, expect, it } from 'vitest';
import type { FactsThen, TaskEventBody } from '../../src/model/event.ts';
import { isTold, WEBHOOK_TYPES, webhookType } from '../../src/operations/webhook-events.ts';
import { NEW_FACTS, task } from '../store/kit.ts';

function facts(state: FactsThen['state'], part: Partial<FactsThen> = {}): FactsThen {
  return { ...NEW_FACTS, trackerId: 1, state, ...part };
}

function turn(from: FactsThen, to: FactsThen): TaskEventBody {
  return { kind: 'status_change', from, to, stayMs: 0, revised: false, reason: null, witness: null };
}

const ASSIGNED = facts('assigned');
const ARRIVED = facts('active', { arrivalMs: 1 });

describe('a row', () => {
  it.each<[string, TaskEventBody, string | null]>([
    ['a creation', { kind: 'create', task: task(1) }, 'task.created'],
    ['an edit', { kind: 'update', text: {}, terms: {} }, 'task.updated'],
    ['a place in a route', { kind: 'place', checkpoint: null }, 'task.updated'],
    ['an assignment', { kind: 'assign', trackerId: 1 }, 'task.assigned'],
    ['an assignment to nobody', { kind: 'assign', trackerId: null }, 'task.unassigned'],
    ['coming near', { kind: 'presence', isNear: true, witness: null }, 'task.near'],
    ['going away', { kind: 'presence', isNear: false, witness: null }, 'task.away'],
    ['a form', { kind: 'form', formMs: 1 }, 'task.form_submitted'],
    ['a deletion', { kind: 'delete' }, 'task.deleted'],
    ['an arrival', turn(ASSIGNED, ARRIVED), 'task.arrived'],
    ['an arrival taken back', turn(ARRIVED, ASSIGNED), 'task.assigned'],
    ['an end in time', turn(ARRIVED, facts('completed')), 'task.done'],
    ['an end too late', turn(ARRIVED, facts('completed', { isLate: true })), 'task.delayed'],
    ['an end with issues', turn(ARRIVED, facts('completed', { issues: ['short_stay'] })), 'task.faulty'],
    ['a visit that was not enough', turn(ARRIVED, facts('failed', { isFaulty: true })), 'task.faulty'],
    ['a failure', turn(ASSIGNED, facts('failed')), 'task.failed'],
    ['a cancellation', turn(ASSIGNED, facts('cancelled')), 'task.cancelled'],
    ['a state within a status', turn(ASSIGNED, facts('accepted')), 'task.accepted'],
    ['a way', turn(facts('accepted'), facts('in_transit')), 'task.in_transit'],
    ['a pause', turn(facts('in_transit'), facts('suspended')), 'task.suspended'],
    ['a way back to where it was', turn(facts('accepted'), ASSIGNED), 'task.updated'],
    ['another detail of the same', turn(ARRIVED, { ...ARRIVED, isLate: true }), 'task.updated'],
    ['a draft', turn(ASSIGNED, facts('draft')), 'task.updated'],
    ['a route', { kind: 'route_status', from: 'assigned', to: 'done', revised: false }, null],
  ])('%s', (_name, body, type) => {
    expect(webhookType({ body })).toBe(type);
    if (type !== null) expect(WEBHOOK_TYPES).toContain(type);
    expect(isTold({ topics: [] }, { body })).toBe(type !== null);
    expect(isTold({ topics: ['task.eaten'] }, { body })).toBe(false);
    expect(isTold({ topics: [type ?? ''] }, { body })).toBe(type !== null);
  });
});
