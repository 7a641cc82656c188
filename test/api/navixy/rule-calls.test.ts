/** `/tracker/rule/*` from the outside, and what rules find: what was concluded while they lived, whatever became of them. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { READER_KEY } from '../../operations/fake-line.ts';
import type { RealKit } from '../real-kit.ts';
import { addTask, feedKit, later, TODAY, visit } from './history-kit.ts';

let kit: RealKit;

beforeEach(async () => {
  kit = await feedKit();
});

afterEach(() => kit.close());

/** As small as can be. */
const RULE = { name: 'Done', type: 'task_status_change', trackers: [1] };
/** With everything the vendor's samples write, blanks included. */
const FULL_RULE = {
  ...RULE,
  description: 'About tasks',
  primary_text: 'Status changed',
  secondary_text: '',
  param: '',
  alerts: {
    push_enabled: true,
    emails: ['example@gmail.com'],
    emergency: false,
    sms_phones: ['745494878945'],
    phones: [],
  },
  suspended: '',
  append_zone_title: '',
  zone_ids: [],
  group_id: 1,
  schedule: [{ from: { weekday: 1, time: '00:00:00' }, to: { weekday: 7, time: '23:59:59' }, type: 'weekly' }],
  extended_params: { statuses: ['done', 'failed'], on_form_submission: true, emergency: true },
};

async function addRule(part: object = {}): Promise<number> {
  return (await kit.navixy('tracker/rule/create', { rule: { ...RULE, ...part } })).id;
}

/** Does a task of a tracker, and says which rules had asked for its end. */
async function found(trackerId = 1): Promise<unknown> {
  const id = await addTask(kit, trackerId);
  await visit(kit, trackerId);
  const { list } = await kit.navixy('history/user/list', { ...TODAY, events: ['task_completed'] });
  const entry = list.find(({ extra }) => extra.task_id === id);
  return entry?.extra.rule_ids;
}

