/** The one place that decides who may call what. A route says what it asks for; a route that says nothing is refused at start. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AccessOperations, type Caller, mayAsk, type Right } from '../operations/access.ts';

export type Denial = 'no_key' | 'unknown_key' | 'no_right';

/** How one dialect carries a key and words a denial. */
export interface Door {
  /** The stage at which the key is known: with the headers, or only once the body is read. */
  readonly stage: 'headers' | 'body';
  /** The key as presented, well-formed or not; null = none, or nothing that could be one. */
  credential(request: FastifyRequest): string | null;
  deny(reply: FastifyReply, denial: Denial): FastifyReply;
}

export type Access =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'key';
      readonly scope: Right;
      readonly door: Door;
      /** Whether a caller on this machine needs no key. */
      readonly isOpenOnLoopback?: boolean;
    };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Who asks; null where no key was needed. */
    caller: Caller | null;
    /** Why it was turned away at the door; null = it was not. */
    denial: Denial | null;
  }
}

/** To be called before any route is added. */
export function guardRoutes(app: FastifyInstance, operations: AccessOperations): void {
  app.decorateRequest('caller', null);
  app.decorateRequest('denial', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined) {
      throw new Error(`route ${String(route.method)} ${route.url} declares no access`);
    }
  });
  const guard = (stage: Door['stage']) => async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.is404) return;
    const denied = admit(request, stage, operations);
    if (denied === null) return;
    request.denial = denied.denial;
    return denied.door.deny(reply, denied.denial);
  };
  app.addHook('onRequest', guard('headers'));
  app.addHook('preValidation', guard('body'));
}

interface Denied {
  readonly door: Door;
  readonly denial: Denial;
}

function admit(request: FastifyRequest, stage: Door['stage'], operations: AccessOperations): Denied | null {
  const access = accessOf(request);
  if (access.kind === 'open' || access.door.stage !== stage) return null;
  if (access.isOpenOnLoopback && isFromThisMachine(request)) return null;
  const { door } = access;
  const key = door.credential(request);
  if (key === null) return { door, denial: 'no_key' };
  request.caller = operations.findCaller(key);
  if (request.caller === null) return { door, denial: 'unknown_key' };
  return access.scope === null || mayAsk(request.caller, access.scope) ? null : { door, denial: 'no_right' };
}

/** Cannot be missing: routes without it were refused. Were it, nobody would get in. */
function accessOf(request: FastifyRequest): Access {
  const { access } = request.routeOptions.config;
  if (access === undefined) throw new Error(`route ${request.routeOptions.url} declares no access`);
  return access;
}

/**
 * Whose request it is: proxies that the settings name are believed, one on this machine names its client last, and nobody
 * else is.
 */
export function addressOf(request: FastifyRequest): string {
  const address = request.ip ?? '';
  const forwarded = String(request.headers['x-forwarded-for'] ?? '');
  const client = forwarded.slice(forwarded.lastIndexOf(',') + 1).trim();
  return (client !== '' && LOOPBACK.test(address) ? client : address).slice(0, ADDRESS_CHARACTERS_MAX);
}

const ADDRESS_CHARACTERS_MAX = 64;
const LOOPBACK = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/;

/** A proxy on this machine speaks for someone else, and says so. */
function isFromThisMachine(request: FastifyRequest): boolean {
  const isForwarded = 'x-forwarded-for' in request.headers || 'forwarded' in request.headers;
  return !isForwarded && LOOPBACK.test(request.socket.remoteAddress ?? '');
}
