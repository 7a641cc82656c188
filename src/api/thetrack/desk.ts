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
export const THETRACK_DOOR = tokenDoor(/^[sp]k_/);

export function asking(
  scope: Right,
  schema: FastifySchema = {},
): { config: { access: Access }; schema: FastifySchema } {
  return behind(THETRACK_DOOR, scope, schema);
}
