/**
 * What the browser loads, read once from where the build put it and kept in memory. Only names that the build's own list
 * holds are served: no path is ever made from a request.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Encoding = 'br' | 'gzip' | 'identity';

export interface Asset {
  readonly type: string;
  /** Quoted, as the header has it. */
  readonly etag: string;
  /** Compressed at the first request of its kind. */
  body(encoding: Encoding): Promise<Buffer>;
}

export interface ConsoleBuild {
  /** By name, without a folder. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** Names of what the page begins with, and of what that needs at once. */
  readonly script: string;
  readonly style: string | null;
  readonly preloads: readonly string[];
}

/** As esbuild writes it, as far as it is read. */
interface BuildList {
  readonly outputs: Readonly<Record<string, BuildOutput>>;
}

interface BuildOutput {
  readonly entryPoint?: string;
  readonly cssBundle?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
}

const ENTRY = /(?:^|\/)src\/console\/main\.tsx$/;
/** Beside the compiled program, or where sources run as they are, in what was built of them. */
const PLACES = ['../../../console/', '../../../dist/console/'].map((path) => new URL(path, import.meta.url));

/** Where the build is; null = nowhere. */
export function consolePlace(): URL | null {
  return PLACES.find((place) => existsSync(new URL('meta.json', place))) ?? null;
}

/** null = it was never built, or not whole. */
export function readConsole(place: URL | null): ConsoleBuild | null {
  if (place === null) return null;
  const { outputs } = JSON.parse(readFileSync(new URL('meta.json', place), 'utf8')) as BuildList;
  const entry = Object.entries(outputs).find(
    ([, { entryPoint }]) => entryPoint !== undefined && ENTRY.test(entryPoint),
  );
  if (entry === undefined) return null;
  const names = Object.keys(outputs).map((path) => basename(path));
  if (!names.every((name) => existsSync(new URL(name, place)))) return null;
  const [script, { cssBundle }] = entry;
  return {
    assets: new Map(names.map((name) => [name, assetAt(new URL(name, place))])),
    script: basename(script),
    style: cssBundle === undefined ? null : basename(cssBundle),
    preloads: neededAtOnce(script, outputs).map((path) => basename(path)),
  };
}

/** Chunks that the script imports, and they in turn; what is loaded later is left out. */
function neededAtOnce(script: string, outputs: BuildList['outputs']): string[] {
  const found = new Set<string>();
  const visit = (path: string): void => {
    for (const { path: next, kind } of outputs[path]?.imports ?? []) {
      if (kind !== 'import-statement' || found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(script);
  return [...found];
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
};
const COMPACT = new Set(['png']);

function assetAt(url: URL): Asset {
  const ending = fileURLToPath(url).split('.').at(-1) ?? '';
  return assetOf(readFileSync(url), TYPES[ending] ?? 'application/octet-stream', COMPACT.has(ending));
}

/** `isCompact`: compressing it makes it no smaller. */
export function assetOf(bytes: Buffer, type: string, isCompact = false): Asset {
  const made = new Map<Encoding, Promise<Buffer>>();
  const make = async (encoding: Encoding): Promise<Buffer> => {
    if (encoding === 'br') return brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
    return encoding === 'gzip' ? gzipped(bytes, { level: constants.Z_BEST_COMPRESSION }) : bytes;
  };
  return {
    type,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    body(encoding) {
      const wanted = isCompact ? 'identity' : encoding;
      const known = made.get(wanted) ?? make(wanted);
      made.set(wanted, known);
      return known;
    },
  };
}

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);
/** Of 11: nearly as small, in a tenth of the time. */
const BROTLI_QUALITY = 9;

/** The smallest form that the client takes. A refusal by `q=0` is heard, other weights are not. */
export function encodingFor(accepted: string): Encoding {
  const taken = new Set(
    accepted
      .toLowerCase()
      .split(',')
      .map((part) => part.replaceAll(/\s/g, ''))
      .filter((part) => !/;q=0(\.0*)?$/.test(part))
      .map((part) => part.split(';', 1)[0]),
  );
  return taken.has('br') ? 'br' : taken.has('gzip') ? 'gzip' : 'identity';
}
