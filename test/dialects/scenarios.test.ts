/**
 * The common model's scenarios (section 10): one gateway, three views of each task. Everything happens through the public
 * calls of a dialect and through fixes of the line, but for what no dialect has a call for.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { after, gsmtasks, navixy, Stage, type Step, thetrack } from './stage.ts';
import { World } from './world.ts';

let world: World;
let stages = 0;

beforeAll(() => {
  world = new World();
});
afterAll(() => world.close());

type Row = readonly [situation: string, steps: readonly Step[], navixy: string, gsmtasks: string, thetrack: string];

const assigned = [navixy.create(), navixy.assign];
const staying = [navixy.create({ min_stay_duration: 10 }), navixy.assign];
const withForm = [navixy.createWithForm(), navixy.assign];
const OVER = 120 + 30 + 11;

const accepted = [gsmtasks.create(), gsmtasks.do('accept')];
const inTransit = [...accepted, after(1, 'far'), gsmtasks.do('transit'), after(2, 'far')];
const atTheDoor = [...inTransit, after(3, 'near'), after(4, 'inside')];

const queued = [thetrack.create, thetrack.assign];
const started = [...queued, after(1, 'far')];

// biome-ignore format: a table
const NAVIXY: readonly Row[] = [
  ['nobody assigned',                          [navixy.create()],                                                'unassigned', 'unassigned',       'pending / pending'],
  ['assigned',                                 assigned,                                                         'assigned',   'assigned',         'assigned / pending'],
  ['inside the zone before the window',        [...staying, after(30, 'inside')],                                'assigned',   'assigned (near)',  'assigned / pending'],
  ['window opened, still inside, stay asked',  [...staying, after(30, 'inside'), after(61, 'inside')],           'arrived',    'active (near)',    'started / arrived'],
  ['stays long enough',                        [...staying, after(30, 'inside'), after(61, 'inside'), after(75, 'inside')], 'done', 'completed (near)', 'completed / arrived'],
  ['entering completes',                       [...assigned, after(61, 'inside')],                               'done',       'completed (near)', 'completed / arrived'],
  ['form asked, not yet sent',                 [...withForm, after(61, 'inside')],                               'arrived',    'active (near)',    'started / arrived'],
  ['form sent',                                [...withForm, after(61, 'inside'), after(63), navixy.submit],     'done',       'completed (near)', 'completed / arrived'],
  ['form sent before arrival',                 [...withForm, after(50), navixy.submit, after(61, 'inside')],     'done',       'completed (near)', 'completed / arrived'],
  ['leaves too early, can come back',          [...staying, after(61, 'inside'), after(64, 'inside'), after(66, 'far')], 'arrived', 'active',      'started / arrived'],
  ['leaves too early, deadline passes',        [...staying, after(61, 'inside'), after(64, 'inside'), after(66, 'far'), after(OVER)], 'faulty', 'failed', 'canceled / arrived'],
  ['two visits add up',                        [...staying, after(61, 'inside'), after(67, 'inside'), after(70, 'far'), after(80, 'inside'), after(86, 'inside')], 'done', 'completed (near)', 'completed / arrived'],
  ['not visited, to passed, max_delay runs',   [...assigned, after(125)],                                        'assigned',   'assigned',         'assigned / pending'],
  ['visited within the max_delay',             [...assigned, after(130, 'inside')],                              'delayed',    'completed (near)', 'completed / arrived'],
  ['arrived in time, stay ends after to',      [...staying, after(115, 'inside'), after(126, 'inside')],         'delayed',    'completed (near)', 'completed / arrived'],
  ['never visited, max_delay over',            [...assigned, after(OVER)],                                       'failed',     'failed',           'canceled / pending'],
  ['nobody assigned, max_delay over',          [navixy.create(), after(OVER)],                                   'unassigned', 'unassigned',       'pending / pending'],
  ['completed over GSMtasks without a visit',  [...assigned, after(61), gsmtasks.do('complete')],                'faulty',     'completed',        'completed / pending'],
  ['deleted over Navixy',                      [...assigned, navixy.delete],                                     'not shown',  'cancelled',        'canceled / pending'],
];

// biome-ignore format: a table
const GSMTASKS: readonly Row[] = [
  ['accepted',                                 accepted,                                                         'assigned',   'accepted',         'in_queue / pending'],
  ['transit',                                  inTransit,                                                        'assigned',   'transit',          'started / on_the_way'],
  ['near',                                     [...inTransit, after(3, 'near')],                                 'assigned',   'transit (near)',   'started / arriving'],
  ['inside, the worker has not said so',       atTheDoor,                                                        'arrived',    'transit (near)',   'started / arrived'],
  ['activate',                                 [...atTheDoor, gsmtasks.do('activate')],                          'arrived',    'active (near)',    'started / arrived'],
  ['complete',                                 [...atTheDoor, gsmtasks.do('activate'), gsmtasks.do('complete')], 'done',       'completed (near)', 'completed / arrived'],
  ['complete straight from assigned, no GPS',  [gsmtasks.create(), gsmtasks.do('complete')],                     'done',       'completed',        'completed / pending'],
  ['complete after complete_before',           [gsmtasks.createDue, after(1, 'far'), gsmtasks.do('transit'), after(125, 'far'), gsmtasks.do('complete')], 'delayed', 'completed', 'completed / on_the_way'],
  ['overdue and open',                         [gsmtasks.createDue, after(200)],                                 'assigned',   'assigned',         'assigned / pending'],
  ['reassigned after arrival',                 [...atTheDoor, gsmtasks.reassign],                                'assigned',   'assigned',         'assigned / pending'],
  ['fail',                                     [...inTransit, gsmtasks.do('fail')],                              'failed',     'failed',           'canceled / on_the_way'],
  ['fail, restart',                            [...inTransit, gsmtasks.do('fail'), gsmtasks.do('restart')],      'assigned',   'assigned',         'assigned / pending'],
  ['reject',                                   [gsmtasks.create(), gsmtasks.do('reject')],                       'unassigned', 'unassigned',       'pending / pending'],
  ['cancel',                                   [gsmtasks.create(), gsmtasks.do('cancel')],                       'failed',     'cancelled',        'canceled / pending'],
  ['draft',                                    [gsmtasks.createUnready('draft')],                                'not shown',  'draft',            'not shown'],
  ['scheduled',                                [gsmtasks.createUnready('scheduled')],                            'unassigned', 'scheduled',        'pending / pending'],
];

// biome-ignore format: a table
const THETRACK: readonly Row[] = [
  ['created',                                  [thetrack.create],                                                'unassigned', 'unassigned',       'pending / pending'],
  ['assign_tasks, driver offline',             queued,                                                           'assigned',   'assigned',         'assigned / pending'],
  ['head of the queue, driver tracked',        started,                                                          'assigned',   'transit',          'started / on_the_way'],
  ['arriving',                                 [...started, after(2, 'near')],                                   'assigned',   'transit (near)',   'started / arriving'],
  ['arrived',                                  [...started, after(3, 'inside')],                                 'arrived',    'active (near)',    'started / arrived'],
  ['driver completes',                         [...started, after(3, 'inside'), thetrack.complete],              'done',       'completed (near)', 'completed / arrived'],
  ['completes far away',                       [...started, thetrack.complete],                                  'done',       'completed',        'completed / on_the_way'],
  ['suspended',                                [...started, thetrack.suspend],                                   'assigned',   'accepted',         'suspended / on_the_way'],
  ['cancel',                                   [...started, thetrack.cancel],                                    'failed',     'cancelled',        'canceled / on_the_way'],
];

describe.each([
  ['Navixy', NAVIXY],
  ['GSMtasks', GSMTASKS],
  ['TheTrack', THETRACK],
] as const)('a task of %s', (_origin, rows) => {
  it.each(rows)('%s', async (_situation, steps, inNavixy, inGsmtasks, inThetrack) => {
    stages += 1;
    const stage = await Stage.open(world, stages);
    for (const step of steps) await step(stage);
    expect(await stage.views()).toEqual({ navixy: inNavixy, gsmtasks: inGsmtasks, thetrack: inThetrack });
  });
});

it('all situations of the common model were played', () => {
  expect([NAVIXY.length, GSMTASKS.length, THETRACK.length]).toEqual([19, 16, 9]);
});
