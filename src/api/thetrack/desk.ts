/** What TheTrack's routes are given, and how they are added: behind its door, for a right. */
import type { FastifySchema } from 'fastify';
import type { Right } from '../../operations/access.ts';
import type { Operations } from '../../operations/operations.ts';
import type { Access } from '../access.ts';
import { behind, tokenDoor } from '../rest/door.ts';

export interface ThetrackDesk {
  readonly operations: Operations;
  /** The setting `public-url`; null = as the request was addressed. */
  readonly publicUrl: string | null;
  /** Wall clock, ms. */
  readonly now: () => number;
}

/** Secret and public keys are keys like others; what they may do, their rights say. */
const THETRACK_DOOR = tokenDoor(/^[sp]k_/);

export function asking(scope: Right, schema: FastifySchema): { config: { access: Access }; schema: FastifySchema } {
  return behind(THETRACK_DOOR, scope, schema);
}

const ID_PARAMS = { type: 'object', required: ['id'], properties: { id: { type: 'string', description: 'a UUID' } } };

/** The same for a route about one thing, named by `:id`. */
export function askingOne(scope: Right, schema: FastifySchema): { config: { access: Access }; schema: FastifySchema } {
  return asking(scope, { ...schema, params: ID_PARAMS });
}
