/** `/openapi.json` and `/docs`: what can be called, for programs and for people. */
import type { FastifyInstance } from 'fastify';
import type { Access } from './access.ts';
import { docsPage } from './docs-page.ts';
import { isNavixyPath, CALLS as NAVIXY_CALLS } from './navixy/routes.ts';
import { openApi } from './openapi.ts';
import { OWN_DOOR } from './own/door.ts';
import type { AddedRoute } from './route-part.ts';

/** Any key opens it: it holds no data. */
const ACCESS: Access = { kind: 'key', scope: 'anyone', door: OWN_DOOR, isOpenOnLoopback: true };

const DOCUMENT_SCHEMA = { summary: 'This document', gives: { 200: { type: 'object' } } };
const PAGE_SCHEMA = { summary: 'This document as a page to read', gives: { 200: 'text/html' } };

/** To be called before the routes that it tells of are added. */
export function addDocs(app: FastifyInstance): void {
  const routes = collectRoutes(app);
  const document = once(() => openApi(NAVIXY_CALLS, routes));
  const json = once(() => JSON.stringify(document()));
  const page = once(() => docsPage(document()));
  app.get('/openapi.json', { config: { access: ACCESS }, schema: DOCUMENT_SCHEMA }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(json()),
  );
  app.get('/docs', { config: { access: ACCESS }, schema: PAGE_SCHEMA }, async (_request, reply) => {
    const { html, contentSecurityPolicy } = page();
    reply.headers({ 'content-security-policy': contentSecurityPolicy, 'referrer-policy': 'no-referrer' });
    return reply.type('text/html; charset=utf-8').send(html);
  });
}

/** All but the Navixy dialect's, which has its table, and those that only say what a path does not take. Fills while they are added. */
function collectRoutes(app: FastifyInstance): readonly AddedRoute[] {
  const routes: AddedRoute[] = [];
  app.addHook('onRoute', ({ method, url, schema = {}, config }) => {
    if (typeof method !== 'string' || method === 'HEAD' || isNavixyPath(url) || !config?.access) return;
    routes.push({ method, url, schema, access: config.access });
  });
  return routes;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
