/** `GET /api/events`: the live stream as server-sent events. A client that comes back says what it heard last, and misses nothing. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LIVE_KINDS, type LiveKind, type LiveWish } from '../../feed/live/live-client.ts';
import { type Caller, mayAsk, type Right } from '../../operations/access.ts';
import type { Operations } from '../../operations/operations.ts';
import type { OwnDesk } from './desk.ts';
import { asking, OWN_DOOR } from './door.ts';
import { faultyParameters, type ParameterFault, type Problem, sendProblem } from './problem.ts';
import { ResponseOutlet } from './response-outlet.ts';

/** What each kind tells of. */
const RIGHTS: Readonly<Record<LiveKind, Right>> = {
  task: 'tasks:read',
  position: 'trackers:read',
  connection: 'trackers:read',
  delivery: 'webhooks:write',
};

const TRACKERS_MAX = 100;
const RETRY_S = 5;
const ROW = '[0-9]{1,15}';

const EVENTS_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    kinds: {
      type: 'string',
      pattern: `^(${LIVE_KINDS.join('|')})(,(${LIVE_KINDS.join('|')})){0,3}$`,
      description: `some of ${LIVE_KINDS.join(', ')}, joined by commas`,
    },
    tracker: {
      type: 'string',
      pattern: `^[1-9][0-9]{0,14}(,[1-9][0-9]{0,14}){0,${TRACKERS_MAX - 1}}$`,
      description: `ids of 1 to ${TRACKERS_MAX} trackers, joined by commas`,
    },
    task: { type: 'string', pattern: '^[1-9][0-9]{0,14}$', description: 'the id of a task' },
    after: { type: 'string', pattern: `^${ROW}$`, description: 'the id of the event that was heard last' },
  },
};

interface EventsQuery {
  readonly kinds?: string;
  readonly tracker?: string;
  readonly task?: string;
  readonly after?: string;
}

export function addEventRoutes(app: FastifyInstance, { operations, live }: OwnDesk): void {
  // A stream has no end of its own, which closing would wait for.
  app.addHook('preClose', async () => live?.close());
  app.get<{ Querystring: EventsQuery }>(
    '/api/events',
    asking('anyone', {
      summary: 'What happens, as it happens: server-sent events. Last-Event-ID, or `after`, goes on from an event',
      querystring: EVENTS_QUERY,
      gives: { 200: 'text/event-stream' },
    }),
    async (request, reply) => {
      const wish = wishOf(request, operations);
      if ('status' in wish) return sendProblem(reply, wish);
      const refusal = live === undefined ? 'closing' : live.refusal();
      if (live === undefined || refusal !== null) return sendFull(reply, refusal ?? 'closing');
      const lastId = operations.lastEventId();
      const { raw } = reply.hijack();
      raw.writeHead(200, { ...headersOf(reply), 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      raw.once('close', live.open(wish, lastId, new ResponseOutlet(raw)));
    },
  );
}

function headersOf(reply: FastifyReply): Record<string, string> {
  const entries = Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(entries);
}

function wishOf(request: FastifyRequest<{ Querystring: EventsQuery }>, operations: Operations): LiveWish | Problem {
  const { query, headers, caller } = request;
  const kinds = allowedKinds(query.kinds?.split(',') as readonly LiveKind[] | undefined, caller);
  if ('status' in kinds) return kinds;
  const after = headers['last-event-id'] ?? query.after;
  // A browser sends the header anew each time it comes back; the address says where it began.
  if (after !== undefined && !isRow(after)) return faultyParameters([rowFault(after)]);
  return {
    kinds: new Set(kinds.value),
    trackerIds: query.tracker === undefined ? null : new Set(query.tracker.split(',').map(Number)),
    taskId: query.task === undefined ? null : Number(query.task),
    afterId: after === undefined ? null : Number(after),
    isWelcome: welcomeOf(request, kinds.value, operations),
  };
}

function isRow(text: string | string[]): text is string {
  return typeof text === 'string' && new RegExp(`^${ROW}$`).test(text);
}

function rowFault(received: unknown): ParameterFault {
  return { parameter: 'Last-Event-ID', received, expected: 'the id of the event that was heard last' };
}

type Allowed = { readonly value: readonly LiveKind[] } | Problem;

/** All that the caller may hear, where it does not say what. */
function allowedKinds(asked: readonly LiveKind[] | undefined, caller: Caller | null): Allowed {
  const may = (kind: LiveKind) => caller !== null && mayAsk(caller, RIGHTS[kind]);
  const allowed = (asked ?? LIVE_KINDS).filter(may);
  const isRefused = allowed.length === 0 || (asked !== undefined && allowed.length < asked.length);
  return isRefused ? NO_RIGHT : { value: allowed };
}

const NO_RIGHT: Problem = {
  status: 403,
  code: 'no_right',
  detail: `the key does not carry the right for this: ${LIVE_KINDS.map((kind) => `${kind} needs ${RIGHTS[kind]}`).join(', ')}`,
};

/** A key may be revoked, and a session closed, while its stream goes on. */
function welcomeOf(request: FastifyRequest, kinds: readonly LiveKind[], operations: Operations): () => boolean {
  const credential = OWN_DOOR.credential(request);
  return () => {
    const caller = credential === null ? null : operations.findCaller(credential);
    return caller !== null && kinds.every((kind) => mayAsk(caller, RIGHTS[kind]));
  };
}

function sendFull(reply: FastifyReply, refusal: 'too_many' | 'closing'): FastifyReply {
  const detail =
    refusal === 'closing'
      ? 'there is no live stream: the gateway is closing'
      : 'as many listen as may; try again later';
  reply.header('retry-after', RETRY_S);
  return sendProblem(reply, { status: 503, code: refusal === 'closing' ? 'closing' : 'too_many_streams', detail });
}
