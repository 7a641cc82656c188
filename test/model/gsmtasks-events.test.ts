import { describe, expect, it } from 'vitest';
import type { FactsThen, RecordedEvent, TaskEventBody } from '../../src/model/event.ts';
import { eventsSaid } from '../../src/model/gsmtasks-events.ts';
import { LIFECYCLE_STATES, type LifecycleState } from '../../src/model/task.ts';
import { siblingOf } from '../../src/model/uuid.ts';
import { task } from '../store/kit.ts';

const UID = '3f52b57b-bac7-8e0d-9d0d-e8b706ace2ee';

function then(state: LifecycleState, more: Partial<FactsThen> = {}): FactsThen {
  return {
    ...{ state, arrivalMs: null, isLate: false, isFaulty: false, issues: [], closer: null, trackerId: 1 },
    ...more,
  };
}

function turn(from: FactsThen, to: FactsThen, reason: string | null, revised = false): TaskEventBody {
  return { kind: 'status_change', from, to, stayMs: 0, revised, reason, witness: null };
}

function row(body: TaskEventBody): RecordedEvent {
  return { id: 7, uid: UID, taskId: 3, eventMs: 10, recordedMs: 20, body };
}

function told(body: TaskEventBody, dialect: 'navixy' | 'gsmtasks' | 'thetrack' = 'gsmtasks'): string[] {
  return eventsSaid(row(body), { dialect, tenure: { trackerId: 1 } }).map(
    ({ field, event, fromState, toState }) => `${field}|${event} ${fromState}>${toState}`,
  );
}

const CREATED = { kind: 'create', task: task(3) } as const;
const NEW = { kind: 'update', text: {}, terms: {} } as const;

