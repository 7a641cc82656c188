/** `GET /tasks/` over the real line and the real store: who may ask, the filters of the seed, pages by their links. */
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaskDetails } from '../../../src/model/details.ts';
import { GSMTASKS_CATEGORIES, gsmtasksState } from '../../../src/model/projections.ts';
import type { LifecycleState, OpenEnds, Task } from '../../../src/model/task.ts';
import { FIRST_KEY } from '../../operations/fake-line.ts';
import { batch, HOUR, NEW_FACTS, T0, task } from '../../store/kit.ts';
import { LiveKit } from '../calls-kit.ts';

const QUERIES = Number(process.env['PROOF_QUERIES'] ?? 300);
const SEED = Number(process.env['PROOF_SEED'] ?? randomInt(2 ** 31));
const TEST_MS_MAX = 60_000 + QUERIES * 100;
const TASKS = 80;
const ORDERS = [1, 2].map((n) => `0ddddddd-0000-4000-8000-00000000000${n}`);

class ListKit extends LiveKit {
  constructor() {
    super([]);
  }

  async get(query: string, key = FIRST_KEY) {
    return this.ask({
      method: 'GET',
      url: `/tasks/${query}`,
      headers: { host: 'gw.example', authorization: `Token ${key}` },
    });
  }

  async ids(query: string): Promise<string[]> {
    const { status, body } = await this.get(query);
    expect([status, body]).toEqual([200, expect.any(Array)]);
    return body.map(({ id }: { id: string }) => id);
  }

  add(...tasks: readonly Task[]): void {
    this.store.append(batch({ rows: { createdTasks: tasks } }));
  }

  /** The next or previous page, by the header of the last one; null = it tells of none. */
  async follow(link: unknown, relation: 'next' | 'prev') {
    const [, url] = new RegExp(`<([^>]*)>; rel="${relation}"`).exec(String(link ?? '')) ?? [];
    return url === undefined ? null : this.get(new URL(url).search);
  }
}

const id = (n: number) => task(n).uuid;

