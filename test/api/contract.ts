/** Holds answers to what the API's document says of them. */
import type { Document, MediaType, Operation } from '../../src/api/document.ts';
import { isNavixyPath } from '../../src/api/navixy/routes.ts';
import { type Check, checkOf } from './schema-kit.ts';

interface Answered {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Of JSON. */
  readonly body: unknown;
}

/** null = as the document says, or it says nothing of such a path; else what is not. */
export type Contract = (answer: Answered) => string | null;

export function contractOf(document: Document): Contract {
  const paths = Object.entries(document.paths).map(([path, item]) => ({ form: formOf(path), item }));
  const checks = new Map<string, Check>();

  function checkFor(operation: Operation, status: number): Check | null {
    const key = `${operation.operationId} ${status}`;
    const known = checks.get(key);
    if (known !== undefined) return known;
    const media = mediaOf(operation, status, document);
    if (media?.schema === undefined) return null;
    const check = checkOf(media.schema, document.components.schemas);
    checks.set(key, check);
    return check;
  }

  return ({ method, url, status, body }) => {
    const path = plainPath(url);
    // Plain names before parameters: /api/trackers/pending is no /api/trackers/{id}.
    const item = document.paths[path] ?? document.paths[`${path}/`] ?? paths.find(({ form }) => form.test(path))?.item;
    // The Navixy dialect takes GET and POST alike.
    const operation = item?.[method.toLowerCase()] ?? (path.startsWith('/v2/') ? item?.['post'] : undefined);
    return operation === undefined ? null : (checkFor(operation, status)?.(body) ?? null);
  };
}

function mediaOf(operation: Operation, status: number, document: Document): MediaType | undefined {
  const said = operation.responses[status] ?? operation.responses['default'];
  if (said === undefined) return undefined;
  const response = '$ref' in said ? document.components.responses[said.$ref.split('/').at(-1)!] : said;
  return Object.values(response?.content ?? {}).at(0);
}

function formOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\/$/, '').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

/** Without query and trailing slash; every call of the Navixy dialect is also there without its prefix. */
function plainPath(url: string): string {
  const path = url.split('?', 1)[0]!.replace(/(?<=.)\/$/, '');
  return isNavixyPath(path) && !path.startsWith('/v2/') ? `/v2${path}` : path;
}