describe('a history row in the words of GSMtasks', () => {
  it.each<[string, TaskEventBody, string[]]>([
    ['a creation', CREATED, ['state|create >assigned']],
    ['an edit', NEW, ['|updated >']],
    [
      'an assignment',
      { kind: 'assign', trackerId: 1, from: then('unassigned', { trackerId: null }), to: then('assigned') },
      ['state|assign unassigned>assigned'],
    ],
    [
      'another tracker',
      { kind: 'assign', trackerId: 2, from: then('active'), to: then('assigned', { trackerId: 2 }) },
      ['state|assign active>assigned'],
    ],
    [
      'nobody',
      { kind: 'assign', trackerId: null, from: then('accepted'), to: then('unassigned', { trackerId: null }) },
      ['state|unassign accepted>unassigned'],
    ],
    ['an assignment before these told more', { kind: 'assign', trackerId: 1 }, ['state|assign >assigned']],
    ['nobody, before these told more', { kind: 'assign', trackerId: null }, ['state|unassign >unassigned']],
    ['near', { kind: 'presence', isNear: true, witness: null }, ['assignee_proximity|assignee_near away>near']],
    ['away', { kind: 'presence', isNear: false, witness: null }, ['assignee_proximity|assignee_away near>away']],
    ['a deletion', { kind: 'delete', from: then('in_transit') }, ['state|cancel transit>cancelled']],
    ['the deletion of what is over', { kind: 'delete', from: then('completed') }, []],
    ['a form', { kind: 'form', formMs: 1 }, []],
    ['a place in a route', { kind: 'place', checkpoint: null }, []],
    ['accept', turn(then('assigned'), then('accepted'), 'accept'), ['state|accept assigned>accepted']],
    ['start', turn(then('accepted'), then('in_transit'), 'start'), ['state|transit accepted>transit']],
    ['suspend', turn(then('in_transit'), then('suspended'), 'suspend'), ['state|updated transit>accepted']],
    ['resume', turn(then('suspended'), then('in_transit'), 'start'), ['state|transit accepted>transit']],
    ['release', turn(then('draft'), then('assigned'), 'release'), ['state|updated draft>assigned']],
    ['reject', turn(then('accepted'), then('unassigned'), 'reject'), ['state|reject accepted>unassigned']],
    ['restart', turn(then('failed'), then('assigned'), 'restart'), ['state|restart failed>assigned']],
    [
      'what fixes say after a restart',
      turn(then('assigned'), then('active', { arrivalMs: 5 }), 'restart'),
      ['state|activate assigned>active'],
    ],
    [
      'the deadline',
      turn(then('assigned'), then('failed', { closer: 'clock' }), 'clock'),
      ['state|fail assigned>failed'],
    ],
    ['the head of a queue', turn(then('assigned'), then('in_transit'), 'fix'), ['state|transit assigned>transit']],
    ['an arrival that moves nothing', turn(then('assigned'), then('assigned', { arrivalMs: 5 }), 'fix'), []],
    [
      'a conclusion that is taken back',
      turn(then('completed', { arrivalMs: 5 }), then('assigned'), 'late_fix', true),
      ['state|updated completed>assigned'],
    ],
    [
      'a failure that was none',
      turn(then('failed'), then('completed', { arrivalMs: 5 }), 'late_fix', true),
      ['state|complete failed>completed'],
    ],
  ])('%s', (_, body, expected) => {
    expect(told(body)).toEqual(expected);
  });

  it('tells an arrival at a task of Navixy as coming near too, and only there', () => {
    const arrival = turn(then('assigned'), then('active', { arrivalMs: 5 }), 'fix');
    expect(told(arrival, 'navixy')).toEqual([
      'assignee_proximity|assignee_near away>near',
      'state|activate assigned>active',
    ]);
    expect(told(arrival, 'thetrack')).toEqual(['state|activate assigned>active']);
    const back = turn(then('active', { arrivalMs: 5 }), then('assigned'), 'late_fix', true);
    expect(told(back, 'navixy')).toEqual([
      'assignee_proximity|assignee_away near>away',
      'state|updated active>assigned',
    ]);
  });

  it('has an id of its own for each event: the row itself is the change of state', () => {
    const arrival = row(turn(then('assigned'), then('active', { arrivalMs: 5 }), 'fix'));
    const said = eventsSaid(arrival, { dialect: 'navixy', tenure: { trackerId: 1 } });
    expect(said.map(({ uuid, seq }) => [uuid, seq])).toEqual([
      [siblingOf(UID), 14],
      [UID, 15],
    ]);
    expect(siblingOf(siblingOf(UID))).toBe(UID);
    expect(siblingOf(UID)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(eventsSaid(row(NEW)).map(({ uuid }) => uuid)).toEqual([UID]);
  });

  it('says who did it, what they said and where, and who has the task', () => {
    const remark = { by: 'u', notes: 'Nobody home', place: { latDeg: 1, lonDeg: 2 }, instruction: 'i' };
    const body = { ...turn(then('active'), then('failed'), 'fail'), remark } as TaskEventBody;
    expect(eventsSaid(row(body))).toMatchObject([
      {
        ...{ by: 'u', notes: 'Nobody home', place: { latDeg: 1, lonDeg: 2 }, instruction: 'i' },
        ...{ taskId: 3, trackerId: 1, formerTrackerId: 1, timeMs: 10, recordedMs: 20 },
      },
    ]);
    const suspended = turn(then('active'), then('suspended'), 'suspend');
    expect(eventsSaid(row(suspended))).toMatchObject([{ by: null, notes: 'suspended', instruction: null }]);
    const seen = {
      ...turn(then('assigned'), then('active', { arrivalMs: 5 }), 'fix'),
      witness: { timeMs: 9, latDeg: 3, lonDeg: 4 },
    };
    expect(eventsSaid(row(seen as TaskEventBody))).toMatchObject([{ by: null, place: { latDeg: 3, lonDeg: 4 } }]);
    expect(eventsSaid(row(NEW), { dialect: 'gsmtasks', tenure: { trackerId: 8 } })).toMatchObject([{ trackerId: 8 }]);
  });

  it('is total: any turn from any state to any other is one event at most, with these states', () => {
    for (const from of LIFECYCLE_STATES) {
      for (const to of LIFECYCLE_STATES) {
        for (const reason of ['fix', 'clock', null]) {
          const said = eventsSaid(row(turn(then(from), then(to), reason)));
          expect(said.length).toBeLessThanOrEqual(1);
        }
      }
    }
  });
});