describe('GET /tasks/', () => {
  it('is a bare list of tasks, whatever ends the path', async () => {
    const kit = new ListKit();
    const trackerId = await kit.tracker('Ada');
    kit.add({ ...task(1), tenure: { ...task(1).tenure, trackerId } });
    const { uuid } = kit.operations.readTracker(trackerId)!;
    for (const path of ['', '?']) {
      const { status, body, headers } = await kit.get(path);
      expect(status).toBe(200);
      expect(headers['content-type']).toMatch(/^application\/json/);
      expect(headers).not.toHaveProperty('link');
      expect(body).toMatchObject([{ id: id(1), state: 'assigned', assignee: `http://gw.example/users/${uuid}/` }]);
    }
    const bare = await kit.ask({ method: 'GET', url: '/tasks', headers: { authorization: `Token ${FIRST_KEY}` } });
    expect(bare).toMatchObject({ status: 200, body: [{ id: id(1) }] });
  });

  it('is empty where there is nothing', async () => {
    const kit = new ListKit();
    expect(await kit.get('')).toMatchObject({ status: 200, body: [] });
  });

  it('shows drafts, checkpoints and tasks without a place, and no deleted ones', async () => {
    const kit = new ListKit();
    kit.add(
      { ...task(1), facts: { ...NEW_FACTS, state: 'draft' } },
      { ...task(2), checkpoint: { routeId: 50, order: 0 } },
      { ...task(3), terms: { ...task(3).terms, zone: null } },
      { ...task(4), deletedMs: T0 },
    );
    expect(await kit.ids('')).toEqual([id(1), id(2), id(3)]);
    expect(await kit.ids(`?id=${id(4)}`)).toEqual([]);
  });

  it('is for those who may read tasks', async () => {
    const kit = new ListKit();
    const none = await kit.ask({ method: 'GET', url: '/tasks/' });
    expect([none.status, none.headers['www-authenticate']]).toEqual([401, 'Token']);
    expect((await kit.get('', kit.key('tag_update'))).status).toBe(200);
    expect((await kit.get('', kit.key('metrics:read'))).status).toBe(403);
    expect((await kit.get('', kit.key('tasks:read'))).status).toBe(200);
  });

  it('tells what is wrong with a filter', async () => {
    const kit = new ListKit();
    expect(await kit.get('?state=done&assignee=x&nobody=x')).toMatchObject({
      status: 400,
      body: { state: [expect.any(String)], assignee: [expect.any(String)] },
    });
    expect(await kit.get('?cursor=x')).toMatchObject({ status: 400, body: { cursor: [expect.any(String)] } });
  });

  it('refuses the cursor of another order', async () => {
    const kit = new ListKit();
    kit.add(task(1), task(2));
    const { headers } = await kit.get('?page_size=1&ordering=created_at');
    expect((await kit.follow(headers['link'], 'next'))?.status).toBe(200);
    const [, cursor] = /cursor=([\w-]+)/.exec(String(headers['link'])) ?? [];
    expect(await kit.get(`?cursor=${cursor}`)).toMatchObject({ status: 400, body: { cursor: [expect.any(String)] } });
  });

  it('finds nothing of another account', async () => {
    const kit = new ListKit();
    kit.add(task(1));
    expect(await kit.ids(`?account=${kit.operations.accountUuid()}`)).toEqual([id(1)]);
    expect(await kit.ids(`?account=http://localhost/accounts/${kit.operations.accountUuid()}/`)).toEqual([id(1)]);
    expect(await kit.ids(`?account=${id(1)}`)).toEqual([]);
  });

  it('looks into metafields that may be searched by, and ignores others', async () => {
    const kit = new ListKit();
    const metafield = { namespace: 'app', valueType: 'string', label: '', extra: {} };
    for (const [key, isSearchable] of [
      ['color', true],
      ['taste', false],
    ] as const) {
      const body = { ...metafield, key, isSearchable };
      kit.store.resources.create('metafield', {
        uuid: ORDERS[Number(isSearchable)]!,
        externalId: null,
        body,
        nowMs: T0,
      });
    }
    const of = (n: number, color: string): Task => {
      return {
        ...task(n),
        text: { ...task(n).text, details: { metafields: { 'app:color': color, 'app:taste': color } } },
      };
    };
    kit.add(of(1, 'red'), of(2, 'blue'));
    expect(await kit.ids('?metafields__app:color=red')).toEqual([id(1)]);
    expect(await kit.ids('?metafields__app:taste=red')).toEqual([id(1), id(2)]);
  });

  it('leaves out what changed a moment ago, where that is asked for', async () => {
    const kit = new ListKit();
    kit.store.append(batch({ rows: { createdTasks: [task(1)] }, clockMs: kit.nowMs - 2001 }));
    kit.store.append(batch({ rows: { createdTasks: [task(2)] }, clockMs: kit.nowMs - 1999 }));
    expect(await kit.ids('?updated_at_delay_latest=true')).toEqual([id(1)]);
  });

  it('keeps the other parameters in its links, under the address that the gateway is known by', async () => {
    const kit = new ListKit();
    kit.add(task(1), task(2), task(3));
    const { headers } = await kit.get('?page_size=1&state=assigned&search=quay%204&unknown=%3E%22');
    expect(headers['link']).toMatch(
      /^<http:\/\/gw\.example\/tasks\/\?page_size=1&state=assigned&search=quay\+4&unknown=%3E%22&cursor=[\w-]+>; rel="next"$/,
    );
  });

  it('gives a thousand tasks in a page at most', async () => {
    const kit = new ListKit();
    kit.add(...Array.from({ length: 1001 }, (_, n) => task(n + 1)));
    const first = await kit.get('?page_size=5000');
    expect(first.body).toHaveLength(1000);
    expect((await kit.follow(first.headers['link'], 'next'))?.body).toHaveLength(1);
  });
});

