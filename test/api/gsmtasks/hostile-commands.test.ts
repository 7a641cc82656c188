import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INSTRUCTIONS } from '../../../src/model/instruction.ts';
import { happenings } from './happenings-kit.ts';

const RUNS = 150;
const HOSTILE = [
  '',
  '%',
  '\u0000',
  '__proto__',
  "'; DROP TABLE tasks; --",
  '9'.repeat(400),
  '1e999',
  '../../etc',
  '-1',
  'null',
  '😀\ud800',
];

const junk = fc.oneof(fc.constantFrom(...HOSTILE), fc.jsonValue({ maxDepth: 3 }), fc.double(), fc.integer());

describe('whatever is sent', () => {
  it('to commands is decided on or refused, and never a fault of ours', async () => {
    const world = await happenings();
    const task = await world.task();
    const usual = (value: unknown) =>
      fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: junk });
    const data = fc.record(
      {
        scheduled_time: usual('2026-03-02T08:00:00Z'),
        position: usual(5),
        metafields: usual({ 'own:a': 1 }),
        address: usual({ raw_address: 'x', location: { type: 'Point', coordinates: [24, 59] } }),
        contact_address: usual({ address: { city: 'Tartu' } }),
        route: usual(null),
        duration: usual('00:05:00'),
      },
      { requiredKeys: [] },
    );
    const command = fc.record(
      {
        task: usual(task.uuid),
        time: usual('2026-03-02T08:00:00Z'),
        action: fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom<unknown>(...INSTRUCTIONS) },
          { weight: 1, arbitrary: junk },
        ),
        external_id: fc.oneof(fc.constantFrom('a', 'b', null), junk),
        assignee: fc.oneof(fc.constantFrom(...world.trackerUuids.values(), null), junk),
        notes: junk,
        location: usual({ type: 'Point', coordinates: [24, 59] }),
        task_data: fc.oneof(data, junk),
      },
      { requiredKeys: ['task', 'time', 'action'] },
    );
    const body = fc.oneof(command, fc.array(command, { maxLength: 4 }), junk);
    await fc.assert(
      fc.asyncProperty(body, async (each) => {
        const { status, body: told } = await world.ask('POST', '/task_commands/', each);
        expect([201, 400], `${status} ${JSON.stringify(told)}`).toContain(status);
      }),
      { numRuns: RUNS },
    );
    const list = await world.ask('GET', '/task_commands/?page_size=1000');
    expect(list.status).toBe(200);
    for (const { url } of list.body.slice(0, 20)) {
      expect((await world.ask('GET', new URL(url).pathname)).status).toBe(200);
    }
  });

  it('to lists is a page or a refusal, and never a fault of ours', async () => {
    const world = await happenings();
    const task = await world.task();
    await world.order(task, 'accept');
    const urls = [
      '/task_commands/',
      '/task_events/',
      '/task_event_tracks/',
      '/task_metadatas/',
      '/reports/tasks/states_count/',
      `/tasks/${task.uuid}/events/`,
    ];
    const names = [
      ...[
        'task',
        'task__account',
        'account',
        'user',
        'assignee',
        'assignee__in',
        'field',
        'event',
        'event__in',
        'action',
      ],
      ...[
        'state',
        'from_state__in',
        'to_state',
        'created_at',
        'created_at__gte',
        'time__date',
        'accepted_at__lt',
        'ordering',
      ],
      ...['cursor', 'page_size', 'date_from', 'date_until', 'timezone', '__proto__', 'constructor'],
    ];
    const value = fc.oneof(
      fc.constantFrom(
        ...HOSTILE,
        task.uuid,
        '2026-03-02',
        '0001-01-01',
        '9999-12-31',
        '2026-03-02T08:00:00Z',
        '-created_at',
        '2',
        'Etc/GMT+12',
      ),
      fc.string(),
    );
    const query = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...urls), query, async (url, pairs) => {
        const { status, body } = await world.ask('GET', `${url}?${new URLSearchParams(pairs)}`);
        expect([200, 400], `${status} ${JSON.stringify(body)}`).toContain(status);
      }),
      { numRuns: RUNS * 2 },
    );
  });

  it.each(['/task_events/', '/task_commands/', '/task_metadatas/', '/tasks/'])(
    'after %s in an address is found or not',
    async (url) => {
      const world = await happenings();
      for (const id of HOSTILE) {
        const end = url === '/tasks/' ? 'events/' : '';
        const { status } = await world.ask('GET', `${url}${encodeURIComponent(id.replace(/\p{Cs}/gu, ''))}/${end}`);
        expect([200, 404, 405, 414, 400], `${url}${id}: ${status}`).toContain(status);
      }
    },
  );
});
