/** `/api/key/*`: API keys. A key is shown once; lists show its beginning, which is enough to delete it by. */
import { type KeyInfo, maskedKey, SCOPES, type Scope } from '../../operations/access.ts';
import { listing, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { failure, invalid } from './errors.ts';
import { array, instant, name, oneOf, optional, required } from './parameters.ts';
import type { Pen } from './pen.ts';
import { INSTANT, listOf, nullable, record, STRING } from './shapes.ts';

const KEY = record({
  hash: STRING,
  create_date: INSTANT,
  title: STRING,
  scopes: listOf(STRING),
  expire_date: nullable(INSTANT),
});

const RIGHTS: readonly (Scope | '*')[] = ['*', ...SCOPES];

/** As the documents name the calls, and as the page on authentication does. */
const PATHS = ['api/key', 'user/api_key'] as const;

function keyWire(hash: string, { name, scopes, createdMs, expiresMs }: KeyInfo, pen: Pen): object {
  const expire_date = expiresMs === null ? null : pen.date(expiresMs);
  return { hash, create_date: pen.date(createdMs), title: name, scopes, expire_date };
}

const CREATE_CALL = call(
  {
    path: 'api/key/create',
    scope: '*',
    summary: 'Makes an API key; with scopes and an end, which are extensions',
    takes: ({ rule }) => ({
      title: required(name(255)),
      scopes: optional(array(oneOf(RIGHTS), 1, RIGHTS.length)),
      expire_date: optional({ ...instant, read: (value, site) => future(instant.read(value, site), rule.now(), site) }),
    }),
    gives: { value: KEY },
  },
  ({ title, scopes, expire_date }, { operations }, pen) => {
    const made = operations.createKey(title, [...new Set(scopes ?? ['*' as const])], expire_date);
    switch (made.kind) {
      case 'created':
        return success({ value: keyWire(made.key, made.info, pen) });
      case 'name_taken':
        return invalid([{ parameter: 'title', error: 'must be unique among the keys' }]);
      case 'too_many':
        return failure(268);
    }
  },
);

function future(
  timeMs: number | undefined,
  nowMs: number,
  site: { fault(error: string): undefined },
): number | undefined {
  if (timeMs === undefined || timeMs > nowMs) return timeMs;
  return site.fault('must be a date in the future');
}

export const KEY_CALLS: readonly Call[] = [
  CREATE_CALL,
  ...PATHS.flatMap((path) => [
    call(
      {
        path: `${path}/list`,
        scope: '*',
        summary: 'Lists the API keys, each by its first digits',
        takes: {},
        gives: { list: listOf(KEY) },
      },
      (_parameters, { operations }, pen) => listing(operations.listKeys(), (key) => keyWire(maskedKey(key), key, pen)),
    ),
    call(
      {
        path: `${path}/delete`,
        scope: '*',
        summary: 'Deletes an API key and ends its sessions',
        takes: { key: required(name(32)) },
        gives: {},
      },
      ({ key }, { operations }) => (operations.revokeKey(key) ? success() : failure(201)),
    ),
  ]),
];
