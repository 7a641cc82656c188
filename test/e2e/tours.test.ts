/** Tours through the console on the real demo: what a visitor does in the first minutes, at a desk and on a phone. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { History, Task, TaskPage, Tracker, TrackerState } from '../../src/console/wire.ts';
import { until } from '../whole/program.ts';
import {
  barriers,
  DESKTOP,
  type Demo,
  describeInBrowser,
  logIn,
  openBrowser,
  openPage,
  overflowPx,
  PHONE,
  picture,
  startDemo,
  type Watched,
} from './kit.ts';

/** What a first load may carry, compressed as it comes. */
const FIRST_LOAD_BYTES = 300_000;
const A_MINUTE_OR_SO_MS = 120_000;

describeInBrowser('a tour through the console', () => {
  let browser: Browser;
  let demo: Demo;
  let watched: Watched;
  /** Of a test that needs one in which nobody has been yet. */
  let own: Demo | null = null;

  beforeAll(async () => {
    browser = await openBrowser();
    demo = await startDemo();
  });

  afterAll(async () => {
    await demo?.stop();
    await browser?.close();
  });

  afterEach(async () => {
    const faults = watched.faults();
    await watched.close();
    await own?.stop();
    own = null;
    expect(faults).toEqual([]);
  });

  /** The page as it is now: nothing keeps people out, nothing sticks out. */
  async function expectSound(name: string): Promise<void> {
    await picture(watched.page, name);
    expect(await barriers(watched.page), name).toEqual([]);
    expect(await overflowPx(watched.page), name).toBe(0);
  }

  describe.each([
    ['at a desk', DESKTOP],
    ['on a phone', PHONE],
  ])('%s', (place, size) => {
    beforeEach(async () => {
      watched = await openPage(browser, demo.httpUrl, size);
      await logIn(watched, demo);
    });

    it('sees the fleet move, and a task that is done', async () => {
      const { page } = watched;
      await until('something has been done', async () => (await tasksOf(demo, 'done')).length > 0);
      expect(watched.carriedBytes()).toBeLessThan(FIRST_LOAD_BYTES);
      await expectSound(`map ${place}`);
      const [task] = await tasksOf(demo, 'done');
      await page.goto(`${demo.httpUrl}/#/tasks?status=done`);
      await page.getByRole('link', { name: task!.label, exact: false }).first().click();
      await page.getByRole('heading', { name: 'Why it is done' }).waitFor();
      await expectSound(`task ${place}`);
    });

    it('goes to every page that the ways lead to, and none keeps people out', async () => {
      const { page } = watched;
      for (const path of ['tasks', 'trackers', 'pending', 'webhooks', 'keys', 'audit', 'alerts', 'tasks/new']) {
        await page.goto(`${demo.httpUrl}/#/${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForLoadState('networkidle').catch(() => {});
        await expectSound(`${path.replace('/', '-')} ${place}`);
      }
    });
  });

  it.each([
    ['at a desk', DESKTOP],
    ['on a phone', PHONE],
  ])('accepts a stranger with one click, who then drives and gets work (%s)', async (place, size) => {
    own = await startDemo('--seed', '2');
    const { ask, httpUrl } = own;
    watched = await openPage(browser, httpUrl, size);
    await logIn(watched, own);
    const { page } = watched;
    await page.goto(`${httpUrl}/#/pending`);
    await page.getByRole('button', { name: 'Accept' }).first().waitFor();
    await expectSound(`pending ${place}`);
    await page.getByRole('button', { name: 'Accept' }).first().click();
    await page.getByText('is accepted').first().waitFor();
    const { trackers } = await ask<{ trackers: readonly Tracker[] }>('/api/trackers');
    const { id } = trackers.reduce((newest, tracker) => (tracker.id > newest.id ? tracker : newest));
    await until('it is let in', async () => (await ask<TrackerState>(`/api/trackers/${id}/state`)).isOnline);
    await until('it has work', async () => {
      return (await ask<TaskPage>(`/api/tasks?tracker=${id}`)).tasks.length > 0;
    });
  });

  it('draws a task and sees it done by the simulator', async () => {
    watched = await openPage(browser, demo.httpUrl, DESKTOP);
    await logIn(watched, demo);
    const { page } = watched;
    await page.goto(`${demo.httpUrl}/#/tasks/new`);
    await page.getByLabel('Label').fill('Drawn on the map');
    const map = page.getByLabel('Place of the task');
    await map.scrollIntoViewIfNeeded();
    const box = (await map.boundingBox())!;
    await page.mouse.click(box.x + box.width * 0.55, box.y + box.height * 0.45);
    await page.getByLabel('Stay (min)').fill('2');
    await page.getByLabel('Tracker').selectOption({ label: 'Ash' });
    await expectSound('editor filled in');
    await page.getByRole('button', { name: 'Create the task' }).click();
    await page.getByRole('heading', { name: 'Drawn on the map' }).waitFor();
    await page.getByRole('heading', { name: 'Why it is done' }).waitFor({ timeout: A_MINUTE_OR_SO_MS });
    await expectSound('drawn task done');
  });

  it('follows one fix from its bytes to the webhook that was told', async () => {
    watched = await openPage(browser, demo.httpUrl, DESKTOP);
    await logIn(watched, demo);
    const { page } = watched;
    const { task, event } = await provenTask(demo);
    await page.goto(`${demo.httpUrl}/#/tasks/${task.id}?event=${event}`);
    const chain = page.getByRole('region', { name: 'From the bytes to the webhook' });
    await chain.getByText(/taken/).first().waitFor();
    await expectSound('chain');
    await chain.getByRole('link', { name: 'Bytes' }).click();
    await page.getByText('Latitude').first().waitFor();
    await expectSound('frames');
    await page.goBack();
    await chain.getByRole('link', { name: 'Webhook' }).first().click();
    await page.getByText('task.').first().waitFor();
    await expectSound('webhook');
    expect(demo.output()).toMatch(/webhook task\.\w+ msg_\S+ signed/);
  });
});

async function tasksOf(demo: Demo, status: string): Promise<readonly Task[]> {
  return (await demo.ask<TaskPage>(`/api/tasks?status=${status}&limit=50`)).tasks;
}

/** One that is done, and the row of its arrival, which a fix has proved. */
async function provenTask(demo: Demo): Promise<{ task: Task; event: number }> {
  for (const task of await tasksOf(demo, 'done')) {
    const { events } = await demo.ask<History>(`/api/tasks/${task.id}/history`);
    const arrival = events.find(({ toStatus, witness }) => toStatus === 'arrived' && witness !== null);
    if (arrival !== undefined) return { task, event: arrival.id };
  }
  throw new Error('no task is done yet');
}