describe('keeping rules', () => {
  it('a tracker that is gone is named no more, and the rule can be sent back as it was read', async () => {
    await kit.addTracker('Gone');
    const gone = Number((await kit.navixy('tracker/list')).list.at(-1)?.['id']);
    const id = await addRule({ trackers: [1, gone] });
    await kit.do({ kind: 'delete_tracker', trackerId: gone });
    const rule = (await kit.navixy('tracker/rule/list')).list[0];
    expect(rule).toMatchObject({ id, trackers: [1] });
    expect((await kit.navixy('tracker/rule/list', { tracker_id: gone })).list).toEqual([]);
    expect(await kit.codeOf('tracker/rule/update', { rule })).toBe('ok');
  });

  it('what is created is listed, with defaults for what was not said', async () => {
    const id = await addRule();
    expect((await kit.navixy('tracker/rule/list')).list).toEqual([
      {
        id,
        name: 'Done',
        type: 'task_status_change',
        description: '',
        zone_ids: [],
        trackers: [1],
        primary_text: '',
        secondary_text: '',
        param: null,
        alerts: { sms_phones: [], phones: [], emails: [], push_enabled: false, emergency: false },
        suspended: false,
        auto_created: false,
        schedule: [],
        extended_params: {
          statuses: ['arrived', 'done', 'delayed', 'failed', 'faulty'],
          on_form_submission: false,
          on_repeated_form_submission: false,
          emergency: false,
          private_rule: false,
          zone_limit_inverted: false,
          append_zone_title: false,
        },
      },
    ]);
  });

  it('takes what the samples write, and gives it back', async () => {
    const fixed = { type: 'fixed', from: '2026-07-09 07:50:58', to: '2026-07-10 07:50:58' };
    await addRule({ ...FULL_RULE, schedule: [...FULL_RULE.schedule, fixed] });
    const { list } = await kit.navixy('tracker/rule/list', { tracker_id: 1 });
    const { zone_ids, param, append_zone_title, group_id, suspended, schedule, extended_params, ...same } = FULL_RULE;
    expect(list).toMatchObject([
      {
        ...same,
        suspended: false,
        schedule: [
          { ...schedule[0], interval_id: 1 },
          { ...fixed, interval_id: 2 },
        ],
        extended_params: { ...extended_params, on_repeated_form_submission: false },
      },
    ]);
  });

  it('lists those of a tracker', async () => {
    const [first, second] = [await addRule(), await addRule({ trackers: [1, 2] })];
    const idsOf = async (parameters: object) =>
      (await kit.navixy('tracker/rule/list', parameters)).list.map(({ id }) => id);
    expect(await idsOf({ tracker_id: 1 })).toEqual([first, second]);
    expect(await idsOf({ tracker_id: 2 })).toEqual([second]);
    expect(await idsOf({ tracker_id: 3 })).toEqual([]);
    expect(await idsOf({})).toEqual([first, second]);
  });

  it('binds and unbinds trackers, and passes over those that are not there', async () => {
    const rule_id = await addRule();
    await kit.navixy('tracker/rule/bind', { rule_id, trackers: [2, 1, 99] });
    expect((await kit.navixy('tracker/rule/list')).list[0]).toMatchObject({ trackers: [1, 2] });
    await kit.navixy('tracker/rule/unbind', { rule_id, trackers: [1, 99] });
    expect((await kit.navixy('tracker/rule/list')).list[0]).toMatchObject({ trackers: [2] });
  });

  it.each([
    ['create', {}, 7, 'rule'],
    ['create', { rule: 'x' }, 7, 'rule'],
    ['create', { rule: { ...RULE, type: 'speedup' } }, 7, 'rule.type'],
    ['create', { rule: { ...RULE, type: null } }, 7, 'rule.type'],
    ['create', { rule: { ...RULE, name: '' } }, 7, 'rule.name'],
    ['create', { rule: { ...RULE, trackers: null } }, 7, 'rule.trackers'],
    ['create', { rule: { ...RULE, trackers: [1, 99] } }, 7, 'rule.trackers'],
    ['create', { rule: { ...RULE, zone_ids: [5] } }, 7, 'rule.zone_ids'],
    ['create', { rule: { ...RULE, suspended: 'no' } }, 7, 'rule.suspended'],
    ['create', { rule: { ...RULE, schedule: [{ type: 'daily' }] } }, 7, 'rule.schedule[0].type'],
    [
      'create',
      { rule: { ...RULE, schedule: [{ type: 'weekly', from: { weekday: 8, time: '00:00:00' } }] } },
      7,
      'rule.schedule[0].from.weekday',
    ],
    ['create', { rule: { ...RULE, extended_params: { statuses: ['assigned'] } } }, 7, 'rule.extended_params.statuses'],
    ['create', { rule: { ...RULE, extended_params: { statuses: [] } } }, 7, 'rule.extended_params.statuses'],
    ['update', { rule: RULE }, 7, 'rule.id'],
    ['update', { rule: { ...RULE, id: 99 } }, 201, null],
    ['update', { rule: { ...RULE, id: 1, trackers: [99] } }, 7, 'rule.trackers'],
    ['delete', { rule_id: 99 }, 201, null],
    ['delete', {}, 7, 'rule_id'],
    ['bind', { rule_id: 99, trackers: [1] }, 201, null],
    ['bind', { rule_id: 1 }, 7, 'trackers'],
    ['unbind', { rule_id: 99, trackers: [1] }, 201, null],
    ['list', { tracker_id: 'x' }, 7, 'tracker_id'],
    ['create', { rule: RULE, hash: READER_KEY }, 13, null],
    ['update', { rule: { ...RULE, id: 1 }, hash: READER_KEY }, 13, null],
    ['delete', { rule_id: 1, hash: READER_KEY }, 13, null],
    ['bind', { rule_id: 1, trackers: [1], hash: READER_KEY }, 13, null],
    ['unbind', { rule_id: 1, trackers: [1], hash: READER_KEY }, 13, null],
    ['fly', {}, 112, null],
  ])('%s %j is %i', async (action, parameters, code, parameter) => {
    await addRule();
    kit.store.keys.create('reader', READER_KEY, ['tasks:read'], 0, null);
    const { status, errors } = await kit.navixy(`tracker/rule/${action}`, parameters);
    expect(status.code).toBe(code);
    if (parameter !== null) expect(errors.map((fault) => fault.parameter)).toContain(parameter);
  });
});

