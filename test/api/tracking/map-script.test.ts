import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAP_HEIGHT, MAP_WIDTH } from '../../../src/api/tracking/page.ts';
import type { PublicState } from '../../../src/api/tracking/state.ts';
import { type FakeElement, FakePage } from './fake-page.ts';

const STATE: PublicState = {
  title: 'On the way',
  address: 'Unter den Linden 1',
  driver: 'Ann',
  eta: '2026-03-01T12:30:00.000Z',
  arrivedAt: null,
  finishedAt: null,
  destination: { lat: 52.5, lon: 13.4, radius: 150 },
  position: { lat: 52.45, lon: 13.42, at: '2026-03-01T12:00:00.000Z' },
  trail: [
    [13.4, 52.4],
    [13.41, 52.43],
    [13.42, 52.45],
  ],
  mapText: 'The map shows something.',
};

function centre(element: FakeElement | undefined): [x: number, y: number] {
  return [Number(element!.attributes.get('cx')), Number(element!.attributes.get('cy'))];
}

describe('the map', () => {
  it('has destination, driver and way where they are: north is up, east is right', () => {
    const map = new FakePage(STATE).element('map');
    const [[goalX, goalY], [hereX, hereY]] = [centre(map.of('goal')[0]), centre(map.of('here')[0])];
    expect(goalY).toBeLessThan(hereY);
    expect(goalX).toBeLessThan(hereX);
    const points = map.of('trail')[0]!.attributes.get('points')!.split(' ');
    expect(points).toHaveLength(3);
    const [endX, endY] = points[2]!.split(',').map(Number);
    expect(Math.hypot(endX! - hereX, endY! - hereY)).toBeLessThan(1);
    expect(map.of('grid').length).toBeGreaterThan(3);
    expect(map.of('scale-label')[0]!.textContent).toMatch(/^[125]0* k?m$/);
    expect(map.of('label').every(({ textContent }) => /^-?\d+(\.\d+)?°$/.test(textContent))).toBe(true);
  });

  it('says what it was told as text', () => {
    const evil = '<img src=x onerror=alert(1)>';
    const page = new FakePage({ ...STATE, title: evil, address: evil, driver: evil });
    for (const id of ['title', 'address', 'driver']) expect(page.element(id).textContent).toBe(evil);
    expect(page.element('map-text').textContent).toBe('The map shows something.');
    expect(page.element('eta').textContent).not.toBe('');
    expect(page.rows.get('arrivedAt')!.isHidden).toBe(true);
    expect(page.element('seen').isHidden).toBe(false);
  });

  it('is away where there is nothing to draw', () => {
    const page = new FakePage({ ...STATE, destination: null, position: null, trail: [], driver: null });
    expect(page.element('map').isHidden).toBe(true);
    expect(page.element('seen').isHidden).toBe(true);
    expect(page.rows.get('driver')!.isHidden).toBe(true);
  });

  it('is whole and small wherever on earth it is', () => {
    const lat = fc.double({ min: -90, max: 90, noNaN: true });
    const lon = fc.double({ min: -180, max: 180, noNaN: true });
    const state = fc.record({
      destination: fc.option(fc.record({ lat, lon, radius: fc.integer({ min: 1, max: 300_000 }) })),
      position: fc.option(fc.record({ lat, lon, at: fc.constant('2026-03-01T12:00:00.000Z') })),
      trail: fc.array(fc.tuple(lon, lat), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(state, (shown) => {
        const map = new FakePage({ ...STATE, ...shown }).element('map');
        expect(map.children.length).toBeLessThan(80);
        const values = map.children.flatMap(({ attributes }) => [...attributes.values()]).join(' ');
        expect(values).not.toMatch(/NaN|Infinity/);
        for (const dot of [...map.of('goal'), ...map.of('here')]) {
          const [x, y] = centre(dot);
          expect([x >= 0, x <= MAP_WIDTH, y >= 0, y <= MAP_HEIGHT]).toEqual([true, true, true, true]);
        }
      }),
    );
  });

  it('is one piece over 180 degrees', () => {
    const map = new FakePage({
      ...STATE,
      destination: { lat: 0, lon: -179.99, radius: 150 },
      position: { lat: 0, lon: 179.99, at: '2026-03-01T12:00:00.000Z' },
      trail: [],
    }).element('map');
    expect(centre(map.of('here')[0])[0]).toBeLessThan(centre(map.of('goal')[0])[0]);
    expect(map.of('scale-label')[0]!.textContent).toMatch(/^\d+ m$|^[12] km$/);
  });
});

describe('the page', () => {
  it('asks what is new beside itself, and shows it', async () => {
    const page = new FakePage(STATE);
    page.answer = { status: 200, state: { ...STATE, title: 'Arrived', driver: 'Bob' } };
    await page.pass();
    expect(page.requests).toEqual(['/t/code/state.json']);
    expect(page.element('title').textContent).toBe('Arrived');
    expect(page.element('trouble').isHidden).toBe(true);
    await page.pass();
    expect(page.requests).toHaveLength(2);
  });

  it.each(['no connection', { status: 503 }, { status: 429 }] as const)(
    'goes on after %j, and says so',
    async (answer) => {
      const page = new FakePage(STATE);
      page.answer = answer;
      await page.pass();
      expect(page.element('trouble').isHidden).toBe(false);
      page.answer = { status: 200, state: STATE };
      await page.pass();
      expect(page.element('trouble').isHidden).toBe(true);
    },
  );

  it('is loaded anew once it is over, and asks no more', async () => {
    const page = new FakePage(STATE);
    page.answer = { status: 404 };
    await page.pass();
    await page.pass();
    expect([page.reloads, page.requests.length]).toEqual([1, 1]);
  });

  it('asks for nothing while nobody looks', async () => {
    const page = new FakePage(STATE);
    page.answer = { status: 200, state: STATE };
    page.isHidden = true;
    await page.pass();
    expect(page.requests).toEqual([]);
    await page.look();
    expect(page.requests).toHaveLength(1);
  });
});
