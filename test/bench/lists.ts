/** P8: three questions a dispatcher's screen asks, over a million tasks, while fixes come in; and what they cost those. */
import { Agent, request } from 'node:http';
import type { Context } from './context.ts';
import { scored } from './gateway-side.ts';
import { pause } from './machine.ts';
import { median, quantile } from './measure.ts';
import { HOUR_MS } from './places.ts';
import { type Findings, figureAtMost, ratioAtMost } from './report.ts';
import { externalIdOf } from './seed.ts';
import { API_KEY, type Server } from './servers.ts';

/** Each of the questions is asked so often at most; the next one waits for the answer to the last. */
const PER_SECOND = 10;
const TRACKERS_ASKED = 10;
/** A million tasks are no day's work: they lie over two months. */
const PLAN_DAYS = 60;
const DAY_MS = 24 * HOUR_MS;

interface Question {
  readonly name: string;
  /** The n-th one: another tracker, another day each time. */
  readonly body: (n: number) => object;
}

interface Asked {
  /** By question, ms. */
  readonly p99Ms: readonly number[];
  readonly ackRatio: number;
  readonly ackMs: number;
  readonly faults: readonly string[];
}

export async function listsBench(context: Context): Promise<Findings> {
  const questions = questionsOf(context);
  const results: Asked[] = [];
  for (let round = 0; round < context.scale.rounds; round++) results.push(await ask(context, questions));
  const lists = questions.map(({ name }, i) =>
    scored(
      {
        target: 'P8',
        name: `task/list ${name}, p99`,
        figure: median(results.map(({ p99Ms }) => p99Ms[i]!)),
        unit: 'ms',
        ratio: null,
        bound: figureAtMost(50),
      },
      results,
    ),
  );
  const ack = {
    target: 'P8',
    name: 'ACK p99 with lists being asked against without',
    figure: median(results.map(({ ackMs }) => ackMs)),
    unit: 'ms',
    ratio: median(results.map(({ ackRatio }) => ackRatio)),
    bound: ratioAtMost(2),
  };
  return { rows: [...lists, scored(ack, results)] };
}

function questionsOf({ scale, nowMs }: Context): Question[] {
  const tracker = (n: number) => ((n * 7919) % scale.trackers) + 1;
  return [
    {
      name: 'by statuses and trackers',
      body: (n) => ({
        statuses: ['assigned', 'arrived'],
        trackers: Array.from({ length: Math.min(TRACKERS_ASKED, scale.trackers) }, (_, i) => tracker(n * 31 + i)),
      }),
    },
    { name: 'by external_id', body: (n) => ({ external_id: externalIdOf(tracker(n), n % 20) }) },
    { name: 'by from and to, a day, limit 100', body: (n) => span(n, 1) },
    { name: 'by from and to, a week, limit 100', body: (n) => span(n, 7) },
  ];

  function span(n: number, days: number): object {
    const fromMs = nowMs + (n % (PLAN_DAYS - days)) * DAY_MS;
    return { from: wireTime(fromMs), to: wireTime(fromMs + days * DAY_MS), limit: 100 };
  }
}

/** Navixy's local time; the gateway's zone is UTC. */
function wireTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

async function ask(context: Context, questions: readonly Question[]): Promise<Asked> {
  const { rate } = context.scale;
  const { found, faults } = await context.withGateway(context.seed({ planDays: PLAN_DAYS }), async (server) => {
    const paced = { mode: 'open', rate, window: 64, step: 200 } as const;
    const quiet = await context.load(server, { ...context.drive(), ...paced });
    const stop = new AbortController();
    const asking = Promise.all(questions.map((question) => askOften(server, question, stop.signal)));
    const busy = await context.load(server, { ...context.drive('spread', 1), ...paced });
    stop.abort();
    return { found: { quiet, busy, times: await asking }, reports: [quiet, busy] };
  });
  const { quiet, busy, times } = found;
  return {
    p99Ms: times.map((own) => quantile(own, 0.99)),
    ackRatio: busy.latency.p99Us / quiet.latency.p99Us,
    ackMs: busy.latency.p99Us / 1000,
    faults,
  };
}

async function askOften(server: Server, { name, body }: Question, signal: AbortSignal): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const times: number[] = [];
  for (let n = 0; !signal.aborted; n++) {
    const startMs = performance.now();
    await answered(server, agent, name, body(n));
    times.push(performance.now() - startMs);
    await pause(Math.max(0, 1000 / PER_SECOND - times.at(-1)!));
  }
  agent.destroy();
  return times;
}

/** Rejects when the answer is not a list with tasks in it. */
function answered(server: Server, agent: Agent, name: string, body: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const options = { host: '127.0.0.1', port: server.httpPort, path: '/v2/task/list', method: 'POST', agent, headers };
    const asked = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        if (response.statusCode === 200 && /"list":\[\{/.test(text)) resolve();
        else reject(new Error(`task/list ${name}: expected tasks, got ${response.statusCode} ${text.slice(0, 200)}`));
      });
    });
    asked.on('error', reject);
    asked.end(JSON.stringify({ hash: API_KEY, ...body }));
  });
}
