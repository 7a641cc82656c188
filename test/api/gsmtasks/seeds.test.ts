/** The examples of GSMtasks' page on tasks, and what its published document says beside them. */
import { describe, expect, it } from 'vitest';
import { at, played, restFixtures } from '../rest-seeds.ts';

const FIXTURES = restFixtures('gsmtasks');
const PUBLIC_URL = 'https://api.gsmtasks.com';

/** What a client that was generated from the published document (2.11.4) insists on. */
const REQUIRED = [
  ...['account', 'actions', 'assignee_proximity', 'calendar_time', 'cancelled_at', 'completed_at', 'counts'],
  ...['created_at', 'created_by', 'forms', 'issues', 'orderer_name', 'recurrence', 'state', 'trackers', 'updated_at'],
  'url',
];

describe.each(FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, fixture) => {
  it(`${fixture.title}`, async () => {
    const { shown, expected } = await played(fixture, PUBLIC_URL);
    expect(shown).toEqual(expected);
  });
});

it('every task has what a generated client insists on, and 43 members in all', async () => {
  const whole = FIXTURES.filter(({ name }) => ['create', 'read-located', 'update', 'state-complete'].includes(name));
  expect(whole).toHaveLength(4);
  for (const fixture of whole) {
    const { shown } = await played({ ...fixture, more: [], free: [], instants: [] }, PUBLIC_URL);
    expect(Object.keys(shown.answer as object)).toEqual(expect.arrayContaining(REQUIRED));
    expect(Object.keys(shown.answer as object)).toHaveLength(43);
  }
});

it('every sample says where it is from, and names what it leaves free', () => {
  expect(FIXTURES.length).toBeGreaterThan(20);
  for (const { source, requests, free = [], response } of FIXTURES) {
    expect([source.document, source.section, requests.length > 0].every(Boolean)).toBe(true);
    for (const path of free) expect(at(response, path), path).not.toBeUndefined();
  }
});
