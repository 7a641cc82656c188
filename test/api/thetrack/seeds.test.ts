/** The examples of TheTrack's pages: the seed's, with what its fields mean by the pages that came after it. */
import { describe, expect, it } from 'vitest';
import { at, played, restFixtures } from '../rest-seeds.ts';

const FIXTURES = restFixtures('thetrack');
const PUBLIC_URL = 'https://api.thetrack.io';

describe.each(FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, fixture) => {
  it(`${fixture.title}`, async () => {
    const { shown, expected } = await played(fixture, PUBLIC_URL);
    expect(shown).toEqual(expected);
  });
});

it('every sample says where it is from, and names what it leaves free', () => {
  expect(FIXTURES.length).toBeGreaterThan(12);
  for (const { source, requests, free = [], response } of FIXTURES) {
    expect([source.document, source.section, requests.length > 0].every(Boolean)).toBe(true);
    for (const path of free) expect(at(response, path), path).not.toBeUndefined();
  }
});
