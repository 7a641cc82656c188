/** Addresses and the pages they lead to. */
import { describe, expect, it } from 'vitest';
import { matchRoute } from '../../src/console/route-match.ts';

const ROUTES = ['/', '/tasks', '/tasks/new', '/tasks/:id', '/tasks/:id/edit', '/webhooks/:uuid'].map((path) => ({
  path,
}));

describe('an address', () => {
  it.each([
    ['', '/', {}],
    ['#', '/', {}],
    ['#/', '/', {}],
    ['#/?follow=3', '/', {}],
    ['#/tasks', '/tasks', {}],
    ['#/tasks/', '/tasks', {}],
    ['#/tasks?status=done,failed', '/tasks', {}],
    ['#/tasks/new', '/tasks/new', {}],
    ['#/tasks/7', '/tasks/:id', { id: '7' }],
    ['#/tasks/7/edit', '/tasks/:id/edit', { id: '7' }],
    ['#/webhooks/a%20b', '/webhooks/:uuid', { uuid: 'a b' }],
    ['#/webhooks/%2Fetc', '/webhooks/:uuid', { uuid: '/etc' }],
  ])('%s leads to %s with %j', (hash, path, params) => {
    expect(matchRoute(hash, ROUTES)).toMatchObject({ route: { path }, params });
  });

  it.each(['#/nothing', '#/tasks/7/nothing', '#/tasks/7/edit/more', '#/webhooks/%zz', '#main'])(
    '%s leads nowhere',
    (hash) => {
      expect(matchRoute(hash, ROUTES)).toBeNull();
    },
  );

  it('carries a query', () => {
    const { query } = matchRoute('#/tasks?status=done%2Cfailed&search=a+b?', ROUTES)!;
    expect([...query]).toEqual([
      ['status', 'done,failed'],
      ['search', 'a b?'],
    ]);
  });
});
