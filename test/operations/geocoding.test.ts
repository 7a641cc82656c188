/** Tasks that came with an address and no point, or the other way round, over the real line and the real store. */
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { NO_PARTS, type TaskDetails } from '../../src/model/details.ts';
import type { Dialect, Task, Zone } from '../../src/model/task.ts';
import type { Geocoder } from '../../src/operations/geocoder.ts';
import { GeocodingRunner } from '../../src/operations/geocoding.ts';
import { searchInPlace } from '../../src/operations/searches.ts';
import { LineKit } from '../intake/line-kit.ts';
import { task as taskOf } from '../store/kit.ts';
import { NOW_MS } from './fake-line.ts';

const PLACE = { latDeg: 52.517, lonDeg: 13.389, address: 'Unter den Linden 5, Berlin' };
const ZONE = { latDeg: 52.517, lonDeg: 13.389, radiusM: 150 };

let kit: LineKit;
/** What was asked, and what is answered. */
let asked: string[];
let answers: Geocoder;
let troubles: unknown[];
/** Pauses that are waited for. */
let pauses: { readonly run: () => void; readonly delayMs: number }[];
let runner: GeocodingRunner;

beforeEach(() => {
  kit = new LineKit(NOW_MS);
  asked = [];
  troubles = [];
  pauses = [];
  answers = { locate: async () => [PLACE], addressAt: async () => 'Quay 4' };
  runner = newRunner();
  const opened = kit;
  onTestFinished(async () => {
    await runner.stop();
    opened.close();
  });
});

function newRunner(): GeocodingRunner {
  const searches = searchInPlace(kit.directory);
  onTestFinished(() => searches.close());
  return new GeocodingRunner({
    store: kit.store,
    searches,
    intake: kit.line,
    geocoder: {
      async locate(address, language) {
        asked.push(address);
        return answers.locate(address, language);
      },
      async addressAt(latDeg, lonDeg, language) {
        asked.push(`${latDeg} ${lonDeg}`);
        return answers.addressAt(latDeg, lonDeg, language);
      },
    },
    provider: 'nominatim',
    now: () => kit.nowMs,
    after(run, delayMs) {
      const pause = { run, delayMs };
      pauses.push(pause);
      return () => {
        pauses = pauses.filter((one) => one !== pause);
      };
    },
    onTrouble: (reason) => troubles.push(reason),
  });
}

interface Wish {
  readonly dialect?: Dialect;
  readonly address?: string;
  readonly zone?: Zone | null;
  readonly details?: TaskDetails;
}

let made = 0;

async function create({
  dialect = 'gsmtasks',
  address = 'Linden 5',
  zone = null,
  details,
}: Wish = {}): Promise<number> {
  made += 1;
  const { text, terms } = taskOf(made);
  const outcome = await kit.do({
    kind: 'create_task',
    task: {
      uuid: crypto.randomUUID(),
      dialect,
      trackerId: null,
      text: { ...text, address, ...(details && { details }) },
      terms: { ...terms, zone },
    },
  });
  if (outcome.kind !== 'task') throw new Error(JSON.stringify(outcome));
  return outcome.taskId;
}

function read(taskId: number): Task {
  return kit.store.tasks.read(taskId)!;
}

async function edit(taskId: number, text: Partial<Task['text']>): Promise<void> {
  const { form: _, ...before } = read(taskId).text;
  const { terms } = read(taskId);
  await kit.do({ kind: 'edit_task', taskId, text: { ...before, ...text }, terms, by: 'gsmtasks' });
}

