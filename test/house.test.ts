/**
 * The house stands as CONTRIBUTING.md draws it: rooms, arrows, doors and the line of a fix are read from its tables
 * and compared with the imports and calls in the sources.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STRING = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

interface Source {
  /** Relative to the root, with slashes: src/engine/verdict.ts */
  readonly path: string;
  /** `protocols`, a folder of src/, or `program` for the files directly in src/. */
  readonly room: string;
  /** Without comments, so that a door named in prose is no way through. */
  readonly code: string;
  /** The same without the contents of strings. */
  readonly bare: string;
  readonly imports: readonly string[];
  /** Those that are there when it runs: without the types. */
  readonly needs: readonly string[];
}

const sources = [...sourcesIn('protocols'), ...sourcesIn('src')];
const guide = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
const rooms = tableAfter('### Rooms and arrows').map(([room = '', meaning = '', arrows = '']) => ({
  name: plain(room),
  isBuilt: !meaning.includes('not built yet'),
  mayImport: arrows === 'nothing' ? [] : arrows.split(', '),
}));
const doors = tableAfter('### Doors').map(([what = '', places = '']) => ({
  what: [...what.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  places: places.split(', ').map((place) => (place === 'the program' ? 'program' : place)),
}));
const line = tableAfter('### One fix, in a straight line').map(
  ([, name = '', room = '']) => [plain(name), room] as const,
);

describe('the house', () => {
  it('was looked at: files, imports and all three tables were found', () => {
    expect(sources.length).toBeGreaterThan(40);
    expect(sources.flatMap((source) => source.imports).length).toBeGreaterThan(100);
    expect([rooms.length, doors.length, line.length].map((n) => n >= 10)).toEqual([true, true, true]);
  });

  it('has the rooms of the table and no others', () => {
    const found = [...new Set(sources.map((source) => source.room))].filter((room) => room !== 'program');
    const drawn = rooms.filter((room) => room.isBuilt).map((room) => room.name);
    expect(found.sort()).toEqual(drawn.sort());
  });

  it.each(rooms.map((room) => [room.name, room.mayImport.join(', ') || 'nothing', room] as const))(
    '%s imports %s',
    (name, _arrows, room) => {
      expect(strangersIn(name, [name, ...room.mayImport])).toEqual([]);
    },
  );

  it('has a program that is known to no room', () => {
    const knowing = sources.filter((source) => source.room !== 'program' && roomsOf(source).includes('program'));
    expect(knowing.map((source) => source.path)).toEqual([]);
  });

  it.each(doors.map((door) => [door.what.join(' '), door.places.join(', '), door] as const))(
    '%s only in %s',
    (_what, _places, door) => {
      const through = sources.filter((source) => door.what.some((what) => goesThrough(source, what)));
      const wrong = through.filter((source) => !door.places.some((place) => isIn(source, place)));
      expect(wrong.map((source) => source.path)).toEqual([]);
      expect(through.length, `a door nobody uses: ${door.what.join(' ')}`).toBeGreaterThan(0);
    },
  );

  it('has no packages but those of the table, and the platform', () => {
    const named = new Set(doors.flatMap((door) => door.what));
    const others = sources.flatMap((source) =>
      source.imports
        .filter((target) => !target.startsWith('.') && !target.startsWith('node:') && !named.has(target))
        .map((target) => `${source.path} -> ${target}`),
    );
    expect(others).toEqual([]);
  });

  it('has no cycles', () => {
    expect(cycles()).toEqual([]);
  });

  it('has no barrel files but the public face of protocols', () => {
    const barrels = sources.filter((source) => isBarrel(source) && source.path !== 'protocols/index.ts');
    expect(barrels.map((source) => source.path)).toEqual([]);
  });

  it('has files in kebab-case', () => {
    const odd = sources.filter(
      (source) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.tsx?$/.test(source.path.split('/').at(-1) ?? ''),
    );
    expect(odd.map((source) => source.path)).toEqual([]);
  });

  it.each(line)('a fix passes through %s in %s', (name, room) => {
    const definition = new RegExp(`^\\s*(?:export\\s+)?(?:async\\s+)?(?:function\\s+)?#?${name}\\s*\\(`, 'm');
    const defining = sources.filter((source) => source.room === room && definition.test(source.bare));
    expect(defining.map((source) => source.path)).not.toEqual([]);
  });
});

/** Imports of a room that lead to a room it may not know. */
function strangersIn(room: string, known: readonly string[]): string[] {
  return sources
    .filter((source) => source.room === room)
    .flatMap((source) =>
      localImports(source)
        .filter((target) => !known.includes(roomOf(target)))
        .map((target) => `${source.path} -> ${target}`),
    );
}

function roomsOf(source: Source): string[] {
  return localImports(source).map(roomOf);
}

function localImports(source: Source): string[] {
  return localPaths(source, source.imports);
}

/** Paths from the root. */
function localPaths(source: Source, imports: readonly string[]): string[] {
  return imports
    .filter((target) => target.startsWith('.'))
    .map((target) => normalize(join(dirname(source.path), target)).replaceAll('\\', '/'));
}

function roomOf(path: string): string {
  const [top = '', next = '', ...rest] = path.split('/');
  if (top === 'protocols') return 'protocols';
  return rest.length === 0 ? 'program' : next;
}

/**
 * A package or platform module is entered by importing it; a name of the language by writing it. The program, which
 * puts rooms together, may speak of their types.
 */
function goesThrough(source: Source, what: string): boolean {
  if (/^(node:|@[a-z0-9-]+\/)?[a-z0-9_-]+(\/[a-z0-9_.-]+)*$/.test(what))
    return (source.room === 'program' ? source.needs : source.imports).includes(what);
  if (what === 'console.*') return /\bconsole\s*\.\s*\w/.test(source.bare);
  const words = what.replaceAll(/[.()]/g, (sign) => `\\s*\\${sign}`);
  return new RegExp(`\\b${words}`).test(source.bare);
}

/** A place is a room, or a file of one without its ending. */
function isIn(source: Source, place: string): boolean {
  return source.room === place || source.path === `src/${place}.ts`;
}

function isBarrel(source: Source): boolean {
  const statements = source.code.split(';').map((statement) => statement.trim());
  const written = statements.filter((statement) => statement !== '');
  return written.length > 0 && written.every((statement) => /^export\s[\s\S]*\sfrom\s/.test(statement));
}

/** Depth first over what files name of each other, types included; each cycle is the way round. */
function cycles(): string[] {
  const targets = new Map(sources.map((source) => [source.path, localImports(source)]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(' -> '));
    if (done.has(path) || way.includes(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return found;
}

function sourcesIn(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .map(sourceAt);
}

function sourceAt(path: string): Source {
  const code = withoutComments(readFileSync(join(ROOT, path), 'utf8'));
  const bare = code.replaceAll(STRING, insertionsOf);
  const imports = importsOf(code);
  const needs = importsOf(code.replaceAll(/^(?:import|export) type\s[^;]*;/gm, ''));
  return { path, room: roomOf(path), code, bare, imports, needs };
}

function importsOf(code: string): string[] {
  const statements = code.matchAll(/^(?:import|export)\s(?:[^;']*\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm);
  return [...statements].map((match) => match[1] ?? match[2] ?? '');
}

/** What is left of a string that is not looked at: only the code inside a template. */
function insertionsOf(text: string): string {
  const insertions = text.startsWith('`') ? [...text.matchAll(/\$\{[^}]*\}/g)].join(' ') : '';
  return `'${insertions}'`;
}

function withoutComments(text: string): string {
  const stringOrComment = new RegExp(`${STRING.source}|//[^\\n]*|/\\*[\\s\\S]*?\\*/`, 'g');
  return text.replaceAll(stringOrComment, (found) => (found.startsWith('/') ? '' : found));
}

/** Rows of the first table after a heading, without its two head lines. */
function tableAfter(heading: string): string[][] {
  const [, after = ''] = guide.split(`${heading}\n`);
  const rows = after.split('\n').filter((text, index, all) => text.startsWith('|') && isBeforeGap(all, index));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Whether this line still belongs to the first table of the text: no other heading comes before it. */
function isBeforeGap(lines: readonly string[], index: number): boolean {
  return !lines.slice(0, index).some((text) => text.startsWith('#'));
}

function plain(cell: string): string {
  return cell.replaceAll('`', '');
}
