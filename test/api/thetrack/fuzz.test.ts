/** Random requests to every route of the TheTrack dialect. */
import { expect, it } from 'vitest';
import { fuzz, REQUESTS, SEED, THETRACK } from '../rest-fuzz.ts';

it(`${REQUESTS} random requests (seed ${SEED}) get an answer as the document says, and the store lives`, async () => {
  const { successes, statuses, operations } = await fuzz(THETRACK);
  // Without these, little was tried.
  expect(operations.length).toBeGreaterThan(8);
  expect(successes.size).toBeGreaterThan(operations.length / 2);
  expect(statuses.get(400)).toBeGreaterThan(0);
  expect(statuses.get(404)).toBeGreaterThan(0);
}, 3_600_000);