// --- Against a plain filter in memory ---

const CATEGORIES = Object.values(GSMTASKS_CATEGORIES);
const instantMs = fc.integer({ min: 0, max: 10 }).map((n) => T0 + n * HOUR);

const randomTask = fc.record({
  state: fc.constantFrom<LifecycleState>('unassigned', 'assigned', 'accepted', 'suspended', 'in_transit', 'completed'),
  trackerId: fc.option(fc.integer({ min: 1, max: 3 })),
  details: fc.record(
    {
      kind: fc.constantFrom('generic', 'pickup', 'service'),
      kindWord: fc.record({ gsmtasks: fc.constantFrom('service', 'assignment') }),
      orderUuid: fc.constantFrom(...ORDERS),
      priority: fc.integer({ min: -1, max: 1 }),
    },
    { requiredKeys: [] },
  ),
  openEnds: fc.option(fc.constantFrom<OpenEnds>('from', 'to', 'both')),
  position: fc.option(fc.integer({ min: 0, max: 4 })),
  fromMs: instantMs,
  hours: fc.nat(5),
  createdMs: instantMs,
});

type RandomTask = typeof randomTask extends fc.Arbitrary<infer T> ? T : never;

function taskOf(n: number, random: RandomTask): Task {
  const { state, trackerId, details, openEnds, position, fromMs, hours, createdMs } = random;
  const base = task(n);
  return {
    ...{ ...base, createdMs },
    text: { ...base.text, details: details as TaskDetails },
    terms: {
      ...{ ...base.terms, fromMs, toMs: fromMs + hours * HOUR },
      ...(openEnds !== null && { openEnds }),
      ...(position !== null && { position }),
    },
    tenure: { ...base.tenure, trackerId },
    facts: { ...NEW_FACTS, state },
  };
}

const time = instantMs.map((ms) => new Date(ms).toISOString());
const filters = {
  state: fc.constantFrom('unassigned', 'assigned', 'accepted', 'transit', 'completed', 'failed'),
  assignee: fc.constantFrom(1, 2, 3),
  category: fc.constantFrom(...CATEGORIES),
  complete_after__gte: time,
  complete_before__lte: time,
  complete_before__lte_or_isnull: time,
  order: fc.constantFrom(...ORDERS),
  assignee_id__isnull: fc.boolean(),
};
type Filters = { readonly [K in keyof typeof filters]?: (typeof filters)[K] extends fc.Arbitrary<infer T> ? T : never };

const ORDERINGS = {
  position: ({ terms }: Task) => terms.position ?? null,
  priority: ({ text }: Task) => text.details?.priority ?? 0,
  created_at: ({ createdMs }: Task) => createdMs,
  complete_after: ({ terms: { openEnds, fromMs } }: Task) =>
    openEnds === 'from' || openEnds === 'both' ? null : fromMs,
  complete_before: ({ terms: { openEnds, toMs } }: Task) => (openEnds === 'to' || openEnds === 'both' ? null : toMs),
} satisfies Record<string, (one: Task) => number | null>;
type Ordering = keyof typeof ORDERINGS;

const wish = fc.record({
  all: fc.record(filters),
  some: fc.shuffledSubarray(Object.keys(filters), { maxLength: 3 }),
  ordering: fc.array(fc.tuple(fc.constantFrom<Ordering>(...(Object.keys(ORDERINGS) as Ordering[])), fc.boolean()), {
    maxLength: 2,
  }),
  pageSize: fc.integer({ min: 5, max: 40 }),
});

