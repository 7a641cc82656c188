/** What GSMtasks' routes are given, and how they are added: behind its door, for a right. */
import type { FastifySchema } from 'fastify';
import type { Right } from '../../operations/access.ts';
import type { Operations } from '../../operations/operations.ts';
import type { Access } from '../access.ts';
import { behind, tokenDoor } from '../rest/door.ts';

export interface GsmtasksDesk {
  readonly operations: Operations;
  /** The setting `public-url`; null = as the request was addressed. */
  readonly publicUrl: string | null;
  /** The setting `time-zone`: the account's where it has none of its own. */
  readonly timeZone: string;
  /** Wall clock, ms. */
  readonly now: () => number;
}

export const GSMTASKS_DOOR = tokenDoor();

export function asking(
  scope: Right,
  schema: FastifySchema = {},
): { config: { access: Access }; schema: FastifySchema } {
  return behind(GSMTASKS_DOOR, scope, schema);
}
