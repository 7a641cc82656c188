/** Tasks created by the clock on the wall keep their instants over both changes of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RealKit } from '../real-kit.ts';

let kit: RealKit;

beforeEach(() => {
  kit = new RealKit(Date.UTC(2026, 2, 1), 'Europe/Berlin');
});

afterEach(() => kit.close());

/** [as it is written, the instant, as it is shown, in ISO]. */
const WINDOWS = [
  ['2026-03-28 23:30:00', '2026-03-28T22:30:00Z', '2026-03-28 23:30:00', '2026-03-28T23:30:00+01:00'],
  ['2026-03-29 01:59:59', '2026-03-29T00:59:59Z', '2026-03-29 01:59:59', '2026-03-29T01:59:59+01:00'],
  ['2026-03-29 02:30:00', '2026-03-29T01:30:00Z', '2026-03-29 03:30:00', '2026-03-29T03:30:00+02:00'],
  ['2026-03-29 03:00:00', '2026-03-29T01:00:00Z', '2026-03-29 03:00:00', '2026-03-29T03:00:00+02:00'],
  ['2026-10-25 01:30:00', '2026-10-24T23:30:00Z', '2026-10-25 01:30:00', '2026-10-25T01:30:00+02:00'],
  ['2026-10-25 02:30:00', '2026-10-25T00:30:00Z', '2026-10-25 02:30:00', '2026-10-25T02:30:00+02:00'],
  ['2026-10-25T02:30:00+01:00', '2026-10-25T01:30:00Z', '2026-10-25 02:30:00', '2026-10-25T02:30:00+01:00'],
  ['2026-10-25 03:00:00', '2026-10-25T02:00:00Z', '2026-10-25 03:00:00', '2026-10-25T03:00:00+01:00'],
  ['2026-03-29T01:30:00Z', '2026-03-29T01:30:00Z', '2026-03-29 03:30:00', '2026-03-29T03:30:00+02:00'],
] as const;

describe.each(WINDOWS)('a task from %s', (written, instant, shown, iso) => {
  const task = (isLocalTo: boolean) => ({
    location: { lat: 51.2, lng: 7.3, radius: 100 },
    label: 'Round the clock',
    description: '',
    from: written,
    to: isLocalTo ? '2026-12-01 00:00:00' : '2026-11-30T23:00:00Z',
  });

  it(`means ${instant}, and is shown as ${shown} or ${iso}`, async () => {
    const { id } = await kit.navixy('task/create', { task: task(true) });
    expect(new Date(kit.store.tasks.read(id)!.terms.fromMs).toISOString()).toBe(new Date(instant).toISOString());
    expect((await kit.navixy('task/read', { task_id: id })).value).toMatchObject({ from: shown });
    const inIso = await kit.navixy('task/read', { task_id: id, iso_datetime: true });
    expect(inIso.value).toMatchObject({ from: iso, to: '2026-12-01T00:00:00+01:00' });
  });

  it('keeps its instant when what was shown in ISO is written back', async () => {
    const { id } = await kit.navixy('task/create', { task: task(false), iso_datetime: true });
    const { from, to } = (await kit.navixy('task/read', { task_id: id, iso_datetime: true })).value;
    const again = { ...task(false), id, from, to };
    expect(await kit.codeOf('task/update', { task: again, iso_datetime: true })).toBe('ok');
    expect(new Date(kit.store.tasks.read(id)!.terms.fromMs).toISOString()).toBe(new Date(instant).toISOString());
  });
});

it('a window over a change of the clock is an hour shorter in spring and longer in autumn than it looks', async () => {
  const lengths: number[] = [];
  for (const day of ['2026-03-29', '2026-10-25', '2026-11-01']) {
    const task = {
      location: { lat: 51.2, lng: 7.3, radius: 100 },
      label: 'The whole day',
      description: '',
      from: `${day} 00:00:00`,
      to: `${day} 23:59:59`,
    };
    const { id } = await kit.navixy('task/create', { task });
    const { fromMs, toMs } = kit.store.tasks.read(id)!.terms;
    lengths.push((toMs + 1000 - fromMs) / 3_600_000);
  }
  expect(lengths).toEqual([23, 25, 24]);
});
