/** The pages of docs/ say what is: links lead somewhere, what is to be typed exists, what is named is there, examples work. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands.ts';
import { WEBHOOK_TYPES } from '../src/operations/webhook-events.ts';
import { METRICS } from '../src/ops/metrics.ts';
import { SETTINGS } from '../src/ops/settings.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));

interface Block {
  readonly language: string;
  readonly code: string;
}

describe.each(pages)('docs/%s', (name) => {
  const text = readFileSync(join(ROOT, 'docs', name), 'utf8');
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '');
  const spans = [...prose.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span.replaceAll(/\s+/g, ' '));

  it('links to files and headings that are there', () => {
    const targets = [...prose.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !/^\w+:/.test(target) && !isThere(join('docs', name), target))).toEqual([]);
  });

  it('names commands and options that exist', () => {
    const typed = blocksOf(text)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ code }) => code.replaceAll('\\\n', ' ').split('\n'));
    const calls = [...typed, ...spans].flatMap((line) => [...line.matchAll(/(?:^|[|;] ?)milepost ([a-z].*)/g)]);
    const wrong = calls.map(([, call = '']) => call).filter((call) => !isKnownCall(call));
    expect(wrong).toEqual([]);
  });

  it('names settings and metrics that exist', () => {
    const families = new Set(Object.keys(SETTINGS).flatMap((key) => (key.includes('.') ? [key.split('.')[0]!] : [])));
    const settings = spans
      .map((span) => span.split(' ')[0]!)
      .filter((span) => families.has(/^([a-z]+)(?:\.[a-z-]+)+$/.exec(span)?.[1] ?? '') && !/\.(org|sh|db)$/.test(span));
    expect(settings.filter((key) => !Object.hasOwn(SETTINGS, key))).toEqual([]);
    const known = new Set(METRICS.map((metric) => metric.name));
    expect(spans.filter((span) => span.startsWith('milepost_') && !known.has(span))).toEqual([]);
  });

  it('shows JSON that is JSON', () => {
    for (const { code } of blocksOf(text).filter(({ language }) => language === 'json')) {
      expect(() => JSON.parse(code), code).not.toThrow();
    }
  });
});

it('docs/webhooks.md lists every type of event', () => {
  const text = readFileSync(join(ROOT, 'docs/webhooks.md'), 'utf8');
  expect([...text.matchAll(/^\| `(task\.\w+)` \|/gm)].map(([, type]) => type)).toEqual([...WEBHOOK_TYPES]);
});

const HAS_PYTHON = spawnSync('python3', ['--version']).status === 0;

describe.each([
  ['JavaScript', shownInJavaScript, true],
  ['Python', shownInPython, HAS_PYTHON],
] as const)('the way to verify a webhook that docs/webhooks.md shows in %s', (_language, shownFunction, isThere) => {
  const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const NOW_S = 1_794_301_521;
  const BODY = '{"type": "task.done"}';
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(NOW_S),
    'webhook-signature': new Webhook(SECRET).sign('msg_1', new Date(NOW_S * 1000), BODY),
  };

  it.runIf(isThere)('takes what is signed, with any of several signatures', async () => {
    const verified = await shownFunction();
    expect(verified(SECRET, headers, BODY, NOW_S)).toEqual({ type: 'task.done' });
    const both = { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` };
    expect(verified(SECRET, both, BODY, NOW_S)).toEqual({ type: 'task.done' });
  });

  it.runIf(isThere).each<[string, () => Parameters<Verified>]>([
    ['another body', () => [SECRET, headers, `${BODY} `, NOW_S]],
    ['another secret', () => [SECRET.replace('M', 'N'), headers, BODY, NOW_S]],
    ['another id', () => [SECRET, { ...headers, 'webhook-id': 'msg_2' }, BODY, NOW_S]],
    ['no signature of the version', () => [SECRET, { ...headers, 'webhook-signature': 'v2,AAAA' }, BODY, NOW_S]],
    ['an old one', () => [SECRET, headers, BODY, NOW_S + 301]],
    ['one from the future', () => [SECRET, headers, BODY, NOW_S - 301]],
    ['a time that is none', () => [SECRET, { ...headers, 'webhook-timestamp': 'soon' }, BODY, NOW_S]],
  ])('refuses %s', async (_what, given) => {
    const verified = await shownFunction();
    expect(() => verified(...given())).toThrow();
  });
});

type Verified = (secret: string, headers: Record<string, string>, body: string, nowSeconds: number) => unknown;

/** The code of the page itself, as a module. */
async function shownInJavaScript(): Promise<Verified> {
  const module = (await import(`data:text/javascript,${encodeURIComponent(shown('js'))}`)) as { verified: Verified };
  return module.verified;
}

/** The code of the page itself, in a process of its own for every question. */
async function shownInPython(): Promise<Verified> {
  const ask = `
import sys
secret, headers, body, now = json.load(sys.stdin)
print(json.dumps(verified(secret, headers, body.encode(), now)))
`;
  return (...given) => {
    const command = ['-c', shown('python') + ask];
    return JSON.parse(
      execFileSync('python3', command, { input: JSON.stringify(given), stdio: 'pipe', encoding: 'utf8' }),
    );
  };
}

function shown(wanted: string): string {
  const text = readFileSync(join(ROOT, 'docs/webhooks.md'), 'utf8');
  return blocksOf(text).find(({ language }) => language === wanted)?.code ?? '';
}

function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({ language, code }));
}

/** `keys create NAME --scopes LIST`, also with more after it. */
function isKnownCall(call: string): boolean {
  const [name = '', ...words] = call.split(/\s+/);
  const command = COMMANDS[name];
  if (command === undefined) return name === 'help';
  return words.filter((word) => word.startsWith('--')).every((word) => Object.hasOwn(command.options, word.slice(2)));
}

function isThere(from: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(ROOT, file))) return false;
  return anchor === undefined || anchorsOf(readFileSync(join(ROOT, file), 'utf8')).includes(anchor);
}

/** As sites turn headings into anchors. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}
