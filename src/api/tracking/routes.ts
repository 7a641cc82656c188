/** The public page of one task, and what it asks for: no key, an address that nobody guesses. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Task } from '../../model/task.ts';
import type { Journey } from '../../operations/journeys.ts';
import type { Operations } from '../../operations/operations.ts';
import { addressOf } from '../access.ts';
import { listOf, NUMBER, nullable, record, STRING } from '../navixy/shapes.ts';
import { createThrottle } from '../throttle.ts';
import { missingPage, PAGE_HEADERS, trackingPage } from './page.ts';
import { type PublicState, publicState, shownTask, TRAIL_POINTS_MAX } from './state.ts';

export interface TrackingDesk {
  readonly operations: Operations;
  /** Wall clock, ms. */
  readonly now: () => number;
}

/** From one address: an office of readers, and no more than that. */
const REQUESTS_PER_SECOND = 20;
const RETRY_S = 5;
/** How old a way may be that is shown to one reader after the other. */
const JOURNEY_MS_MAX = 3000;
const JOURNEYS_MAX = 1000;

const HTML = 'text/html; charset=utf-8';
const STATE = record({
  title: STRING,
  address: STRING,
  driver: nullable(STRING),
  eta: nullable(STRING),
  arrivedAt: nullable(STRING),
  finishedAt: nullable(STRING),
  destination: nullable(record({ lat: NUMBER, lon: NUMBER, radius: NUMBER })),
  position: nullable(record({ lat: NUMBER, lon: NUMBER, at: STRING })),
  trail: listOf(listOf(NUMBER)),
  mapText: STRING,
});
const PARAMS = { type: 'object', required: ['code'], properties: { code: { type: 'string' } } };

type WithCode = { readonly Params: { readonly code: string } };

export function addTrackingRoutes(app: FastifyInstance, desk: TrackingDesk): void {
  const throttle = createThrottle(REQUESTS_PER_SECOND);
  const stateOf = stateReader(desk);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(PAGE_HEADERS);
    if (throttle.admits(addressOf(request), desk.now())) return;
    return reply.code(429).header('retry-after', RETRY_S).type('text/plain').send('Too many requests.\n');
  });
  app.get<WithCode>(
    '/t/:code',
    {
      config: { access: { kind: 'open' } },
      schema: { summary: 'The public page of a task', params: PARAMS, gives: { 200: HTML, 404: HTML } },
    },
    async (request, reply) => {
      const state = await stateOf(request);
      return sendPage(reply, state === null ? 404 : 200, state === null ? missingPage() : trackingPage(state));
    },
  );
  app.get<WithCode>(
    '/t/:code/state.json',
    {
      config: { access: { kind: 'open' } },
      schema: {
        summary: 'What that page shows',
        params: PARAMS,
        gives: { 200: STATE, 404: record({ detail: STRING }) },
      },
    },
    async (request, reply) => (await stateOf(request)) ?? reply.code(404).send({ detail: 'Not found.' }),
  );
}

function sendPage(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply.code(status).type(HTML).send(html);
}

/** null = the code leads nowhere, or not any more. */
function stateReader({
  operations,
  now,
}: TrackingDesk): (request: FastifyRequest<WithCode>) => Promise<PublicState | null> {
  const journeyOf = rememberedJourneys(async (task) => {
    const [journey] = await operations.journeysOf([task], TRAIL_POINTS_MAX);
    return journey!;
  });
  return async ({ params }) => {
    const task = shownTask(params.code, now(), operations);
    if (task === null) return null;
    const { trackerId } = task.tenure;
    const driver = trackerId === null ? null : (operations.readTracker(trackerId)?.label ?? null);
    return publicState(task, driver, await journeyOf(task, now()));
  };
}

/** However many look at one page, its way is read once in a while. */
function rememberedJourneys(read: (task: Task) => Promise<Journey>): (task: Task, nowMs: number) => Promise<Journey> {
  /** By task and what becomes of it, in the order of reading. */
  const known = new Map<string, { readonly readMs: number; readonly journey: Promise<Journey> }>();
  return (task, nowMs) => {
    const { id, facts, tenure, attempt } = task;
    const key = `${id} ${facts.state} ${tenure.trackerId} ${attempt.number}`;
    const last = known.get(key);
    if (last !== undefined && Math.abs(nowMs - last.readMs) < JOURNEY_MS_MAX) return last.journey;
    const journey = read(task);
    known.delete(key);
    known.set(key, { readMs: nowMs, journey });
    if (known.size > JOURNEYS_MAX) known.delete(known.keys().next().value!);
    // A failure is for who asked, and for nobody after.
    journey.catch(() => known.delete(key));
    return journey;
  };
}
