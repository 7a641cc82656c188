/**
 * The first five minutes with a stopwatch: the demo is started, its console opened, a first transition seen, a task put in
 * by hand and seen to appear and to be done, and the signed request of its webhook found in the terminal.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Task, Webhook } from '../../src/console/wire.ts';
import { until } from '../whole/program.ts';
import { type Demo, describeInBrowser, openBrowser, openPage, startDemo, type Watched } from './kit.ts';

describeInBrowser('the first five minutes', () => {
  let browser: Browser;
  let demo: Demo;
  let watched: Watched;
  const steps: [string, number][] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    demo = await startDemo();
    steps.push(['ready, with the address of the console', demo.readyMs]);
  });

  afterAll(async () => {
    await watched?.close();
    await demo?.stop();
    await browser?.close();
    for (const [what, ms] of steps) process.stdout.write(`${(ms / 1000).toFixed(1).padStart(6)} s  ${what}\n`);
  });

  async function timed(what: string, step: () => Promise<unknown>): Promise<void> {
    const startMs = performance.now();
    await step();
    steps.push([what, performance.now() - startMs]);
  }

  it('show the map after one click, without a password', async () => {
    watched = await openPage(browser, demo.httpUrl);
    await timed('the map, from opening the address', async () => {
      await watched.page.goto(demo.consoleUrl);
      await watched.page.getByRole('link', { name: 'Ash', exact: false }).first().waitFor();
    });
    expect(new URL(watched.page.url()).hash).not.toContain('token');
  });

  it('show a transition without waiting for it', async () => {
    await timed('the first transition on the screen', () =>
      watched.page
        .getByText(/arrived|done|delayed/i)
        .first()
        .waitFor(),
    );
  });

  it('show a task that curl put in, and see it done', async () => {
    const { trackers } = await demo.ask<{ trackers: readonly { id: number }[] }>('/api/live');
    const now = Date.parse((await demo.ask<{ now: string }>('/api/live')).now);
    const wish = {
      label: 'Put in by hand',
      trackerId: trackers[0]!.id,
      zone: { lat: 50.08, lon: 14.43, radius: 150 },
      from: new Date(now).toISOString(),
      to: new Date(now + 4 * 3_600_000).toISOString(),
      minStay: 120,
    };
    let task: Task | undefined;
    await timed('a task put in over HTTP, on the screen', async () => {
      task = await demo.ask<Task>('/api/tasks', wish);
      await watched.page.getByText('Put in by hand').first().waitFor();
    });
    await timed('the vehicle has driven there and stayed', () =>
      until('the task is done', async () => (await demo.ask<Task>(`/api/tasks/${task!.id}`)).status === 'done', {
        everyMs: 500,
        withinMs: 120_000,
      }),
    );
  });

  it('show the signed request', async () => {
    await timed('a signed request in the terminal', () =>
      until('the sink shows one', () => / webhook \S+ \S+ signed/.test(demo.output())),
    );
    const { webhooks } = await demo.ask<{ webhooks: readonly Webhook[] }>('/api/webhooks');
    expect(webhooks.map(({ state }) => state)).toEqual(['active']);
  });

  it('took no more than half a minute up to the first transition, and nothing that a page must not do', () => {
    expect(watched.faults()).toEqual([]);
    expect(steps.slice(0, 3).reduce((sum, [, ms]) => sum + ms, 0)).toBeLessThan(30_000);
  });
});
