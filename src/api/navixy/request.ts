/** Navixy's three ways to pass parameters, and its three places for the key, seen as one. */
import type { FastifyRequest } from 'fastify';
import type { Given } from './parameters.ts';

export interface NavixyRequest {
  readonly given: Given;
  /** Well-formed or not; null = none anywhere. */
  readonly hash: string | null;
}

type Body =
  | { readonly kind: 'json'; readonly members: object }
  | { readonly kind: 'form'; readonly form: URLSearchParams };

/** `curl -d` calls everything a form. Read as one, it would lose all parameters; a form writes a brace as %7B. */
const LIKE_JSON = /^\s*[[{]/;

const NO_BODY: Body = { kind: 'form', form: new URLSearchParams() };

/** null = the body is not what its content type says, or of a type that Navixy does not know. */
export function readBody(bytes: Buffer, contentType: string): Body | null {
  if (bytes.length === 0) return NO_BODY;
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  const text = utf8(bytes);
  if (text === null) return null;
  const isForm = type === 'application/x-www-form-urlencoded' && !LIKE_JSON.test(text);
  if (isForm) return { kind: 'form', form: new URLSearchParams(text) };
  if (type !== 'application/json' && type !== 'application/x-www-form-urlencoded') return null;
  const members = parseObject(text);
  return members && { kind: 'json', members };
}

/** Of a request whose body, if it has one, went through `readBody`. */
export function readRequest(request: FastifyRequest): NavixyRequest {
  const query = new URLSearchParams(queryOf(request.raw.url ?? ''));
  const body = (request.body as Body | undefined) ?? NO_BODY;
  return { given: givenFrom(body, query), hash: hashIn(body, query, request.headers.authorization) };
}

function utf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The root must be an object, and nothing in it may pose as a prototype. */
function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text, (key, member) => {
      if (key === '__proto__') throw new SyntaxError('__proto__ is no member name');
      return member;
    });
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** The body before the query; of a repeated name the first. */
function givenFrom(body: Body, query: URLSearchParams): Given {
  return {
    find(name) {
      if (body.kind === 'json' && Object.hasOwn(body.members, name)) {
        return { kind: 'json', value: Reflect.get(body.members, name) };
      }
      const text = (body.kind === 'form' ? body.form.get(name) : null) ?? query.get(name);
      return text === null ? null : { kind: 'text', text };
    },
  };
}

/** Body, then query, then `Authorization: NVX <hash>` with exactly one space. The first one present decides. */
function hashIn(body: Body, query: URLSearchParams, header: string | undefined): string | null {
  const inBody = body.kind === 'json' ? textMember(body.members, 'hash') : body.form.get('hash');
  return inBody ?? query.get('hash') ?? /^NVX ([^ ]*)$/.exec(header ?? '')?.[1] ?? null;
}

/** Something other than a string is present all the same, and malformed. */
function textMember(members: object, name: string): string | null {
  if (!Object.hasOwn(members, name)) return null;
  const value: unknown = Reflect.get(members, name);
  if (value === null) return null;
  return typeof value === 'string' ? value : '';
}

function queryOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start + 1);
}
