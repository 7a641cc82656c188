/**
 * The README says what is: its tables equal the data of the program, its examples are what the program answers, its
 * links lead somewhere, and what it tells a reader to type exists.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { transcribe } from '../protocols/transcript.ts';
import type { Document } from '../src/api/document.ts';
import { isGsmtasksPath } from '../src/api/gsmtasks/routes.ts';
import { rightOf } from '../src/api/navixy/rights.ts';
import { CALLS } from '../src/api/navixy/routes.ts';
import { isThetrackPath } from '../src/api/thetrack/routes.ts';
import { COMMANDS } from '../src/commands.ts';
import { navixyStatus } from '../src/model/projections.ts';
import type { TaskTerms } from '../src/model/task.ts';
import { METRICS } from '../src/ops/metrics.ts';
import { flagOf, SETTING_KEYS, SETTINGS } from '../src/ops/settings.ts';
import { createKit, TASK } from './api/kit.ts';
import { at, Bench, inside, MINUTE, outside, terms } from './engine/world-kit.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const readme = textOf('README.md');
const navixyPage = textOf('docs/navixy.md');
/** Of the dialects whose calls are in the API's document. */
const REST_PAGES = ['gsmtasks', 'thetrack'].map((name) => [name, textOf(`docs/${name}.md`)] as const);
/** Blocks of code with their language, and what stands in backticks outside of them. */
const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
  language,
  code,
}));
const prose = readme.replaceAll(/^```[\s\S]*?^```$/gm, '');
const spans = [...prose.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span.replaceAll(/\s+/g, ' '));
/** Lines to type, a continued one as one. */
const typed = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ code }) => code.replaceAll('\\\n', ' ').split('\n'));

describe('the tables of the README', () => {
  it('list every setting with its default', () => {
    const told = tableUnder('## Settings').map(([key, fallback]) => [key, fallback]);
    const known = SETTING_KEYS.map((key) => [key, SETTINGS[key].fallback]);
    expect(told).toEqual(known);
  });

  it('list every metric with its type and label', () => {
    const told = tableUnder('## Metrics').map(([name, type, label]) => [name, type, label]);
    expect(told).toEqual(METRICS.map(({ name, type, label }) => [name, type, label ?? '']));
  });

  it('list every command as its help does', () => {
    const known = Object.entries(COMMANDS).map(([name, { summary }]) => [`milepost ${name}`, summary]);
    expect(tableUnder('## Commands')).toEqual(known);
  });

  it('list every call that the server answers, and no other', async () => {
    const own = tableUnder("## Milepost's own calls").map(([call = '']) => call);
    const navixy = CALLS.flatMap(({ path }) => [`GET /v2/${path}`, `POST /v2/${path}`]);
    const uploads = tableUnder('### Uploads', navixyPage).map(([call = '']) => call);
    const told = [...own, ...uploads, ...navixy, ...navixy.map((call) => call.replace('/v2/', '/'))];
    const others = (await routes()).filter((route) => !isRest(route.split(' ')[1] ?? ''));
    expect([...new Set(told)].sort()).toEqual(others.sort());
  });

  it('list every call of the Navixy dialect with its right, as the API says it', () => {
    const known = CALLS.map((entry) => {
      const right = entry.scope === null ? 'none' : rightOf({ path: entry.path, scope: entry.scope });
      return [`/v2/${entry.path}`, right, entry.summary];
    });
    expect(tableUnder('## Calls', navixyPage)).toEqual(known);
  });

  it.each(REST_PAGES)('list every call of %s with its right, as the API says it', async (name, page) => {
    const { paths } = (await createKit().app.inject('/openapi.json')).json<Document>();
    const known = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, { tags }]) => tags[0]?.startsWith(`${name} `))
        .map(([method, call]) => [`${method.toUpperCase()} ${path}`, call['x-scope'] ?? 'none', call.summary]),
    );
    expect(known.length).toBeGreaterThan(10);
    expect(tableUnder('## Calls', page)).toEqual(known);
  });

  it('draw the line of a fix as CONTRIBUTING.md does', () => {
    const heading = 'One fix, in a straight line';
    const line = tableUnder(`## ${heading}`);
    expect(line).toHaveLength(10);
    expect(line).toEqual(tableUnder(`### ${heading}`, textOf('CONTRIBUTING.md')));
  });

  it.each(tableUnder('## Watch it', textOf('docs/operations.md')))(
    'quote a line that is logged at level %s: %s',
    (_level, message = '') => {
      expect(message.length).toBeGreaterThan(10);
      expect(sourceTexts().some((text) => text.includes(`'${message}'`))).toBe(true);
    },
  );
});

