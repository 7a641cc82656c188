/** Raw frames under `/api` from the outside. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW_MS } from '../../operations/fake-line.ts';
import { GUEST_KEY, INSIDE, OUTSIDE, OwnKit, WISH } from './own-kit.ts';

let kit: OwnKit;

beforeEach(async () => {
  kit = new OwnKit();
  await kit.fleet('Van 1');
});
afterEach(() => kit.close());

const iso = (timeMs: number) => new Date(timeMs).toISOString();
const frames = async (query = '') => (await kit.ask('GET', `/api/trackers/1/frames${query}`)).body;

/** One frame a second. Returns their bytes, oldest first. */
async function sendSeveral(n: number): Promise<Buffer[]> {
  const sent: Buffer[] = [];
  for (let i = 0; i < n; i++) {
    kit.nowMs += 1000;
    sent.push(await kit.send(1, [{ timeMs: kit.nowMs - 100, ...INSIDE }]));
  }
  return sent;
}

describe('a raw frame', () => {
  it('is told byte by byte, with its records and what it was answered', async () => {
    const raw = await kit.send(1, [
      { timeMs: NOW_MS - 2000, ...INSIDE },
      { timeMs: NOW_MS - 1000, ...OUTSIDE },
    ]);
    const { trackerId, frames: told, hasMore } = await frames();
    expect([trackerId, told.length, hasMore]).toEqual([1, 1, false]);
    const [frame] = told;
    expect(frame).toMatchObject({
      ...{ receivedAt: iso(NOW_MS), protocol: 'teltonika', hex: raw.toString('hex'), message: 'records' },
      ...{ error: null, reply: '00000002' },
    });
    expect(frame.fields[0]).toEqual({ offset: 0, length: 4, path: '', name: 'Preamble', value: '0' });
    const lengths = frame.fields.map(({ length }: { length: number }) => length);
    expect(lengths.reduce((sum: number, length: number) => sum + length, 0)).toBe(raw.length);
    const speed = frame.fields.find(
      ({ path, name }: { path: string; name: string }) => path === 'Record 2' && name === 'Speed',
    );
    expect(speed.value).toBe('30 km/h');
    expect(frame.fixes).toMatchObject([
      { time: iso(NOW_MS - 2000), lat: 51.283546, isKept: true, valid: true },
      { time: iso(NOW_MS - 1000), lat: 51.3, isKept: true, valid: true },
    ]);
  });

  it('says which of its records were stored before', async () => {
    await kit.send(1, [{ timeMs: NOW_MS - 2000, ...INSIDE }]);
    await kit.send(1, [
      { timeMs: NOW_MS - 2000, ...INSIDE },
      { timeMs: NOW_MS - 1000, ...INSIDE },
    ]);
    const told = (await frames()).frames.map(({ fixes }: { fixes: { isKept: boolean }[] }) =>
      fixes.map(({ isKept }) => isKept),
    );
    expect(told).toEqual(expect.arrayContaining([[true], [false, true]]));
  });

  it('that cannot be read says why', async () => {
    const raw = Buffer.from('000000000000000ff00f', 'hex');
    const delivery = { trackerId: 1, receivedMs: NOW_MS, protocol: 'teltonika', raw, fixes: [] } as const;
    await new Promise((frameOnSettled) => kit.line.submit(delivery, { frameOnSettled }));
    const [frame] = (await frames()).frames;
    expect(frame).toMatchObject({ message: 'unreadable', fixes: [], hex: '000000000000000ff00f' });
    expect(frame.error).toMatch(/^bad_/);
  });

  it('is found by its fix', async () => {
    const sent = await sendSeveral(3);
    const { frames: told } = await frames(`?fix=${iso(NOW_MS + 1900)}`);
    expect(told.map(({ hex }: { hex: string }) => hex)).toEqual([sent[1]!.toString('hex')]);
    expect((await frames(`?fix=${iso(NOW_MS + 1901)}`)).frames).toEqual([]);
  });
});

describe('raw frames are listed', () => {
  it('newest first, page by page, each once', async () => {
    const sent = await sendSeveral(5);
    const seen: string[] = [];
    let query = '?limit=2';
    for (let n = 0; n < 5; n++) {
      const page = await frames(query);
      seen.push(...page.frames.map(({ hex }: { hex: string }) => hex));
      query = `?limit=2&before=${page.frames.at(-1).receivedAt}`;
      if (!page.hasMore) break;
    }
    expect(seen).toEqual(sent.map((raw) => raw.toString('hex')).reverse());
  });

  it('those of one instant all together, so that no page cuts them', async () => {
    for (let n = 1; n <= 5; n++) await kit.send(1, [{ timeMs: NOW_MS - n * 1000, ...INSIDE }]);
    const page = await frames('?limit=2');
    expect([page.frames.length, page.hasMore]).toEqual([5, false]);
  });

  it('of a period', async () => {
    await sendSeveral(4);
    const page = await frames(`?from=${iso(NOW_MS + 2000)}&to=${iso(NOW_MS + 3000)}`);
    expect(page.frames.map(({ receivedAt }: { receivedAt: string }) => receivedAt)).toEqual([
      iso(NOW_MS + 3000),
      iso(NOW_MS + 2000),
    ]);
  });

  it.each([
    ['?from=yesterday', 'from'],
    ['?before=2026-02-31T00:00:00Z', 'before'],
    ['?fix=now', 'fix'],
    ['?limit=101', 'limit'],
    ['?colour=red', 'colour'],
  ])('%s is refused', async (query, parameter) => {
    const { status, body } = await kit.ask('GET', `/api/trackers/1/frames${query}`);
    expect([status, body.errors[0].parameter]).toEqual([400, parameter]);
  });

  it('for a tracker that is there, and for those who may', async () => {
    expect((await kit.ask('GET', '/api/trackers/9/frames')).body.code).toBe('tracker_not_found');
    expect((await kit.ask('GET', `/api/trackers/9/frames?fix=${iso(NOW_MS)}`)).body.code).toBe('tracker_not_found');
    expect((await kit.ask('GET', '/api/trackers/1/frames', undefined, GUEST_KEY)).status).toBe(403);
  });
});

describe('what a fix has moved', () => {
  it('is told by the fix', async () => {
    await kit.ask('POST', '/api/tasks', { ...WISH, trackerId: 1, minStay: 600 });
    await kit.send(1, [{ timeMs: NOW_MS - 60_000, ...INSIDE }]);
    await kit.send(1, [{ timeMs: NOW_MS - 30_000, ...INSIDE }]);
    const moved = async (timeMs: number) =>
      (await kit.ask('GET', `/api/trackers/1/transitions?fix=${iso(timeMs)}`)).body.events;
    expect(await moved(NOW_MS - 60_000)).toMatchObject([{ taskId: 1, toStatus: 'arrived' }]);
    expect(await moved(NOW_MS - 30_000)).toEqual([]);
    expect(await moved(NOW_MS)).toEqual([]);
  });

  it.each([
    ['/api/trackers/1/transitions', 400],
    ['/api/trackers/1/transitions?fix=2026-02-31T00:00:00Z', 400],
    ['/api/trackers/9/transitions?fix=2026-03-01T00:00:00Z', 404],
  ])('%s is answered with %i', async (url, status) => {
    expect((await kit.ask('GET', url)).status).toBe(status);
  });
});
