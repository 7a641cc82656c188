/** Random requests to every route of the GSMtasks dialect. */
import { expect, it } from 'vitest';
import { fuzz, GSMTASKS, REQUESTS, SEED } from '../rest-fuzz.ts';

it(`${REQUESTS} random requests (seed ${SEED}) get an answer as the document says, and the store lives`, async () => {
  const { successes, statuses, operations } = await fuzz(GSMTASKS);
  // Without these, little was tried.
  expect(operations.length).toBeGreaterThan(40);
  expect(successes.size).toBeGreaterThan(operations.length / 4);
  expect(statuses.get(400)).toBeGreaterThan(0);
  expect(statuses.get(404)).toBeGreaterThan(0);
}, 3_600_000);