describe('the examples of the README', () => {
  const examples = tableUnder('## How tasks are judged').map(([asked = '', visits = '', ...outcome]) => {
    return { asked, visits, outcome: outcome.join(', ') };
  });
  const deliveries = [
    { manner: 'as they are taken', deliver: deliverLive },
    { manner: 'hours later', deliver: (bench: Bench, day: Day) => deliverLater(bench, [day]) },
    { manner: 'newest first', deliver: (bench: Bench, day: Day) => deliverLater(bench, inReverse(day)) },
  ];

  it('are nine tasks', () => {
    expect(examples).toHaveLength(9);
  });

  it.each(examples.flatMap((example) => deliveries.map((delivery) => ({ ...example, ...delivery }))))(
    '$asked, inside $visits, fixes $manner: $outcome',
    ({ asked, visits, outcome, deliver }) => {
      const bench = new Bench(at('07:00'));
      const taskId = bench.create(terms('09:00', '10:00', termsAsked(asked)));
      deliver(bench, dayWith(visits));
      expect(outcomeOf(bench, taskId)).toBe(outcome);
    },
  );

  it('decode to what is shown', () => {
    const at = blocks.findIndex(({ code }) => /^echo [0-9a-f]+ \| milepost decode$/m.test(code));
    const hex = /^echo (\w+)/m.exec(blocks[at]?.code ?? '')?.[1] ?? '';
    const entries = [...transcribe([hex], { protocol: 'auto', nowMs: 0 })];
    expect(blocks[at + 1]?.code).toBe(`${JSON.stringify(entries[0])}\n`);
    expect(entries).toHaveLength(1);
  });

  it('show a task with the members that one has', async () => {
    const { navixy } = createKit();
    const { id } = (await navixy('task/create', { task: TASK })).body;
    const { body } = await navixy('task/read', { task_id: id });
    const shown = blocks.find(({ code }) => code.includes('"value":{'))?.code ?? '{}';
    expect(Object.keys(JSON.parse(shown).value)).toEqual(Object.keys(body.value));
  });

  it('are JSON where they say so', () => {
    const json = blocks.filter(({ language }) => language === 'json');
    expect(json.length).toBeGreaterThan(5);
    for (const { code } of json) expect(() => JSON.parse(code), code).not.toThrow();
  });
});

