/**
 * Tasks in the console of the real program: one is made on the map, found, changed and cancelled; another is proved by a
 * recorded drive, and followed from its bytes on.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Task, Tracker } from '../../src/console/wire.ts';
import { API_KEY, ask, finished, type Gateway, kill, program, startGateway, until } from '../whole/program.ts';
import {
  barriers,
  DESKTOP,
  describeInBrowser,
  openBrowser,
  openPage,
  overflowPx,
  PHONE,
  picture,
  type Watched,
} from './kit.ts';

const DRIVE = fileURLToPath(new URL('../../fixtures/talks/teltonika-drive.talk', import.meta.url));
const IMEI = /^imei: (\d{15})$/m.exec(readFileSync(DRIVE, 'utf8'))?.[1] ?? '';
/** The second stop of the recorded drive, and its day. */
const STOP = { lat: 50.05294, lon: 14.42584, radius: 80 };

describeInBrowser('tasks in the console', () => {
  let directory: string;
  let gateway: Gateway;
  let browser: Browser;
  let watched: Watched;
  let page: Page;
  let driven: Task;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'milepost-e2e-tasks-'));
    gateway = await startGateway(join(directory, 'data'));
    driven = await playDrive();
    browser = await openBrowser();
    watched = await openPage(browser, gateway.httpUrl, DESKTOP);
    page = watched.page;
    await logIn(page, API_KEY);
  });

  afterAll(async () => {
    await watched?.close();
    await browser?.close();
    await kill(gateway.process, 'SIGTERM');
    rmSync(directory, { recursive: true });
  });

  async function playDrive(): Promise<Task> {
    const tracker = await ask<Tracker>(gateway, '/api/trackers', { label: 'Van', imei: IMEI });
    const task = await ask<Task>(gateway, '/api/tasks', {
      ...{ label: 'Second stop', trackerId: tracker.id, zone: STOP, minStay: 60 },
      ...{ from: '2026-05-04T08:00:00Z', to: '2026-05-04T08:12:00Z' },
    });
    const played = await finished(program('replay', DRIVE, '--to', `127.0.0.1:${gateway.trackersPort}`));
    expect(played.stderr).toBe('');
    return task;
  }

  async function logIn(at: Page, key: string): Promise<void> {
    await at.context().request.post(`${gateway.httpUrl}/api/session`, { data: { key } });
    await at.goto(gateway.httpUrl);
  }

  /** Hashes are pages: going to another one does not load the document anew. */
  async function show(hash: string, heading: string | RegExp, at = page): Promise<void> {
    await at.goto(`${gateway.httpUrl}/${hash}`);
    await at.getByRole('heading', { level: 1, name: heading }).waitFor();
  }

  it('is made on the map without a mouse, and shown', async () => {
    await show('#/tasks/new', 'New task');
    const map = page.locator('.task-editor .task-map');
    await map.focus();
    await page.keyboard.press('Enter');
    const radius = page.getByLabel('Radius (m)');
    await radius.fill('150');
    const handle = page.getByRole('slider', { name: 'Radius in metres' });
    await handle.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await radius.inputValue()).toBe('182');
    await page.getByLabel('Label').fill('Made by hand <b>bold</b>');
    await page.getByLabel('Stay (min)').fill('5');
    await picture(page, 'task-editor');
    await page.getByRole('button', { name: 'Create the task' }).click();
    await page.getByRole('heading', { level: 1, name: 'Made by hand <b>bold</b>' }).waitFor();
    const task = await ask<Task>(gateway, `/api/tasks/${idInAddress(page)}`);
    expect(task).toMatchObject({ status: 'unassigned', minStay: 300, zone: { radius: 182, ring: null } });
  });

  it('is placed by a click, and its circle pulled by its handle', async () => {
    await show('#/tasks/new', 'New task');
    const box = (await page.locator('.task-editor .task-map').boundingBox())!;
    await page.mouse.click(box.x + box.width / 3, box.y + box.height / 2);
    expect(await page.getByLabel('Latitude').inputValue()).not.toBe('');
    await page.getByLabel('Radius (m)').fill('200');
    await page.locator('[role="slider"][aria-valuenow="200"]').waitFor();
    const handle = (await page.getByRole('slider').boundingBox())!;
    await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
    await page.mouse.down();
    await page.mouse.move(handle.x + handle.width / 2 + 60, handle.y + handle.height / 2, { steps: 5 });
    await page.mouse.up();
    await until('the radius follows', async () => Number(await page.getByLabel('Radius (m)').inputValue()) > 200);
  });

  it('is not sent with what is wrong, and the first fault has the focus', async () => {
    await show('#/tasks', 'Tasks');
    await show('#/tasks/new', 'New task');
    await page.getByLabel('Label').fill(' ');
    await page.getByRole('button', { name: 'Create the task' }).click();
    await page.getByText('A task needs a label.').waitFor();
    const faulty = page.locator('[aria-invalid="true"]');
    expect(await faulty.evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).name))).toEqual([
      'lat',
      'lon',
      'label',
    ]);
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe('lat');
  });

  it('that the gateway refuses says so at the field', async () => {
    await page.getByLabel('Label').fill('Nowhere');
    await page.getByLabel('Latitude').fill('50');
    await page.getByLabel('Longitude').fill('14');
    await page.getByLabel('Address').fill('x'.repeat(256));
    await page.getByRole('button', { name: 'Create the task' }).click();
    await page.getByText('Expected at most 255 characters on one line.').waitFor();
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe('address');
  });

  it('is listed, found by its words and its status, and the address remembers them', async () => {
    await show('#/tasks', 'Tasks');
    await page.getByRole('link', { name: 'Made by hand' }).waitFor();
    await page.getByRole('button', { name: 'done' }).click();
    await page.getByRole('link', { name: 'Made by hand' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Second stop' }).waitFor();
    await page.getByLabel('Search').fill('nowhere');
    await page.getByText('No task is like that.').waitFor();
    expect(new URL(page.url()).hash).toBe('#/tasks?status=done&search=nowhere');
    await page.reload();
    await page.getByText('No task is like that.').waitFor();
    expect(await page.getByLabel('Search').inputValue()).toBe('nowhere');
  });

  it('comes to the list by itself, and changes there', async () => {
    await show('#/tasks', 'Tasks');
    await page.getByText('live', { exact: true }).waitFor();
    const zone = { lat: 50, lon: 14, radius: 100 };
    const [from, to] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];
    const made = await ask<Task>(gateway, '/api/tasks', { label: 'Put in by an API', zone, from, to });
    const row = page.getByRole('row', { name: 'Put in by an API' });
    await row.getByText('unassigned').waitFor();
    await ask(gateway, `/api/tasks/${made.id}/cancel`, {});
    await row.getByText('failed').waitFor();
  });

  it('is one of many, which come a page at a time', async () => {
    const wish = { zone: STOP, from: '2026-05-05T08:00:00Z', to: '2026-05-05T09:00:00Z' };
    for (let n = 1; n <= 55; n++) await ask(gateway, '/api/tasks', { ...wish, label: `Bulk ${n}` });
    await show('#/tasks?search=Bulk', 'Tasks');
    await page.getByText('The newest 50 tasks').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText('55 tasks', { exact: true }).waitFor();
    const labels = await page.locator('.task-table th[scope="row"] a').allTextContents();
    expect(labels).toEqual(Array.from({ length: 55 }, (_, n) => `Bulk ${55 - n}`));
  });

  it('with a polygon keeps it, unless it is given up for a circle', async () => {
    const ring = [
      [50, 14],
      [50.01, 14],
      [50.01, 14.01],
    ];
    const zone = { lat: 50, lon: 14, radius: 1, ring };
    const window = { from: '2026-05-05T08:00:00Z', to: '2026-05-05T09:00:00Z' };
    const { id } = await ask<Task>(gateway, '/api/tasks', { label: 'Yard', zone, ...window });
    await show(`#/tasks/${id}/edit`, 'Edit Yard');
    await page.getByText('a polygon of 3 corners').waitFor();
    await page.getByLabel('Label').fill('Yard, north');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'Yard, north' }).waitFor();
    expect((await ask<Task>(gateway, `/api/tasks/${id}`)).zone?.ring).toEqual(ring);
    await show(`#/tasks/${id}/edit`, 'Edit Yard, north');
    await page.getByRole('button', { name: 'Use a circle instead' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await until('the polygon is gone', async () => (await ask<Task>(gateway, `/api/tasks/${id}`)).zone?.ring === null);
  });

  it('may only be looked at with a key that may do no more', async () => {
    const { key } = await ask<{ key: string }>(gateway, '/api/keys', { name: 'wall', scopes: ['tasks:read'] });
    const wall = await openPage(browser, gateway.httpUrl, DESKTOP);
    await logIn(wall.page, key);
    await show('#/tasks?status=done', 'Tasks', wall.page);
    await wall.page.getByRole('link', { name: 'Second stop' }).waitFor();
    expect(await wall.page.getByRole('link', { name: 'New task' }).count()).toBe(0);
    await show(`#/tasks/${driven.id}`, 'Second stop', wall.page);
    await wall.page.getByText('may not be read').waitFor();
    expect(await wall.page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
    await show('#/tasks/new', 'New task', wall.page);
    expect(await wall.page.getByRole('button', { name: 'Create the task' }).isDisabled()).toBe(true);
    const faults = wall.faults();
    await wall.close();
    expect(faults).toEqual([]);
  });

  it('is edited', async () => {
    await show('#/tasks?search=hand', 'Tasks');
    await page.getByRole('link', { name: 'Made by hand' }).click();
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Label').fill('Made by hand, twice');
    await page.getByLabel('Address').fill('Mill Lane 1');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'Made by hand, twice' }).waitFor();
    const task = await ask<Task>(gateway, `/api/tasks/${idInAddress(page)}`);
    expect(task).toMatchObject({ address: 'Mill Lane 1', minStay: 300, zone: { radius: 182 } });
  });

  it('is given to a tracker, and cancelled only after a question', async () => {
    await page.getByRole('button', { name: 'Assign' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Tracker').selectOption({ label: 'Van' });
    await dialog.getByRole('button', { name: 'Assign' }).click();
    await page.locator('.task-head').getByText('assigned').waitFor();
    await page.getByRole('button', { name: 'Cancel task' }).click();
    await dialog.getByRole('button', { name: 'Back' }).click();
    expect(await ask<Task>(gateway, `/api/tasks/${idInAddress(page)}`)).toMatchObject({ status: 'assigned' });
    await page.getByRole('button', { name: 'Cancel task' }).click();
    await dialog.getByRole('button', { name: 'Cancel the task' }).click();
    await page.locator('.task-head').getByText('failed').waitFor();
  });

  it('that a drive has proved is followed back to its bytes', async () => {
    await show(`#/tasks/${driven.id}`, 'Second stop');
    const chain = page.locator('.chain');
    await chain.getByText(/\d+ bytes of teltonika/).waitFor();
    expect(await chain.getByRole('link').allTextContents()).toEqual([
      'Bytes',
      'Fields',
      'Fix',
      'Transition',
      'Webhook',
    ]);
    await chain.getByText(/Latitude: 50\.0/).waitFor();
    await page.getByRole('img', { name: /Timeline with 1 stay, Arrived .*All was done/ }).waitFor();
    await page.locator('.track-visit').first().waitFor({ state: 'attached' });
    await picture(page, 'task-page');
    await chain.getByRole('link', { name: 'Bytes' }).click();
    await page.waitForURL(/#\/trackers\/\d+\/frames\?fix=2026-05-04/);
  });

  it.each([
    ['desktop', DESKTOP, 'light'],
    ['desktop', DESKTOP, 'dark'],
    ['phone', PHONE, 'light'],
    ['phone', PHONE, 'dark'],
  ] as const)('keeps nobody out on a %s (%o, %s)', async (name, size, scheme) => {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    for (const [hash, heading] of [
      ['#/tasks', 'Tasks'],
      ['#/tasks/new', 'New task'],
      [`#/tasks/${driven.id}`, 'Second stop'],
      [`#/tasks/${driven.id}/edit`, /Second stop/],
    ] as const) {
      await show(hash, heading);
      await page.getByText('Loading…').waitFor({ state: 'detached' });
      await picture(page, `${hash.replaceAll(/\W+/g, '-')}-${name}-${scheme}`);
      expect(await barriers(page), hash).toEqual([]);
      expect(await overflowPx(page), hash).toBe(0);
    }
  });

  it('does nothing that a page must not do', () => {
    // A browser complains of the refusal that was provoked.
    const faults = watched.faults().filter((fault) => !fault.includes('400 (Bad Request)'));
    expect(faults).toEqual([]);
  });
});

function idInAddress(page: Page): string {
  return /#\/tasks\/(\d+)/.exec(page.url())?.[1] ?? 'none';
}
