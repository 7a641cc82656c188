/** The scenarios of the common model, section 10: one task, seen through each of the three dialects. */
import { describe, expect, it } from 'vitest';
import { withSight } from '../../src/engine/presence.ts';
import { type NewTask, PERSONAL_MOVES, type PersonalMove } from '../../src/model/command.ts';
import {
  gsmtasksProximity,
  gsmtasksState,
  navixyStatus,
  thetrackProgress,
  thetrackStatus,
} from '../../src/model/projections.ts';
import type { Dialect, Task, TaskTerms } from '../../src/model/task.ts';
import { at, Bench, DEPOT, fix, inside, MINUTE, outside, submission, terms } from './world-kit.ts';

interface Kind {
  readonly dialect: Dialect;
  readonly trackerId?: number | null;
  readonly change?: Partial<TaskTerms>;
  readonly begins?: NewTask['begins'];
}

const navixy: Kind = { dialect: 'navixy' };
const stay10: Kind = { dialect: 'navixy', change: { minStayMs: 10 * MINUTE } };
const form: Kind = { dialect: 'navixy', change: { isFormRequired: true } };
const gsm: Kind = { dialect: 'gsmtasks', change: { maxDelayMs: 0 } };
const track: Kind = { dialect: 'thetrack', trackerId: null, change: { openEnds: 'both', fromMs: at('08:00') } };

/** `+` inside, `~` 200 m away, `-` a kilometre away at that time; `=` only the clock; the rest is done by people. */
// biome-ignore format: a table
const ROWS: readonly (readonly [situation: string, kind: Kind, story: string, navixy: string, gsmtasks: string, thetrack: string])[] = [
  ['nobody assigned',                          { ...navixy, trackerId: null },       '',                                   'unassigned', 'unassigned',       'pending / pending'],
  ['assigned',                                 navixy,                               '',                                   'assigned',   'assigned',         'assigned / pending'],
  ['inside the zone before the window',        stay10,                               '+08:40',                             'assigned',   'assigned (near)',  'assigned / pending'],
  ['window opened, still inside',              stay10,                               '+08:40 +09:00',                      'arrived',    'active (near)',    'started / arrived'],
  ['stays long enough',                        stay10,                               '+08:40 +09:00 +09:12',               'done',       'completed (near)', 'completed / arrived'],
  ['entering completes',                       navixy,                               '-08:50 +09:10',                      'done',       'completed (near)', 'completed / arrived'],
  ['form asked, not yet sent',                 form,                                 '-08:50 +09:10',                      'arrived',    'active (near)',    'started / arrived'],
  ['form sent',                                form,                                 '-08:50 +09:10 form',                 'done',       'completed (near)', 'completed / arrived'],
  ['form sent before arrival',                 form,                                 'form -08:50 +09:10',                 'done',       'completed (near)', 'completed / arrived'],
  ['leaves too early, can come back',          stay10,                               '+09:10 -09:12',                      'arrived',    'active',           'started / arrived'],
  ['leaves too early, deadline passes',        stay10,                               '+09:10 -09:12 =11:20',               'faulty',     'failed',           'canceled / arrived'],
  ['two visits add up',                        stay10,                               '+09:10 +09:16 -09:20 +09:30 +09:36', 'done',       'completed (near)', 'completed / arrived'],
  ['not visited, max_delay runs',              navixy,                               '-09:10 =10:40',                      'assigned',   'assigned',         'assigned / pending'],
  ['visited within the max_delay',             navixy,                               '-10:35 +10:40',                      'delayed',    'completed (near)', 'completed / arrived'],
  ['arrived in time, stay ends late',          stay10,                               '+10:25 +10:36',                      'delayed',    'completed (near)', 'completed / arrived'],
  ['never visited, max_delay over',            navixy,                               '=11:15',                             'failed',     'failed',           'canceled / pending'],
  ['nobody assigned, max_delay over',          { ...navixy, trackerId: null },       '=11:15',                             'unassigned', 'unassigned',       'pending / pending'],
  ['completed over GSMtasks without a visit',  navixy,                               'complete',                           'faulty',     'completed',        'completed / pending'],
  ['deleted over Navixy',                      navixy,                               'delete',                             'not shown',  'cancelled',        'canceled / pending'],
  ['GSMtasks task accepted',                   gsm,                                  'accept',                             'assigned',   'accepted',         'in_queue / pending'],
  ['transit',                                  gsm,                                  'accept start',                       'assigned',   'transit',          'started / on_the_way'],
  ['near',                                     gsm,                                  'accept start ~09:05',                'assigned',   'transit (near)',   'started / arriving'],
  ['inside by GPS',                            gsm,                                  'accept start ~09:05 +09:10',         'arrived',    'transit (near)',   'started / arrived'],
  ['activate',                                 gsm,                                  'start +09:10 activate',              'arrived',    'active (near)',    'started / arrived'],
  ['complete',                                 gsm,                                  'start +09:10 activate complete',     'done',       'completed (near)', 'completed / arrived'],
  ['complete straight from assigned, no GPS',  gsm,                                  'complete',                           'done',       'completed',        'completed / pending'],
  ['complete after complete_before',           gsm,                                  'start =10:40 complete',              'delayed',    'completed',        'completed / on_the_way'],
  ['overdue and open',                         gsm,                                  '=12:00',                             'assigned',   'assigned',         'assigned / pending'],
  ['reassigned after arrival',                 gsm,                                  'start +09:10 give',                  'assigned',   'assigned',         'assigned / pending'],
  ['fail',                                     gsm,                                  'start fail',                         'failed',     'failed',           'canceled / on_the_way'],
  ['fail, restart',                            gsm,                                  'start fail restart',                 'assigned',   'assigned',         'assigned / pending'],
  ['reject',                                   gsm,                                  'reject',                             'unassigned', 'unassigned',       'pending / pending'],
  ['cancel',                                   gsm,                                  'cancel',                             'failed',     'cancelled',        'canceled / pending'],
  ['GSMtasks draft',                           { ...gsm, begins: 'draft' },          '',                                   'not shown',  'draft',            'not shown'],
  ['GSMtasks scheduled',                       { ...gsm, trackerId: null, begins: 'scheduled' }, '',                       'unassigned', 'scheduled',        'pending / pending'],
  ['TheTrack task created',                    track,                                '',                                   'unassigned', 'unassigned',       'pending / pending'],
  ['assign_tasks, driver offline',             track,                                'assign',                             'assigned',   'assigned',         'assigned / pending'],
  ['head of the queue, driver tracked',        track,                                'assign -08:30',                      'assigned',   'transit',          'started / on_the_way'],
  ['arriving',                                 track,                                'assign -08:30 ~08:40',               'assigned',   'transit (near)',   'started / arriving'],
  ['arrived',                                  track,                                'assign -08:30 ~08:40 +08:50',        'arrived',    'active (near)',    'started / arrived'],
  ['driver completes',                         track,                                'assign -08:30 +08:50 complete',      'done',       'completed (near)', 'completed / arrived'],
  ['completes far away',                       track,                                'assign -08:30 complete',             'done',       'completed',        'completed / on_the_way'],
  ['suspended',                                track,                                'assign -08:30 suspend',              'assigned',   'accepted',         'suspended / on_the_way'],
  ['cancel',                                   track,                                'assign -08:30 cancel',               'failed',     'cancelled',        'canceled / on_the_way'],
];