describe('what the README names', () => {
  const paths = [...readme.matchAll(/(?<![\w./])(?:http:\/\/[\w.:]+)?(\/(?:v2|api|healthz|readyz|metrics)\/?[\w/:]*)/g)]
    .map(([, path = '']) => path)
    .filter((path) => path !== '/v2');

  it('is there: every path', async () => {
    const patterns = (await routes()).map((route) => pattern(route.split(' ')[1] ?? ''));
    expect(new Set(paths).size).toBeGreaterThan(20);
    expect(paths.filter((path) => !patterns.some((each) => each.test(path)))).toEqual([]);
  });

  it('is there: every script of npm', () => {
    const { scripts } = JSON.parse(textOf('package.json'));
    const named = [...readme.matchAll(/\bnpm (?:run (\w+)|(test|start)\b)/g)].map((match) => match[1] ?? match[2]);
    expect(new Set(named)).toEqual(new Set(['bench', 'demo', 'start', 'test']));
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });

  it('is there: every command and option that is to be typed', () => {
    const calls = [...typed, ...spans].flatMap((line) => [...line.matchAll(/(?:^|[|;] ?|main\.js )milepost (.*)/g)]);
    const options = calls.flatMap(([, call = '']) => {
      const [name = '', ...words] = call.split(/\s+/);
      return ['', ...words.filter((word) => word.startsWith('--')).map((word) => word.slice(2))].map((option) => ({
        name,
        option,
      }));
    });
    expect(options.length).toBeGreaterThan(15);
    expect(options.filter(({ name, option }) => !isKnown(name, option))).toEqual([]);
  });

  it('is there: every setting, in each of its spellings', () => {
    const families = new Set(SETTING_KEYS.filter((key) => key.includes('.')).map((key) => key.split('.')[0] ?? ''));
    const named = spans.filter((span) => families.has(/^(\w+)\.[a-z-]+$/.exec(span)?.[1] ?? ''));
    expect(named.length).toBeGreaterThan(SETTING_KEYS.length / 2);
    expect(named.filter((key) => !Object.hasOwn(SETTINGS, key))).toEqual([]);
    const flags = spans.filter((span) => /^--[a-z-]+ \S+$/.test(span)).map((span) => span.split(' ')[0]);
    expect(SETTING_KEYS.map(flagOf)).toEqual(expect.arrayContaining(flags));
  });

  it('is there: every metric', () => {
    const named = spans.filter((span) => span.startsWith('milepost_'));
    expect(METRICS.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
  });

  it('is there: every file and heading that is linked', () => {
    const targets = [...prose.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    const local = targets.filter((target) => !/^\w+:/.test(target));
    expect(local.length).toBeGreaterThan(10);
    expect(local.filter((target) => !isThere(target))).toEqual([]);
  });

  it('includes what the protocols say about themselves', () => {
    const pages = readdirSync(join(ROOT, 'protocols'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('README.md'))
      .map((path) => `](protocols/${path.replaceAll('\\', '/')})`);
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.filter((link) => !readme.includes(link))).toEqual([]);
  });
});

/** Every fix of a morning, one a minute. */
type Day = readonly { readonly hhmm: string; readonly isInside: boolean }[];

/** `09:10 to 09:20, 09:40 to 09:55`, both ends included. */
function dayWith(visits: string): Day {
  const stretches = visits.split(', ').map((stretch) => stretch.split(' to '));
  return Array.from({ length: 211 }, (_, i) => {
    const hhmm = new Date(at('07:30') + i * MINUTE).toISOString().slice(11, 16);
    return { hhmm, isInside: stretches.some(([from = '', to = '']) => hhmm >= from && hhmm <= to) };
  });
}

function deliverLive(bench: Bench, day: Day): void {
  for (const { hhmm, isInside } of day) {
    bench.wait(at(hhmm));
    bench.deliver([isInside ? inside(hhmm) : outside(hhmm)]);
  }
}

/** Two hours after the deadline, when the clock has closed the task. */
function deliverLater(bench: Bench, days: readonly Day[]): void {
  const receivedMs = at('12:00');
  bench.wait(receivedMs);
  for (const day of days) {
    bench.deliver(day.map(({ hhmm, isInside }) => (isInside ? inside(hhmm, receivedMs) : outside(hhmm, receivedMs))));
  }
}

function inReverse(day: Day): Day[] {
  return [...day].reverse().map((fix) => [fix]);
}

function termsAsked(asked: string): Partial<TaskTerms> {
  const match = /^(?:one visit|stay (\d+) min|visits of (\d+) min)(?:, delay (\d+) min)?$/.exec(asked);
  if (match === null)
    throw new Error(`an example asks for "${asked}": expected a visit, a stay or visits, and a delay`);
  const [, stay = 0, visit = 0, delay = 0] = match.map((digits) => Number(digits ?? 0));
  return { minStayMs: stay * MINUTE, minArrivalMs: visit * MINUTE, maxDelayMs: delay * MINUTE };
}

/** In the words of the table. */
function outcomeOf(bench: Bench, taskId: number): string {
  const { facts } = bench.task(taskId);
  const { arrivalMs, issues, statusMs, stayMs } = facts;
  const status = navixyStatus({
    ...facts,
    hasTracker: true,
    hasArrived: arrivalMs !== null,
    hasIssues: issues.length > 0,
  });
  const time = (timeMs: number) => new Date(timeMs).toISOString().slice(11, 16);
  const arrival = arrivalMs === null ? 'never' : time(arrivalMs);
  return `${status} at ${time(statusMs)}, ${arrival}, ${stayMs / MINUTE} min`;
}

/** `GET /api/trackers/:id`, ...: fastify's tree of routes as a list, without HEAD. */
async function routes(): Promise<string[]> {
  const { app } = createKit();
  await app.ready();
  const found: string[] = [];
  const way: string[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const match = /^([│ ]*)[├└]── (\S+) \(([A-Z, ]+)\)$/.exec(line);
    if (match === null) continue;
    const [, indent = '', part = '', methods = ''] = match;
    way.splice(indent.length / 4, way.length, part);
    for (const method of methods.split(', ')) if (method !== 'HEAD') found.push(`${method} ${way.join('')}`);
  }
  return found;
}

function isRest(path: string): boolean {
  return isGsmtasksPath(path) || isThetrackPath(path);
}

/** A route's pattern, which also fits the pattern itself. */
function pattern(route: string): RegExp {
  return new RegExp(`^${route.replaceAll(/:\w+/g, ':?\\w+')}$`);
}

/** The option '' stands for the command itself; `help` takes a command's name. */
function isKnown(name: string, option: string): boolean {
  if (name === 'help' || name === 'COMMAND') return true;
  const command = COMMANDS[name];
  return command !== undefined && (option === '' || Object.hasOwn(command.options, option));
}

/** A file, or a heading of this page as sites turn it into an anchor. */
function isThere(target: string): boolean {
  const [path = '', anchor] = target.split('#');
  if (path !== '') return existsSync(join(ROOT, path));
  const headings = [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  const anchors = headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  return anchors.includes(anchor ?? '');
}

/** Rows of the first table below a heading, without its two head lines and the backticks around whole cells. */
function tableUnder(heading: string, text = readme): string[][] {
  const [, after = ''] = text.split(`\n${heading}\n`);
  const section = after.split(/^#/m)[0] ?? '';
  const table = /^\|.*(?:\n\|.*)*/m.exec(section)?.[0].split('\n') ?? [];
  return table.slice(2).map((row) => row.split('|').slice(1, -1).map(cellText));
}

function cellText(cell: string): string {
  return cell.trim().replace(/^`([^`]*)`$/, '$1');
}

function sourceTexts(): string[] {
  return readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => textOf(join('src', path)));
}

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