describe('what a rule finds', () => {
  it('is in its words, and urgent where it says so', async () => {
    const id = await addRule(FULL_RULE);
    await found();
    const { list } = await kit.navixy('history/user/list', { ...TODAY, only_emergency: true });
    expect(list).toMatchObject([
      { event: 'task_completed', rule_id: id, message: 'Status changed', extra: { emergency: true, rule_ids: [id] } },
    ]);
  });

  it('is of its trackers, and of the statuses it names', async () => {
    const [done, failed] = [
      await addRule({ extended_params: { statuses: ['done'] } }),
      await addRule({ extended_params: { statuses: ['failed', 'arrived'] } }),
    ];
    expect(await found(1)).toEqual([done]);
    expect(await found(2)).toEqual([]);
    await addTask(kit, 1, { from: '2026-03-01 13:00:00', to: '2026-03-01 13:30:00' });
    await later(kit, 300);
    const { list } = await kit.navixy('history/user/list', TODAY);
    expect(list.map(({ event, tracker_id, rule_id }) => [event, tracker_id, rule_id])).toEqual([
      ['task_arrived', 1, failed],
      ['task_completed', 1, done],
      ['task_arrived', 2, null],
      ['task_completed', 2, null],
      ['task_failed', 1, failed],
    ]);
  });

  it('is only what was concluded while it lived and worked, also when read later', async () => {
    const before = await found();
    const id = await addRule();
    const alive = await found();
    await kit.navixy('tracker/rule/update', { rule: { ...RULE, id, suspended: true } });
    const suspended = await found();
    await kit.navixy('tracker/rule/update', { rule: { ...RULE, id } });
    const resumed = await found();
    await kit.navixy('tracker/rule/unbind', { rule_id: id, trackers: [1] });
    const unbound = await found();
    await kit.navixy('tracker/rule/bind', { rule_id: id, trackers: [1] });
    const bound = await found();
    await kit.navixy('tracker/rule/delete', { rule_id: id });
    const deleted = await found();
    const told = [before, alive, suspended, resumed, unbound, bound, deleted];
    expect(told).toEqual([[], [id], [], [id], [], [id], []]);
    expect((await kit.navixy('tracker/rule/list')).list).toEqual([]);
    await kit.restart();
    const { list } = await kit.navixy('history/user/list', { ...TODAY, events: ['task_completed'] });
    expect(list.map(({ extra }) => extra.rule_ids)).toEqual(told);
  });

  it.each([
    ['on Sundays, which it is', [{ type: 'weekly', from: weekday(7, '00:00:00'), to: weekday(7, '23:59:59') }], true],
    ['until this second', [{ type: 'weekly', from: weekday(7, '00:00:00'), to: weekday(7, '12:00:00') }], true],
    ['until a second ago', [{ type: 'weekly', from: weekday(7, '00:00:00'), to: weekday(7, '11:59:59') }], false],
    ['over the weekend', [{ type: 'weekly', from: weekday(6, '18:00:00'), to: weekday(1, '06:00:00') }], true],
    ['on working days', [{ type: 'weekly', from: weekday(1, '00:00:00'), to: weekday(5, '23:59:59') }], false],
    ['on that day', [{ type: 'fixed', from: '2026-03-01 00:00:00', to: '2026-03-01 12:00:00' }], true],
    ['on another day', [{ type: 'fixed', from: '2026-03-02 00:00:00', to: '2026-03-03 00:00:00' }], false],
    [
      'in either of two',
      [
        { type: 'fixed', from: '2026-03-02 00:00:00', to: '2026-03-03 00:00:00' },
        { type: 'weekly', from: weekday(7, '12:00:00'), to: weekday(7, '12:00:00') },
      ],
      true,
    ],
  ])('%s', async (_name, schedule, isFound) => {
    const id = await addRule({ schedule });
    expect(await found()).toEqual(isFound ? [id] : []);
  });

  it('of a form is the first submission or a later one, as it asks', async () => {
    const first = await addRule({ extended_params: { statuses: ['failed'], on_form_submission: true } });
    const again = await addRule({ extended_params: { statuses: ['failed'], on_repeated_form_submission: true } });
    const id = await addTask(kit, 1);
    tellForm(id, 1);
    tellForm(id, 2);
    const { list } = await kit.navixy('history/user/list', { ...TODAY, events: ['task_form_submitted'] });
    expect(list.map(({ rule_id, tracker_id }) => [rule_id, tracker_id])).toEqual([
      [first, 1],
      [again, 1],
    ]);
  });

  /** As the line will write it. */
  function tellForm(taskId: number, formMs: number): void {
    kit.store.append({
      frames: [],
      rows: {
        trackers: [],
        routes: [],
        createdTasks: [],
        editedTasks: [],
        judgedTasks: [],
        foundTasks: [],
        deviceCommands: [],
      },
      events: [{ taskId, eventMs: kit.nowMs, recordedMs: kit.nowMs, body: { kind: 'form', formMs } }],
      clockMs: kit.nowMs,
    });
  }
});