/** Lets everything happen that does not wait for a pause to end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await kit.line.drained();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function locate(): Promise<void> {
  runner.start();
  await settle();
}

describe('a task with an address and no point', () => {
  it('is given the point, a circle around it, and the name of who found it', async () => {
    const id = await create();
    await locate();
    expect(asked).toEqual(['Linden 5']);
    expect(read(id).terms.zone).toEqual(ZONE);
    expect(read(id).text.details?.geocoding).toEqual({ provider: 'nominatim', atMs: NOW_MS, failedMs: null });
    expect(read(id).text).toMatchObject({ address: PLACE.address, details: { parts: { raw: 'Linden 5' } } });
  });

  it('of TheTrack keeps the address as it was said', async () => {
    const id = await create({ dialect: 'thetrack' });
    await locate();
    expect(read(id).terms.zone).toEqual(ZONE);
    expect(read(id).text.address).toBe('Linden 5');
  });

  it('keeps the line that somebody has written beside what was typed', async () => {
    const parts = { ...NO_PARTS, raw: 'linden5' };
    const id = await create({ address: 'Linden 5, second yard', details: { parts } });
    await locate();
    expect(asked).toEqual(['linden5']);
    expect(read(id).text.address).toBe('Linden 5, second yard');
  });

  it('gets as large a zone as was wished for', async () => {
    const id = await create({ details: { metafields: { 'navixy:radius': 40, 'erp:floor': 3 } } });
    await locate();
    expect(read(id).terms.zone).toEqual({ ...ZONE, radiusM: 40 });
    expect(read(id).text.details?.metafields).toEqual({ 'erp:floor': 3 });
  });

  it('keeps what was typed apart from what is shown, where the dialect does', async () => {
    const parts = { ...NO_PARTS, raw: 'linden5' };
    const id = await create({ address: 'linden5', details: { parts, reference: 'A-7' } });
    await locate();
    const { address, details } = read(id).text;
    expect([address, details?.parts?.raw, details?.reference]).toEqual([PLACE.address, 'linden5', 'A-7']);
  });

  it('is found also when it is made, or its address changed, while the gateway runs', async () => {
    await locate();
    const id = await create();
    await settle();
    expect(read(id).terms.zone).toEqual(ZONE);
    const other = await create({ address: '' });
    await settle();
    expect(read(other).terms.zone).toBeNull();
    await edit(other, { address: 'Quay 4' });
    await settle();
    expect(asked).toEqual(['Linden 5', 'Quay 4']);
    expect(read(other).terms.zone).toEqual(ZONE);
  });

  it('that nobody knows is said to have failed, and not asked for again until its address is another one', async () => {
    answers = { ...answers, locate: async () => [] };
    const id = await create();
    await locate();
    const failed = { provider: 'nominatim', atMs: null, failedMs: NOW_MS };
    expect([read(id).terms.zone, read(id).text.details?.geocoding]).toEqual([null, failed]);
    await edit(id, { description: 'Ring twice' });
    await runner.stop();
    runner = newRunner();
    await locate();
    expect(asked).toHaveLength(1);
    answers = { ...answers, locate: async () => [PLACE] };
    await edit(id, { address: 'Quay 4', details: {} });
    await settle();
    expect(read(id).terms.zone).toEqual(ZONE);
  });

  it('that failed because nobody could be asked is asked for once somebody can be', async () => {
    const id = await create({ details: { geocoding: { provider: null, atMs: null, failedMs: NOW_MS } } });
    await locate();
    expect(read(id).text.details?.geocoding).toEqual({ provider: 'nominatim', atMs: NOW_MS, failedMs: null });
  });

  it('keeps what is said of it while it is looked up', async () => {
    const id = await create();
    answers = {
      ...answers,
      locate: async () => {
        await edit(id, { description: 'Changed meanwhile', externalId: 'X-1' });
        answers = { ...answers, locate: async () => [PLACE] };
        return [PLACE];
      },
    };
    await locate();
    expect(read(id).text).toMatchObject({ description: 'Changed meanwhile', externalId: 'X-1' });
    expect(read(id).terms.zone).toEqual(ZONE);
  });

  it('is not put where its old address was', async () => {
    const id = await create();
    const elsewhere = { ...PLACE, latDeg: 10 };
    answers = {
      ...answers,
      locate: async (address) => {
        if (address === 'Linden 5') await edit(id, { address: 'Quay 4' });
        return [address === 'Quay 4' ? elsewhere : PLACE];
      },
    };
    await locate();
    expect(asked).toEqual(['Linden 5', 'Quay 4']);
    expect(read(id).terms.zone?.latDeg).toBe(10);
  });
});

describe('a task with a point and no address', () => {
  it('is given the address', async () => {
    const id = await create({ zone: ZONE, address: '' });
    await locate();
    expect(asked).toEqual(['52.517 13.389']);
    expect(read(id).text.address).toBe('Quay 4');
    expect(read(id).terms.zone).toEqual(ZONE);
  });
});

it.each<[string, Wish]>([
  ['with both', { zone: ZONE }],
  ['with neither', { address: '' }],
  ['of Navixy', { dialect: 'navixy', zone: ZONE, address: '' }],
])('a task %s is not looked up', async (_what, wish) => {
  await create(wish);
  await locate();
  expect(asked).toEqual([]);
});

it('a task that is over is not looked up', async () => {
  const id = await create();
  await kit.do({ kind: 'move_task', taskId: id, move: 'cancel', timeMs: null });
  await locate();
  expect(asked).toEqual([]);
});

it('all that wait have their turn, page after page', async () => {
  for (let n = 0; n < 230; n++) await create({ address: `street ${n}` });
  await locate();
  for (let n = 0; n < 300; n++) await settle();
  expect(new Set(asked).size).toBe(230);
  expect(asked).toHaveLength(230);
});

describe('a geocoder that cannot be asked', () => {
  beforeEach(() => {
    answers = { ...answers, locate: () => Promise.reject(new Error('unreachable')) };
  });

  it('is asked again, later and later, and told of once', async () => {
    const id = await create();
    await locate();
    const delays: number[] = [];
    for (let n = 0; n < 12; n++) {
      delays.push(pauses[0]!.delayMs);
      pauses.shift()!.run();
      await settle();
    }
    expect(delays.slice(0, 4)).toEqual([10_000, 20_000, 40_000, 80_000]);
    expect(Math.max(...delays)).toBe(3_600_000);
    expect(troubles).toEqual([new Error('unreachable')]);
    answers = { ...answers, locate: async () => [PLACE] };
    pauses.shift()!.run();
    await settle();
    expect(read(id).terms.zone).toEqual(ZONE);
    expect(troubles).toHaveLength(2);
    expect(troubles[1]).toBeNull();
  });

  it('for one address is asked for the others all the same', async () => {
    answers = {
      ...answers,
      locate: async (address) => {
        if (address === 'Linden 5') throw new Error('cannot read that');
        return [PLACE];
      },
    };
    await create();
    const other = await create({ address: 'Quay 4' });
    await locate();
    pauses.shift()!.run();
    await settle();
    expect(read(other).terms.zone).toEqual(ZONE);
  });

  it('holds up no shutdown', async () => {
    await create();
    await locate();
    expect(pauses).toHaveLength(1);
    await runner.stop();
    expect(pauses).toHaveLength(0);
  });

  it('nor does one that never answers', async () => {
    answers = { ...answers, locate: () => new Promise(() => {}) };
    const id = await create();
    await locate();
    await runner.stop();
    expect(read(id).terms.zone).toBeNull();
  });
});

it('a disk that is full makes it wait, and nothing is lost', async () => {
  const id = await create();
  kit.isDiskFull = true;
  await locate();
  expect(pauses).toHaveLength(1);
  kit.isDiskFull = false;
  pauses.shift()!.run();
  await settle();
  expect(read(id).terms.zone).toEqual(ZONE);
});

it("TheTrack's location that a task was made of is known then, too", async () => {
  const uuid = crypto.randomUUID();
  const body = { address: 'Linden 5', landmark: 'the back door', point: null };
  kit.store.resources.create('place', { uuid, externalId: null, body, nowMs: NOW_MS });
  await create({ dialect: 'thetrack', details: { locationUuid: uuid } });
  await locate();
  expect(kit.store.resources.read('place', uuid)?.body).toEqual({
    ...body,
    point: { latDeg: PLACE.latDeg, lonDeg: PLACE.lonDeg },
  });
});
