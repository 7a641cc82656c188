import { describe, expect, it } from 'vitest';
import { type NominatimOptions, nominatim } from '../../src/geocoding/nominatim.ts';

const BERLIN = { lat: '52.5170365', lon: '13.3888599', display_name: 'Berlin, Deutschland' };

/** A server that answers as it is told, and a clock that only waiting moves. */
function desk(answer: (url: URL) => Response | Promise<Response>, options: Partial<NominatimOptions> = {}) {
  const asked: { readonly url: URL; readonly init: RequestInit; readonly atMs: number }[] = [];
  let nowMs = 0;
  const geocoder = nominatim({
    url: 'http://geocoder.test/nominatim',
    email: 'owner@example.org',
    userAgent: 'Milepost',
    fetch: async (url, init) => {
      asked.push({ url: new URL(url), init, atMs: nowMs });
      return answer(new URL(url));
    },
    now: () => nowMs,
    wait: async (ms) => {
      nowMs += ms;
    },
    ...options,
  });
  return { geocoder, asked };
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}

describe('a geocoder like Nominatim', () => {
  it('is asked for an address by those who say who they are', async () => {
    const { geocoder, asked } = desk(() => json([BERLIN]));
    expect(await geocoder.locate('Unter den Linden', 'de')).toEqual([
      { latDeg: 52.5170365, lonDeg: 13.3888599, address: 'Berlin, Deutschland' },
    ]);
    const [{ url, init }] = asked as [(typeof asked)[0]];
    expect(url.pathname).toBe('/nominatim/search');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      q: 'Unter den Linden',
      limit: '10',
      'accept-language': 'de',
      format: 'jsonv2',
      email: 'owner@example.org',
    });
    expect(init).toMatchObject({ headers: { 'user-agent': 'Milepost' }, redirect: 'error' });
    expect(init.signal).toBeInstanceOf(AbortSignal);
  });

  it('is asked for a point', async () => {
    const { geocoder, asked } = desk(() => json({ display_name: '5,\n Unter den  Linden' }), { email: null });
    expect(await geocoder.addressAt(52.5170365, -0.1, null)).toBe('5, Unter den Linden');
    expect(asked[0]?.url.href).toBe('http://geocoder.test/nominatim/reverse?lat=52.51704&lon=-0.10000&format=jsonv2');
  });

  it('is asked one thing at a time, and one a second', async () => {
    let running = 0;
    let most = 0;
    const { geocoder, asked } = desk(async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return json([BERLIN]);
    });
    await Promise.all(['a', 'b', 'c'].map((address) => geocoder.locate(address, null)));
    expect(most).toBe(1);
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 1000, 2000]);
  });

  it('is not asked again for what it found', async () => {
    const { geocoder, asked } = desk(() => json([BERLIN]));
    for (let n = 0; n < 3; n++) await geocoder.locate('Berlin', null);
    await geocoder.locate('Berlin', 'en');
    expect(asked).toHaveLength(2);
  });

  it('forgets what nobody asked for longest', async () => {
    const { geocoder, asked } = desk(() => json([BERLIN]));
    for (let n = 0; n < 1000; n++) await geocoder.locate(`street ${n}`, null);
    await geocoder.locate('street 0', null);
    expect(asked).toHaveLength(1000);
    await geocoder.locate('street 1000', null);
    await geocoder.locate('street 0', null);
    expect(asked).toHaveLength(1001);
    await geocoder.locate('street 1', null);
    expect(asked).toHaveLength(1002);
  });

  it.each([
    ['an empty list', () => json([])],
    ['a question it does not understand', () => json({ error: 'Nothing to search for' }, 400)],
    ['places without a point', () => json([{ display_name: 'Nowhere' }, null, 7, 'x'])],
    [
      'points that are none',
      () =>
        json([
          { ...BERLIN, lat: '91' },
          { ...BERLIN, lon: '1e1' },
          { ...BERLIN, lat: '' },
        ]),
    ],
    [
      'names that are none',
      () =>
        json([
          { ...BERLIN, display_name: ' \n' },
          { ...BERLIN, display_name: { a: 1 } },
        ]),
    ],
  ])('finds no place in %s, and is asked again the next time', async (_what, answer) => {
    const { geocoder, asked } = desk(answer);
    expect(await geocoder.locate('x', null)).toEqual([]);
    await geocoder.locate('x', null);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['an error', () => json({ error: 'Unable to geocode' })],
    ['a list', () => json([])],
    ['null', () => json(null)],
    ['nothing there', () => json({}, 404)],
  ])('finds no address in %s', async (_what, answer) => {
    expect(await desk(answer).geocoder.addressAt(0, 0, null)).toBeNull();
  });

  it.each([
    ['fails', () => json({}, 500)],
    ['has had enough', () => json({}, 429)],
    ['speaks no JSON', () => new Response('<html>')],
    ['answers a search with an object', () => json({})],
    ['answers without end', () => new Response('x'.repeat(300_000))],
    ['is not there', () => Promise.reject(new TypeError('fetch failed'))],
  ])('cannot be asked where the server %s; the next question is none the worse', async (_what, answer) => {
    let isWell = false;
    const { geocoder } = desk(() => (isWell ? json([BERLIN]) : answer()));
    await expect(geocoder.locate('x', null)).rejects.toThrow();
    isWell = true;
    expect(await geocoder.locate('x', null)).toHaveLength(1);
  });

  it('lets so many wait and no more', async () => {
    const { geocoder } = desk(() => json([BERLIN]));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 21 }, (_, n) => geocoder.locate(`street ${n}`, null)),
    );
    expect(outcomes.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
    expect(outcomes.at(-1)).toMatchObject({ status: 'rejected' });
  });

  it('gives addresses that fit', async () => {
    const { geocoder } = desk(() => json([{ ...BERLIN, display_name: '\u0000👩‍👩‍👧'.repeat(400) }]));
    const [place] = await geocoder.locate('x', null);
    expect([...place!.address].length).toBeLessThanOrEqual(250);
    expect(place!.address).not.toMatch(/\p{Cc}/u);
  });
});
