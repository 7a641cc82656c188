/** What a webhook is told of an event: whole where it may be, and below 20 KB in any case. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BODY_BYTES_MAX, fitted, webhookBody } from '../../../src/api/own/webhook-payload.ts';
import type { RecordedEvent } from '../../../src/model/event.ts';
import type { Corner, Task } from '../../../src/model/task.ts';
import { T0, task, tracker } from '../../store/kit.ts';

const ALL = { topics: [] };

function created(of: Task): RecordedEvent {
  return { id: 3, uid: 'u', taskId: of.id, eventMs: T0, recordedMs: T0 + 5, body: { kind: 'create', task: of } };
}

function bodyOf(of: Task, event = created(of)) {
  const text = webhookBody(ALL, event, { readTask: () => of, readTracker: (id) => tracker(id) });
  expect(Buffer.byteLength(text!)).toBeLessThan(BODY_BYTES_MAX);
  return JSON.parse(text!);
}

describe('a body', () => {
  it('is the type, the time of the event, and what the live stream says', () => {
    const { type, timestamp, data } = bodyOf(task(1));
    expect([type, timestamp]).toEqual(['task.created', '2026-05-01T08:00:00.000Z']);
    expect(data).toMatchObject({
      id: 3,
      taskId: 1,
      kind: 'create',
      recordedAt: '2026-05-01T08:00:00.005Z',
      toStatus: 'assigned',
      isRevised: false,
      reason: null,
      witness: null,
      task: { id: 1, label: 'Task 1', trackerLabel: 'Tracker 1', zone: { radius: 150, ring: null } },
    });
    expect(data).not.toHaveProperty('shortened');
  });

  it('is none where it is not asked for', () => {
    const event = created(task(1));
    const source = { readTask: () => null, readTracker: () => null };
    expect(webhookBody({ topics: ['task.deleted'] }, event, source)).toBeNull();
    expect(JSON.parse(webhookBody({ topics: ['task.created'] }, event, source)!).data.task).toBeNull();
  });

  it('says where it is not whole: a long text ends early, a long list is left out', () => {
    const ring: Corner[] = Array.from({ length: 500 }, (_, i) => [i / 7, i / 9]);
    const zone = { latDeg: 1, lonDeg: 2, radiusM: 3, ring: [...ring, ring[0]!] };
    const { text, terms } = task(1);
    const long = task(1, { text: { ...text, description: 'ß'.repeat(30_000) }, terms: { ...terms, zone } });
    const { data } = bodyOf(long);
    expect(data.shortened).toEqual(['task.description', 'task.zone.ring']);
    expect([data.task.description.length, data.task.zone]).toEqual([2001, { lat: 1, lon: 2, radius: 3, ring: [] }]);
  });

  it('never breaks a character in two', () => {
    const { text } = task(1);
    const { data } = bodyOf(task(1, { text: { ...text, description: `a${'😀'.repeat(20_000)}` } }));
    expect(data.task.description.isWellFormed?.() ?? true).toBe(true);
    expect(data.task.description.endsWith('😀…')).toBe(true);
  });

  it('fits, whatever it is made of', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.repeat(200));
    const data = fc.record({
      task: fc.record({ label: texts, fields: fc.array(fc.record({ a: texts, b: texts }), { maxLength: 60 }) }),
    });
    const property = fc.property(data, (made) => {
      const body = fitted((said) => ({ type: 't', timestamp: 0, data: said }), made);
      expect(Buffer.byteLength(body)).toBeLessThan(BODY_BYTES_MAX);
      const said = JSON.parse(body).data;
      if (said.shortened === undefined) expect(said).toEqual(made);
    });
    fc.assert(property, { numRuns: 100 });
  });
});
