/** API keys under `/api`: made, listed and revoked by whoever has all rights. A key itself is told once, when it is made. */
import type { FastifyInstance } from 'fastify';
import { type KeyInfo, SCOPES } from '../../operations/access.ts';
import { listOf, nullable, record, STRING } from '../navixy/shapes.ts';
import type { OwnDesk } from './desk.ts';
import { asking } from './door.ts';
import { parseInstant } from './instant.ts';
import { iso, isoOrNull } from './iso.ts';
import { faultyParameters, type Problem, sendProblem } from './problem.ts';
import { INSTANT, LINE, OBJECT } from './schemas.ts';
import { TIME } from './shapes.ts';

const ALL_SCOPES: readonly string[] = ['*', ...SCOPES];

const NAME = {
  type: 'string',
  minLength: 1,
  maxLength: 100,
  pattern: LINE,
  description: '1 to 100 characters on one line, not blank',
};

const NEW_KEY = {
  type: 'object',
  description: OBJECT,
  required: ['name', 'scopes'],
  additionalProperties: false,
  properties: {
    name: NAME,
    scopes: {
      type: 'array',
      minItems: 1,
      maxItems: ALL_SCOPES.length,
      uniqueItems: true,
      items: { type: 'string', enum: ALL_SCOPES, description: `one of ${ALL_SCOPES.join(', ')}` },
      description: `some of ${ALL_SCOPES.join(', ')}`,
    },
    expiresAt: { ...INSTANT, type: ['string', 'null'] },
  },
};

const KEY = {
  name: STRING,
  prefix: STRING,
  scopes: listOf(STRING),
  createdAt: TIME,
  expiresAt: nullable(TIME),
};

interface NewKey {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: string | null;
}

export function addKeyRoutes(app: FastifyInstance, { operations, now }: OwnDesk): void {
  app.get(
    '/api/keys',
    asking('*', {
      summary: 'Lists the keys that open something, and the rights that one may carry',
      gives: { 200: record({ keys: listOf(record(KEY)), scopes: listOf(STRING) }) },
    }),
    async () => ({ keys: operations.listKeys().map(keyView), scopes: ALL_SCOPES }),
  );
  app.post<{ Body: NewKey }>(
    '/api/keys',
    asking('*', { summary: 'Makes a key', body: NEW_KEY, gives: { 201: record({ ...KEY, key: STRING }) } }),
    async ({ body: { name, scopes, expiresAt = null } }, reply) => {
      const expiresMs = expiresAt === null ? null : parseInstant(expiresAt);
      if (expiresAt !== null && (expiresMs === null || expiresMs <= now() || expiresMs > LATEST_MS)) {
        const fault = { parameter: 'expiresAt', received: expiresAt, expected: 'a time to come, or null for never' };
        return sendProblem(reply, faultyParameters([fault]));
      }
      const made = operations.createKey(name, scopes, expiresMs);
      if (made.kind !== 'created') return sendProblem(reply, REFUSALS[made.kind](name));
      return reply.code(201).send({ ...keyView(made.info), key: made.key });
    },
  );
  app.delete<{ Params: { readonly name: string } }>(
    '/api/keys/:name',
    asking('*', {
      summary: 'Revokes a key, with the sessions that were opened with it',
      params: { type: 'object', properties: { name: NAME } },
      gives: { 204: '' },
    }),
    async ({ params: { name } }, reply) => {
      if (operations.revokeKeyNamed(name)) return reply.code(204).send();
      return sendProblem(reply, { status: 404, code: 'key_not_found', detail: `there is no key ${name}` });
    },
  );
}

/** The end of the last year of four digits. */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const REFUSALS: Readonly<Record<'name_taken' | 'too_many', (name: string) => Problem>> = {
  name_taken: (name) => ({ status: 409, code: 'name_taken', detail: `there is a key ${name} already: choose another` }),
  too_many: () => ({
    status: 409,
    code: 'too_many_keys',
    detail: 'there are as many keys as there may be: revoke one',
  }),
};

function keyView({ name, prefix, scopes, createdMs, expiresMs }: KeyInfo): object {
  return { name, prefix, scopes, createdAt: iso(createdMs), expiresAt: isoOrNull(expiresMs) };
}
