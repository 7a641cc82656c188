/** A gateway in this process and a browser before it, with an eye on everything that a page should never do. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { consolePlace } from '../../src/api/console/assets.ts';
import { systemClock } from '../../src/ops/clock.ts';
import { defaultConfig } from '../../src/ops/config.ts';
import { silentLog } from '../../src/ops/log.ts';
import { type Config, NO_OWN_PORTS } from '../../src/ops/settings.ts';
import { type Served, serve } from '../../src/serve.ts';

const CHROMIUM = '/usr/bin/chromium';
export const KEY = '0123456789abcdef0123456789abcdef';

/** Why browser tests are skipped here; null = they are not. */
export const MISSING = missing();

function missing(): string | null {
  if (!existsSync(CHROMIUM)) return `${CHROMIUM} is not installed`;
  return consolePlace() === null ? 'the console is not built: npm run build:console' : null;
}

export interface Visit {
  readonly page: Page;
  /** Errors, refusals by the page's policy, and requests to anyone but the gateway. */
  readonly complaints: readonly string[];
}

export class LoginKit {
  readonly served: Served;
  readonly #browser: Browser;
  readonly #directory: string;

  private constructor(served: Served, browser: Browser, directory: string) {
    this.served = served;
    this.#browser = browser;
    this.#directory = directory;
  }

  static async start(settings: Partial<Config> = {}): Promise<LoginKit> {
    const directory = mkdtempSync(join(tmpdir(), 'milepost-login-'));
    const ports = { 'tcp.host': '127.0.0.1', 'tcp.port': 0, ...NO_OWN_PORTS, 'http.port': 0 } as const;
    const config = defaultConfig({ data: join(directory, 'data'), 'api-key': KEY, ...ports, ...settings });
    const served = await serve(config, systemClock, silentLog());
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    return new LoginKit(served, browser, directory);
  }

  /** A browser of its own, that knows nothing yet. */
  async visit(path: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      // A browser tells of every answer with 401; whoever is not logged in gets one.
      if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== 'data:' && origin !== this.served.httpUrl) complaints.push(`asked ${request.url()}`);
    });
    await page.goto(this.served.httpUrl + path);
    return { page, complaints };
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.served.close();
    rmSync(this.#directory, { recursive: true });
  }
}