function isWanted(one: Task, asked: Filters): boolean {
  const { from, to } = { from: ORDERINGS.complete_after(one), to: ORDERINGS.complete_before(one) };
  const { kindWord, kind = 'generic', orderUuid } = one.text.details ?? {};
  if (asked.state !== undefined && gsmtasksState(one.facts.state) !== asked.state) return false;
  if (asked.assignee !== undefined && one.tenure.trackerId !== asked.assignee) return false;
  if (asked.category !== undefined && (kindWord?.gsmtasks ?? GSMTASKS_CATEGORIES[kind]) !== asked.category)
    return false;
  if (asked.complete_after__gte && (from === null || from < Date.parse(asked.complete_after__gte))) return false;
  if (asked.complete_before__lte && (to === null || to > Date.parse(asked.complete_before__lte))) return false;
  const until = asked.complete_before__lte_or_isnull;
  if (until && to !== null && to > Date.parse(until)) return false;
  if (asked.order !== undefined && orderUuid !== asked.order) return false;
  return asked.assignee_id__isnull === undefined || (one.tenure.trackerId === null) === asked.assignee_id__isnull;
}

function sorted(tasks: readonly Task[], ordering: readonly (readonly [Ordering, boolean])[]): readonly Task[] {
  const keys =
    ordering.length > 0
      ? ordering
      : ([
          ['position', false],
          ['created_at', false],
        ] as const);
  return tasks.toSorted((a, b) => {
    for (const [name, isDown] of keys) {
      const [left, right] = [ORDERINGS[name](a), ORDERINGS[name](b)];
      if (left === right) continue;
      if (left === null || right === null) return left === null ? 1 : -1;
      return isDown ? right - left : left - right;
    }
    return keys.at(-1)![1] ? b.id - a.id : a.id - b.id;
  });
}

it('GET /tasks/ gives what a plain filter does, every task once, there and back', {
  timeout: TEST_MS_MAX,
}, async () => {
  const kit = new ListKit();
  const trackers = [];
  for (const label of ['Ada', 'Bo', 'Cy']) trackers.push(await kit.tracker(label));
  const uuids = trackers.map((trackerId) => kit.operations.readTracker(trackerId)!.uuid);
  const randoms = fc.sample(randomTask, { numRuns: TASKS, seed: SEED });
  const tasks = randoms.map((random, n) => taskOf(n + 1, random));
  kit.add(...tasks);
  let telling = 0;
  await fc.assert(
    fc.asyncProperty(wish, async ({ all, some, ordering, pageSize }) => {
      const asked: Filters = Object.fromEntries(Object.entries(all).filter(([name]) => some.includes(name)));
      const parameters = new URLSearchParams({ page_size: String(pageSize) });
      for (const [name, value] of Object.entries(asked)) {
        parameters.set(name, name === 'assignee' ? uuids[Number(value) - 1]! : String(value));
      }
      // Of a field that is named twice the first one counts.
      const keys = ordering.filter(([name], i) => ordering.findIndex(([other]) => other === name) === i);
      if (keys.length > 0)
        parameters.set('ordering', keys.map(([name, isDown]) => `${isDown ? '-' : ''}${name}`).join());
      const ids = sorted(
        tasks.filter((one) => isWanted(one, asked)),
        keys,
      ).map(({ uuid }) => uuid);
      if (ids.length > 0 && ids.length < TASKS / 2) telling += 1;
      const idsOf = (page: { body: readonly { id: string }[] }) => page.body.map((one) => one.id);
      const pages = [await kit.get(`?${parameters}`)];
      for (;;) {
        const next = await kit.follow(pages.at(-1)!.headers['link'], 'next');
        if (next === null) break;
        pages.push(next);
      }
      expect(pages.flatMap(idsOf)).toEqual(ids);
      const back = [pages.at(-1)!];
      for (;;) {
        const previous = await kit.follow(back[0]!.headers['link'], 'prev');
        if (previous === null) break;
        back.unshift(previous);
      }
      expect(back.flatMap(idsOf)).toEqual(ids);
    }),
    { numRuns: QUERIES, seed: SEED },
  );
  expect(telling, 'queries that find some and not all').toBeGreaterThan(QUERIES / 5);
});
