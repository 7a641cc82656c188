/**
 * What every browser test needs: the real program as a child process, Chromium, and a page that is watched. Whatever a
 * page must never do - complain in its console, break its own security policy, ask another origin - is noted from the
 * first byte on, and told by `faults()`.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { describe } from 'vitest';
import { kill, program } from '../whole/program.ts';

const CHROMIUM = '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where pictures go that a person may want to look at. */
const PICTURES = process.env['E2E_PICTURES'] ?? join(tmpdir(), 'milepost-e2e');

export const DESKTOP: Size = { width: 1280, height: 800 };
export const PHONE: Size = { width: 390, height: 844 };
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A group of tests that is skipped, and says so, where there is no browser. */
export function describeInBrowser(name: string, tests: () => void): void {
  const isThere = existsSync(CHROMIUM);
  describe.skipIf(!isThere)(isThere ? name : `${name} (skipped: ${CHROMIUM} is not installed)`, tests);
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

export interface Demo {
  readonly process: ChildProcess;
  readonly httpUrl: string;
  readonly consoleUrl: string;
  readonly apiKey: string;
  /** From the start of the process until the address was printed. */
  readonly readyMs: number;
  /** Everything it has printed. */
  output(): string;
  /** Asks /api with the demo's key. */
  ask<T>(path: string, body?: object, method?: string): Promise<T>;
  stop(): Promise<void>;
}

const FIRST_LINES = /^Milepost demo: (\S+), API key ([0-9a-f]{32}); ready\nConsole: (\S+)/m;

/** The real demo: its first lines say where it is. Rejects with what it printed when it ends instead. */
export async function startDemo(...args: readonly string[]): Promise<Demo> {
  const startMs = performance.now();
  const child = program('demo', ...args);
  let printed = '';
  const [, httpUrl = '', apiKey = '', consoleUrl = ''] = await new Promise<RegExpExecArray>((resolve, reject) => {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        const found = FIRST_LINES.exec(printed);
        if (found !== null) resolve(found);
      });
    }
    child.once('close', () => reject(new Error(`the demo did not start:\n${printed}`)));
  });
  return {
    process: child,
    httpUrl,
    consoleUrl,
    apiKey,
    readyMs: performance.now() - startMs,
    output: () => printed,
    ask: asker(httpUrl, apiKey),
    stop: () => kill(child, 'SIGTERM'),
  };
}

function asker(httpUrl: string, apiKey: string): Demo['ask'] {
  return async <T>(path: string, body?: object, method = body === undefined ? 'GET' : 'POST') => {
    const response = await fetch(httpUrl + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
}

export interface Watched {
  readonly page: Page;
  /** What the page did that it must not; empty = nothing. */
  faults(): readonly string[];
  /** Bytes of bodies and heads that the network has carried to the page, as they were: compressed. */
  carriedBytes(): number;
  close(): Promise<void>;
}

/** A page with a profile of its own. */
export async function openPage(browser: Browser, origin: string, size: Size = DESKTOP): Promise<Watched> {
  const context = await browser.newContext({ viewport: size, hasTouch: size === PHONE, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const faults: string[] = [];
  await watchComplaints(page, faults);
  watchOrigins(page, origin, faults);
  const carried = await countBytes(context, page);
  return { page, faults: () => faults, carriedBytes: carried, close: () => context.close() };
}

async function watchComplaints(page: Page, faults: string[]): Promise<void> {
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => faults.push(`thrown: ${error.message}`));
  await page.exposeFunction('noteViolation', (words: string) => faults.push(`policy: ${words}`));
  await page.addInitScript(`
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) => {
      noteViolation([violatedDirective, blockedURI, 'at', sourceFile, lineNumber].join(' '));
    });
  `);
}

function watchOrigins(page: Page, origin: string, faults: string[]): void {
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && asked !== origin) faults.push(`asked ${request.url()}`);
  });
}

async function countBytes(context: BrowserContext, page: Page): Promise<() => number> {
  const session = await context.newCDPSession(page);
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await session.send('Network.enable');
  return () => bytes;
}

interface AxeViolation {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

/** What axe-core finds that keeps people out. Evaluated by the debugger: the page's policy lets no script in. */
export async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate<readonly AxeViolation[]>('axe.run().then(({ violations }) => violations)');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.map(({ target }) => target.join(' ')).join('; ')}`);
}

/** Whether something sticks out at the side. */
export async function overflowPx(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** The session of the key: its cookie is then the page's. Without the question who one is, which a stranger's page asks first. */
export async function logIn(
  { page }: Pick<Watched, 'page'>,
  { httpUrl, apiKey }: Pick<Demo, 'httpUrl' | 'apiKey'>,
): Promise<void> {
  const answer = await page.request.post(`${httpUrl}/api/session`, { data: { key: apiKey } });
  if (!answer.ok()) throw new Error(`POST /api/session: ${answer.status()} ${await answer.text()}`);
  await page.goto(httpUrl);
  await page.getByRole('link', { name: 'Tasks' }).first().waitFor({ state: 'attached' });
}
