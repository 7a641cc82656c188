/** How GSMtasks and TheTrack take a key: `Authorization: Token KEY`. The path, not the spelling, tells whose call it is. */
import type { FastifySchema } from 'fastify';
import type { Right } from '../../operations/access.ts';
import type { Access, Denial, Door } from '../access.ts';
import { sendDetail } from './faults.ts';

const DENIALS: Readonly<Record<Denial, { readonly status: number; readonly detail: string }>> = {
  no_key: { status: 401, detail: 'A key is needed: Authorization: Token followed by 32 hex digits.' },
  unknown_key: { status: 401, detail: 'The key is unknown, revoked or expired.' },
  no_right: { status: 403, detail: 'The key does not carry the right for this call.' },
};

/** `prefix`: what may stand before the digits of a key. */
export function tokenDoor(prefix: RegExp | null = null): Door {
  return {
    stage: 'headers',
    credential(request) {
      const key = /^Token +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
      return key === null || prefix === null ? key : key.replace(prefix, '');
    },
    deny(reply, denial) {
      const { status, detail } = DENIALS[denial];
      if (status === 401) reply.header('www-authenticate', 'Token');
      return sendDetail(reply, status, detail);
    },
  };
}

/** A route behind such a door: the right it asks for, and what it takes. */
export function behind(
  door: Door,
  scope: Right,
  schema: FastifySchema = {},
): { config: { access: Access }; schema: FastifySchema } {
  return { config: { access: { kind: 'key', scope, door } }, schema };
}
