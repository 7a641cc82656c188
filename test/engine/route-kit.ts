/** Routes for engine tests: all checkpoints at the depot, each with a window of its own. */
import { randomUUID } from 'node:crypto';
import type { CheckpointWish, CommandOutcome, NewRoute } from '../../src/model/command.ts';
import { type Bench, DEPOT, inside, MINUTE, outside, terms } from './world-kit.ts';

export const ROUTE_TEXT = {
  label: 'Round',
  description: '',
  externalId: null,
  tags: [],
  origin: 'manual',
  extra: {},
} as const;
export const CHECKPOINT_TEXT = { ...ROUTE_TEXT, address: '' };

export type Window = readonly [from: string, to: string, stayMin?: number];

/** `taskId`: of a task or checkpoint that is there. */
export function checkpoint([from, to, stayMin = 0]: Window, taskId?: number): CheckpointWish {
  const wish = {
    uuid: randomUUID(),
    text: CHECKPOINT_TEXT,
    terms: terms(from, to, { zone: DEPOT, minStayMs: stayMin * MINUTE }),
  };
  return taskId === undefined ? wish : { ...wish, taskId };
}

export function order(bench: Bench, checkpoints: readonly CheckpointWish[], part: Partial<NewRoute> = {}) {
  const route = {
    uuid: randomUUID(),
    dialect: 'navixy',
    trackerId: 1,
    text: ROUTE_TEXT,
    ...part,
    checkpoints,
  } as const;
  return bench.do({ kind: 'create_route', route });
}

export function create(bench: Bench, windows: readonly Window[], trackerId: number | null = 1) {
  return made(
    order(
      bench,
      windows.map((window) => checkpoint(window)),
      { trackerId },
    ),
  );
}

export function made(outcome: CommandOutcome): Extract<CommandOutcome, { kind: 'route' }> {
  if (outcome.kind !== 'route') throw new Error(JSON.stringify(outcome));
  return outcome;
}

/** `+` inside, `-` outside the depot, each at its time. */
export function drive(bench: Bench, track: string): void {
  for (const word of track.split(' ')) {
    bench.deliver([(word[0] === '+' ? inside : outside)(word.slice(1))]);
    bench.clock(bench.nowMs);
  }
}

/** What was told of a task or route since the n-th event. */
export function told(bench: Bench, id: number, since = 0): object[] {
  return bench.events.slice(since).flatMap(({ taskId, body }) => (taskId === id ? [body] : []));
}
