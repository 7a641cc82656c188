/**
 * What people may do to a task in each state: one table, an outcome in every cell. GPS and the clock move tasks through
 * `judge`; what they may do is the policy's business.
 */
import { PERSONAL_MOVES } from '../model/command.ts';
import type { LifecycleState } from '../model/task.ts';

export const MOVES = ['assign', 'unassign', ...PERSONAL_MOVES] as const;

export type Move = (typeof MOVES)[number];

/** null = refused. Where a restart and a release end depends on whether there is a tracker; see `nextState`. */
type Row = readonly (LifecycleState | null)[];

/** Columns in the order of MOVES: who may go where (common model, section 4.1). */
// biome-ignore format: a table
const TABLE: Readonly<Record<LifecycleState, Row>> = {
  //             assign      unassign      accept      unaccept    reject        start         activate  suspend      complete     fail      cancel       restart     release       shelve
  draft:        ['assigned', null,         null,       null,       null,         null,         null,     null,        null,        null,     'cancelled', null, 'unassigned', null],
  scheduled:    ['assigned', null,         null,       null,       null,         null,         null,     null,        null,        null,     'cancelled', null, 'unassigned', 'draft'],
  unassigned:   ['assigned', null,         null,       null,       null,         null,         null,     null,        null,        null,     'cancelled', null, null, 'draft'],
  assigned:     ['assigned', 'unassigned', 'accepted', null,       'unassigned', 'in_transit', 'active', null,        'completed', 'failed', 'cancelled', null, null, 'draft'],
  accepted:     ['assigned', 'unassigned', null,       'assigned', 'unassigned', 'in_transit', 'active', null,        'completed', 'failed', 'cancelled', null, null, 'draft'],
  in_transit:   ['assigned', 'unassigned', null,       null,       null,         null,         'active', 'suspended', 'completed', 'failed', 'cancelled', null, null, null],
  active:       ['assigned', 'unassigned', null,       null,       null,         null,         null,     'suspended', 'completed', 'failed', 'cancelled', null, null, null],
  suspended:    ['assigned', 'unassigned', null,       null,       null,         'in_transit', 'active', null,        'completed', 'failed', 'cancelled', null, null, null],
  completed:    [null,       null,         null,       null,       null,         null,         null,     null,        null,        null,     null,        null, null, null],
  failed:       ['assigned', 'unassigned', null,       null,       null,         null,         null,     null,        null,        null,     'cancelled', 'assigned', null, null],
  cancelled:    [null,       null,         null,       null,       null,         null,         null,     null,        null,        null,     null,        null, null, null],
};

export function nextState(state: LifecycleState, move: Move, hasTracker: boolean): LifecycleState | null {
  const next = TABLE[state][MOVES.indexOf(move)] ?? null;
  if (next === null) return null;
  if (move === 'restart' && !hasTracker) return 'unassigned';
  return move === 'release' && hasTracker ? 'assigned' : next;
}

/** States that a task waits for its beginning in. */
export function isBeforeStart(state: LifecycleState): boolean {
  return state === 'assigned' || state === 'accepted';
}

/** States in which arrival, by a policy that advances, makes a task active. */
export function isBeforeWork(state: LifecycleState): boolean {
  return isBeforeStart(state) || state === 'in_transit';
}
