/** The map as the fleet moves, in a real browser: what is told on the way comes to be seen by itself. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY, LoginKit, MISSING } from './login-kit.ts';

const NAME = MISSING === null ? 'the live map' : `the live map (skipped: ${MISSING})`;
const PLACE = { lat: 50.08, lon: 14.43 };
const MINUTE_MS = 60_000;

describe.skipIf(MISSING !== null)(NAME, () => {
  let kit: LoginKit;

  beforeAll(async () => {
    kit = await LoginKit.start();
  }, 60_000);
  afterAll(() => kit?.stop());

  async function ask(path: string, payload: object, key = KEY): Promise<{ id: number }> {
    const response = await fetch(kit.served.httpUrl + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as { id: number };
  }

  const see = (trackerId: number, lat: number, lon: number) =>
    ask(`/api/trackers/${trackerId}/points`, {
      points: [{ time: new Date(Date.now() - 1000).toISOString(), lat, lon, speed: 40, course: 90 }],
    });

  function taskFor(trackerId: number, label: string, place = PLACE): object {
    const [from, to] = [Date.now() - MINUTE_MS, Date.now() + 60 * MINUTE_MS].map((ms) => new Date(ms).toISOString());
    return { label, trackerId, zone: { ...place, radius: 200 }, from, to };
  }

  async function onMap(key = KEY): Promise<{ page: Page; complaints: readonly string[] }> {
    const visit = await kit.visit('/');
    await visit.page.getByLabel('API key').fill(key);
    await visit.page.getByRole('button', { name: 'Log in' }).click();
    await visit.page.getByText('live', { exact: true }).waitFor();
    return visit;
  }

  it('shows a vehicle that is new, a task that is made, and its end, without being asked again', async () => {
    const { page, complaints } = await onMap();
    await page.getByRole('button', { name: 'Vehicles' }).click();
    const tracker = await ask('/api/trackers', { label: 'Van 7' });
    await see(tracker.id, PLACE.lat + 0.05, PLACE.lon);
    const row = page.getByRole('row', { name: /Van 7/ });
    await row.getByText('50.1300, 14.4300').waitFor();
    await page.getByRole('button', { name: 'Open tasks' }).click();
    const task = await ask('/api/tasks', taskFor(tracker.id, 'Parcel 12'));
    const beside = page.locator('.map-beside');
    await beside
      .getByRole('link', { name: /assigned.*Parcel 12.*Van 7/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Fit all' }).click();
    await page.locator('path.zone.status-assigned').waitFor({ state: 'attached' });
    await see(tracker.id, PLACE.lat, PLACE.lon);
    await beside
      .getByRole('link', { name: /done.*Parcel 12/ })
      .first()
      .waitFor();
    await page.locator('path.zone.status-done').waitFor({ state: 'attached' });
    expect(
      await beside
        .getByRole('link', { name: /Parcel 12/ })
        .first()
        .getAttribute('href'),
    ).toBe(`#/tasks/${task.id}`);
    await page
      .locator('#announcer')
      .getByText(/Parcel 12|tasks changed/)
      .waitFor();
    expect(complaints).toEqual([]);
  });

  it('opens what is clicked: a vehicle, and the zone of a task', async () => {
    const tracker = await ask('/api/trackers', { label: 'Van 8' });
    await see(tracker.id, PLACE.lat + 0.02, PLACE.lon + 0.02);
    const task = await ask('/api/tasks', taskFor(tracker.id, 'Parcel 13', { lat: PLACE.lat, lon: PLACE.lon + 0.05 }));
    const { page } = await onMap();
    await page.getByLabel('Follow a vehicle').selectOption({ label: 'Van 8' });
    expect(page.url()).toContain(`follow=${tracker.id}`);
    const box = (await page.locator('.map-pane').boundingBox())!;
    // Whom one follows is in the middle.
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForURL(`**/#/trackers/${tracker.id}`);
    await page.goto(`${kit.served.httpUrl}/#/`);
    await page.getByRole('button', { name: 'Fit all' }).click();
    await page.locator('path.zone.status-assigned').click();
    await page.waitForURL(`**/#/tasks/${task.id}`);
  });

  it('says when it hears nothing, and goes on when it hears again', async () => {
    const { page } = await onMap();
    await page.route('**/api/events*', (route) => route.abort());
    await page.reload();
    await page.getByText('no connection, trying again').waitFor();
    await page.unroute('**/api/events*');
    await page.getByText('live', { exact: true }).waitFor();
  });

  it('shuts the door when the key is revoked, and before that shows what the key may see', async () => {
    const made = kit.served.operations.createKey('guest', ['tasks:read', 'trackers:read'], null);
    if (made.kind !== 'created') throw new Error(made.kind);
    const { page } = await onMap(made.key);
    expect(await page.getByRole('link', { name: 'Keys' }).count()).toBe(0);
    kit.served.operations.revokeKey(made.key);
    await page.getByLabel('API key').waitFor({ timeout: 90_000 });
  }, 120_000);
});
