/** What a request sets out to do, as the audit trail names it: `task.create`, `tracker.edit`, `key.delete`. */
import type { FastifyRequest } from 'fastify';
import { readRequest } from './navixy/request.ts';
import { isNavixyPath } from './navixy/routes.ts';

export interface Deed {
  readonly action: string;
  /** What it is done to: `task`, `tracker`, `key`; and which, null = none, or it is yet to be made. */
  readonly kind: string;
  readonly id: string | null;
  readonly isLogin: boolean;
}

/** Actions of Navixy's that change nothing; its calls are all made by GET and by POST. */
const READING = /\/(read|list|count|download|search|search_address|search_location|get_info|renew|optimize)$/;
const READING_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];
const LOGINS: readonly string[] = ['/user/auth', '/authenticate', '/api/session'];

/** null = it changes nothing. */
export function deedOf(request: FastifyRequest): Deed | null {
  const url = (request.routeOptions.url ?? '').replace(/\/$/, '');
  const path = url.replace(/^\/v2(?=\/)/, '');
  const isLogin = LOGINS.includes(path) && request.method !== 'DELETE';
  const isCall = isNavixyPath(url);
  if (isCall ? READING.test(path) : READING_METHODS.includes(request.method)) return null;
  return isCall ? callDeed(request, path, isLogin) : routeDeed(request, url, isLogin);
}

function callDeed(request: FastifyRequest, path: string, isLogin: boolean): Deed {
  const names = path.slice(1).replace(/^api\//, '');
  const kind = names.split('/', 1)[0] ?? '';
  return { action: names.replaceAll('/', '.'), kind, id: idIn(request, kind), isLogin };
}

function idIn(request: FastifyRequest, kind: string): string | null {
  const { given } = readRequest(request);
  for (const name of [`${kind}_id`, 'id']) {
    const found = given.find(name);
    const value = found?.kind === 'json' ? found.value : found?.text;
    if (typeof value === 'number' || (typeof value === 'string' && PLAIN_ID.test(value))) return String(value);
  }
  return null;
}

const PLAIN_ID = /^[\w.-]{1,64}$/;
const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'edit', PATCH: 'edit', DELETE: 'delete' };

/** `/api/trackers/:id/commands` by POST is `tracker.command`, `/v1/tasks/:id` by PATCH is `task.edit`. */
function routeDeed({ method, params }: FastifyRequest, url: string, isLogin: boolean): Deed {
  const segments = url.split('/').filter((segment) => segment !== '' && segment !== 'api' && segment !== 'v1');
  const names = segments.filter((segment) => !segment.startsWith(':'));
  const [resource = '', ...others] = names;
  const kind = singular(resource);
  const verb = VERBS[method] ?? method.toLowerCase();
  const last = others.at(-1);
  const isBelow = last !== undefined && segments.at(-1) === last;
  const manner = method === 'POST' ? '' : `.${verb}`;
  const id = Object.values(Object(params)).find((value) => typeof value === 'string') ?? null;
  return {
    action: isBelow ? `${kind}.${singular(last)}${manner}` : `${kind}.${verb}`,
    kind,
    id: id as string | null,
    isLogin,
  };
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/(?<=[^s])s$/, '');
}

/** The id of what an answer says was made, or whose session it is; null = it does not say. */
export function madeIn(payload: string): string | null {
  const answer = parsed(payload);
  for (const name of ['id', 'uuid', 'name', 'keyName']) {
    const value: unknown = Reflect.get(Object(answer), name);
    if (typeof value === 'number' || typeof value === 'string') return String(value);
  }
  return null;
}

/** Who has logged in: as whom it was asked to, which was true. */
export function loginName(request: FastifyRequest): string | null {
  const { body } = request;
  const found = isNavixyPath(request.routeOptions.url ?? '') ? readRequest(request).given.find('login') : null;
  const name: unknown = found?.kind === 'json' ? found.value : (found?.text ?? Reflect.get(Object(body), 'username'));
  return typeof name === 'string' ? name : null;
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}
