/** The calls of Navixy's user API that have to do with tasks, and how much an integration needs each. */

export type Priority = 'P0' | 'P1' | 'P2' | 'P3';

/** P0 must be there, P1 gives it sense, P2 is touched by most integrations, P3 is rare. */
const BY_PRIORITY: Readonly<Record<Priority, readonly string[]>> = {
  P0: calls('task', 'assign batch_convert count create delete list read transmute update'),
  P1: [
    ...calls('task/route', 'create read delete list update assign'),
    ...calls('task/checkpoint', 'create update read delete transmute list'),
    ...calls('task/history', 'list'),
    ...calls('form/template', 'create update list read delete stats/read'),
    ...calls('task/form', 'create read delete values/update submit'),
    ...calls('user', 'auth'),
    ...calls('api/key', 'create list delete'),
    ...calls('tracker', 'list read'),
    ...calls('employee', 'list read create update delete'),
    ...calls('tag', 'list create update delete search'),
    ...calls('user/settings', 'read update'),
  ],
  P2: [
    ...calls('entity', 'list read fields/read fields/update'),
    ...calls('history', 'user/list tracker/list type/list'),
    ...calls('tracker/rule', 'create list update delete bind unbind'),
    ...calls('task/schedule', 'create delete list read update'),
    ...calls('task/form', 'list file/create'),
    ...calls('task/route', 'points/optimize'),
    ...calls('delivery', 'read list'),
    ...calls('user/session/delivery', 'create read'),
    ...calls('vehicle', 'list'),
    ...calls('garage', 'list'),
    ...calls('department', 'list'),
    ...calls('geocoder', 'search_address search_location'),
  ],
  P3: [
    ...calls('task/schedule/route', 'create update delete'),
    ...calls('task/schedule/checkpoint', 'delete transmute'),
    ...calls('task/schedule/proposal', 'list'),
    ...calls('task/form', 'download'),
    ...calls('form', 'read download'),
    ...calls('data/spreadsheet', 'parse'),
    ...calls('user/session/push_token', 'bind unbind'),
  ],
};

function calls(resource: string, actions: string): string[] {
  return actions.split(' ').map((action) => `${resource}/${action}`);
}

export const SHEET: ReadonlyMap<string, Priority> = new Map(
  Object.entries(BY_PRIORITY).flatMap(([priority, paths]) =>
    paths.map((path) => [path, priority as Priority] as const),
  ),
);