describe.each([false, true])('a situation as each dialect shows it; after a restart: %s', (isRestarted) => {
  it.each(ROWS)('%s', (_, { dialect, trackerId = 1, change, begins }, story, ...views) => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(
      terms('09:00', '10:30', { maxDelayMs: 30 * MINUTE, ...change }),
      trackerId,
      dialect,
      begins,
    );
    for (const word of story.split(' ').filter((part) => part !== '')) play(bench, id, word);
    // What is seen of Navixy's tasks before it counts is not kept.
    if (isRestarted && views[0] !== 'assigned') bench.restart();
    expect(viewsOf(withSight(bench.world, bench.task(id)))).toEqual(views);
  });
});

function play(bench: Bench, taskId: number, word: string): void {
  const time = word.slice(1);
  if (word.startsWith('+')) bench.deliver([inside(time)]);
  else if (word.startsWith('-')) bench.deliver([outside(time)]);
  else if (word.startsWith('~')) bench.deliver([fix(at(time), DEPOT.latDeg + 0.0018, DEPOT.lonDeg, at(time))]);
  else if (word.startsWith('=')) bench.wait(at(time));
  else if (word === 'form') bench.do(submission(bench, taskId));
  else if (word === 'delete') bench.do({ kind: 'delete_task', taskId });
  else if (word === 'assign') bench.do({ kind: 'assign_task', taskId, trackerId: 1, by: 'thetrack' });
  else if (word === 'give') bench.do({ kind: 'assign_task', taskId, trackerId: 2, by: 'gsmtasks' });
  else if (isMove(word)) expect(bench.move(taskId, word).kind).toBe('task');
  else throw new Error(word);
}

function isMove(word: string): word is PersonalMove {
  return (PERSONAL_MOVES as readonly string[]).includes(word);
}

function viewsOf(task: Task): string[] {
  const { facts, tenure, deletedMs } = task;
  const status = navixyStatus({
    ...facts,
    hasTracker: tenure.trackerId !== null,
    hasArrived: facts.arrivalMs !== null,
    hasIssues: facts.issues.length > 0,
  });
  const near = gsmtasksProximity(task) === 'near' ? ' (near)' : '';
  const shown = thetrackStatus(facts.state);
  return [
    deletedMs === null ? (status ?? 'not shown') : 'not shown',
    `${gsmtasksState(facts.state)}${near}`,
    shown === null ? 'not shown' : `${shown} / ${thetrackProgress(task)}`,
  ];
}