function weekday(day: number, time: string) {
  return { weekday: day, time };
}

describe('through a life of changes', () => {
  const change = fc.oneof(
    fc.constant({ kind: 'visit' as const, tracker: 1 }),
    fc.constant({ kind: 'visit' as const, tracker: 2 }),
    fc.record({
      kind: fc.constant('update' as const),
      trackers: fc.subarray([1, 2]),
      suspended: fc.boolean(),
      statuses: fc.subarray(['arrived', 'done'], { minLength: 1 }),
    }),
    fc.record({ kind: fc.constant('bind' as const), trackers: fc.subarray([1, 2], { minLength: 1 }) }),
    fc.record({ kind: fc.constant('unbind' as const), trackers: fc.subarray([1, 2], { minLength: 1 }) }),
    fc.constant({ kind: 'restart' as const }),
  );

  it('the feed read at the end says what a witness wrote down on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 5, maxLength: 14 }), async (changes) => {
        await kit.close();
        kit = await feedKit();
        const id = await addRule({ extended_params: { statuses: ['done'] } });
        let rule = { trackers: [1], suspended: false, statuses: ['done'] };
        const witnessed: unknown[] = [];
        for (const step of changes) {
          if (step.kind === 'visit') {
            await addTask(kit, step.tracker);
            await visit(kit, step.tracker);
            for (const status of ['arrived', 'done']) {
              const isAsked = !rule.suspended && rule.trackers.includes(step.tracker) && rule.statuses.includes(status);
              witnessed.push([step.tracker, status, isAsked ? id : null]);
            }
            kit.nowMs += 1000;
          } else if (step.kind === 'update') {
            const { trackers, suspended, statuses } = step;
            rule = { trackers, suspended, statuses };
            const wire = { ...RULE, id, trackers, suspended, extended_params: { statuses } };
            await kit.navixy('tracker/rule/update', { rule: wire });
          } else if (step.kind === 'restart') {
            await kit.restart();
          } else {
            await kit.navixy(`tracker/rule/${step.kind}`, { rule_id: id, trackers: step.trackers });
            const others = rule.trackers.filter((tracker) => !step.trackers.includes(tracker));
            rule = { ...rule, trackers: step.kind === 'bind' ? [...others, ...step.trackers] : others };
          }
        }
        const { list } = await kit.navixy('history/user/list', TODAY);
        const told = list.map(({ tracker_id, rule_id, extra }) => [tracker_id, extra.status, rule_id]);
        expect(told).toEqual(witnessed);
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});
