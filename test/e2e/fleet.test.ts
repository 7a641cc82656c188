/** Trackers and administration in the console of the real program: from a device that knocks to the bytes of its fixes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fixes, Frames, Tracker, Webhook } from '../../src/console/wire.ts';
import { API_KEY, ask, finished, type Gateway, kill, program, startGateway, until } from '../whole/program.ts';
import {
  barriers,
  DESKTOP,
  describeInBrowser,
  logIn,
  openBrowser,
  openPage,
  overflowPx,
  PHONE,
  picture,
  type Watched,
} from './kit.ts';

const DRIVE = fileURLToPath(new URL('../../fixtures/talks/gt06-drive.talk', import.meta.url));
const IMEI = /^imei: (\d{15})$/m.exec(readFileSync(DRIVE, 'utf8'))?.[1] ?? '';
const STRANGER = '356307042441013';
const DAY = { from: '2026-05-04T08:00:00Z', to: '2026-05-04T09:00:00Z' };

describeInBrowser('trackers and administration in the console', () => {
  let directory: string;
  let gateway: Gateway;
  let browser: Browser;
  let watched: Watched;
  let page: Page;
  let tracker: Tracker;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'milepost-e2e-fleet-'));
    gateway = await startGateway(join(directory, 'data'));
    tracker = await ask<Tracker>(gateway, '/api/trackers', { label: 'Van <i>1</i>', imei: IMEI });
    const played = await finished(program('replay', DRIVE, '--to', `127.0.0.1:${gateway.trackersPort}`));
    expect(played.stderr).toBe('');
    browser = await openBrowser();
    watched = await openPage(browser, gateway.httpUrl, DESKTOP);
    page = watched.page;
    await logIn(watched, { httpUrl: gateway.httpUrl, apiKey: API_KEY });
  });

  afterAll(async () => {
    await watched?.close();
    await browser?.close();
    await kill(gateway.process, 'SIGTERM');
    rmSync(directory, { recursive: true });
  });

  async function show(hash: string, heading: string | RegExp): Promise<void> {
    await page.goto(`${gateway.httpUrl}/${hash}`);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  }

  it('a device that waits appears by itself and is accepted with a click', async () => {
    await show('#/pending', 'Devices that wait');
    await page.getByRole('heading', { name: 'Nobody waits' }).waitFor();
    knock(gateway.trackersPort, STRANGER);
    await page.getByLabel('Label').fill('Van 2');
    await picture(page, 'fleet-pending');
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('link', { name: 'Van 2' }).waitFor();
    await page.getByRole('heading', { name: 'Nobody waits' }).waitFor();
    const { trackers } = await ask<{ trackers: readonly Tracker[] }>(gateway, '/api/trackers');
    expect(trackers.find(({ imei }) => imei === STRANGER)).toMatchObject({ label: 'Van 2' });
  });

  it('trackers are listed and found by what they are called', async () => {
    await show('#/trackers', 'Trackers');
    await page.getByText('2 trackers').waitFor();
    await page.getByLabel('Search').fill('van <i');
    await page.getByText('1 of 2 trackers').waitFor();
    await page.getByRole('link', { name: 'Van <i>1</i>' }).click();
    await page.getByRole('heading', { level: 1, name: 'Van <i>1</i>' }).waitFor();
  });

  it('a track is replayed with the keyboard, and says what it leaves out', async () => {
    await show(`#/trackers/${tracker.id}?${new URLSearchParams(DAY)}`, tracker.label);
    const slider = page.getByRole('slider', { name: /Time/ });
    await slider.focus();
    await page.keyboard.press('Home');
    expect(await slider.inputValue()).toBe('0');
    await page.getByRole('button', { name: 'Record after' }).click();
    await page.getByText(/^Record 2 of/).waitFor();
    await slider.focus();
    await page.keyboard.press('Space');
    await until('the slider moves', async () => Number(await slider.inputValue()) > 60);
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    expect(await page.locator('path.track-line[d^="M"]').count()).toBeGreaterThan(1);
    await page.getByText(/positions over [\d.]+ km/).waitFor();
    await picture(page, 'fleet-tracker');
  });

  it('a fix leads to its bytes, and a field of it to those that say it', async () => {
    const { fixes } = await ask<Fixes>(gateway, `/api/trackers/${tracker.id}/fixes?limit=5`);
    const { time } = fixes[2]!;
    const { frames } = await ask<Frames>(gateway, `/api/trackers/${tracker.id}/frames?fix=${time}`);
    const frame = frames[0]!;
    await show(`#/trackers/${tracker.id}/frames?fix=${time}`, /Raw frames/);
    const bytes = page.locator('.hex-bytes');
    await bytes.first().waitFor();
    const shown = (await bytes.allTextContents()).join('').replaceAll(/\s/g, '');
    expect(shown).toBe(frame.hex);
    await page.getByText('stored', { exact: true }).first().waitFor();

    const field = frame.fields.findIndex(({ length }) => length === 4);
    const { name, offset, length } = frame.fields[field]!;
    await page
      .getByRole('button', { name: new RegExp(name) })
      .first()
      .focus();
    await until(
      'its bytes are marked',
      async () => (await marked()) === frame.hex.slice(offset * 2, (offset + length) * 2),
    );

    await page.getByRole('group', { name: /Bytes of the frame/ }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    const second = frame.fields[1]!;
    await until(
      'its bytes are marked',
      async () => (await marked()) === frame.hex.slice(second.offset * 2, (second.offset + second.length) * 2),
    );
    await page.locator('tr.fleet-marked', { hasText: second.name }).waitFor();
    await picture(page, 'fleet-frames');
  });

  async function marked(): Promise<string> {
    return (await page.locator('.hex-bytes .fleet-marked').allTextContents()).join('').replaceAll(/\s/g, '');
  }

  it('a command that may stop a vehicle is not sent by one click', async () => {
    await show(`#/trackers/${tracker.id}`, tracker.label);
    await page.getByLabel('New command').fill('RELAY,1#');
    await page.getByRole('button', { name: 'Send' }).click();
    const dialog = page.getByRole('dialog', { name: /^Send to/ });
    const send = dialog.getByRole('button', { name: 'Send' });
    expect(await send.isDisabled()).toBe(true);
    await dialog.getByLabel(/it is safe/).check();
    await send.click();
    await dialog.getByLabel(/even if the vehicle is moving/).check();
    await send.click();
    await page.getByText('waits until the device is connected').waitFor();
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByText('taken back before it was sent').waitFor();
  });

  it('a clock that seems wrong is repaired', async () => {
    const clockSuspicion = { ahead: '+03:00', frames: 20, since: '2026-05-04T08:00:00.000Z' };
    await page.route(`**/api/trackers/${tracker.id}`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), clockSuspicion } });
    });
    await show('#/trackers', 'Trackers');
    await show(`#/trackers/${tracker.id}`, tracker.label);
    await page.getByRole('heading', { name: 'Its clock seems wrong' }).waitFor();
    expect(await page.getByLabel("The device's clock").inputValue()).toBe('+03:00');
    await page.getByRole('button', { name: 'Repair' }).click();
    await page.getByText('+03:00', { exact: true }).waitFor();
    await page.unroute(`**/api/trackers/${tracker.id}`);
    const { fixes } = await ask<Fixes>(gateway, `/api/trackers/${tracker.id}/fixes?limit=1`);
    expect(fixes[0]?.time).toBe('2026-05-04T05:00:00.000Z');
    await ask(gateway, `/api/trackers/${tracker.id}/time_zone`, { timeZone: 'utc', restamp: true });
  });

  it('what its device says is taken down for a while', async () => {
    await show(`#/trackers/${tracker.id}`, tracker.label);
    await page.getByRole('button', { name: 'Capture' }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Capture' }).waitFor();
    expect((await ask<Tracker>(gateway, `/api/trackers/${tracker.id}`)).captureUntil).toBeNull();
  });

  it('a key is made, shown once, and revoked', async () => {
    await show('#/keys', 'Keys');
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('dispatch');
    await dialog.getByLabel(/tasks:read/).check();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'fleet-key-dialog');
    await dialog.getByRole('button', { name: 'Create key' }).click();
    const key = await dialog.getByLabel('Key', { exact: true }).inputValue();
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(await statusOf(key)).toBe(200);
    await dialog.getByRole('button', { name: 'Close' }).click();
    expect(await page.content()).not.toContain(key);
    await page.getByRole('button', { name: 'Revoke dispatch' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await until('the key opens nothing', async () => (await statusOf(key)) === 401);
  });

  async function statusOf(key: string): Promise<number> {
    return (await fetch(`${gateway.httpUrl}/api/tasks`, { headers: { authorization: `Bearer ${key}` } })).status;
  }

  it('a webhook is made, tested, and its failure shown', async () => {
    await show('#/webhooks', 'Webhooks');
    await page.getByRole('button', { name: 'New webhook' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Ledger');
    await dialog.getByLabel('Address').fill('https://127.0.0.1:9/hook');
    await dialog.getByRole('button', { name: 'Create' }).click();
    expect(await dialog.getByLabel(/Secret/).inputValue()).toMatch(/^whsec_/);
    await picture(page, 'fleet-webhook-secret');
    await dialog.getByRole('link', { name: /Go to Ledger/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Ledger' }).waitFor();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText(/The test was not taken/).waitFor();
    const [row] = await page.getByRole('row', { name: /milepost\.test/ }).allTextContents();
    expect(row).toMatch(/^\d\d:\d\d:\d\dmilepost\.test.*private.*\d ms$/);
    await picture(page, 'fleet-webhook');
  });

  it('who did what is told, with what it was before', async () => {
    await show(`#/trackers/${tracker.id}`, tracker.label);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog').getByLabel('Label').fill('Van one');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'Van one' }).waitFor();
    await show('#/audit', 'Audit trail');
    await until('the change is in the trail', async () => {
      await page.getByRole('button', { name: 'Look again' }).click();
      return (await page.getByRole('link', { name: `tracker ${tracker.id}` }).count()) > 0;
    });
    await picture(page, 'fleet-audit');
  });

  it('keeps nobody out, at a desk and on a phone', async () => {
    const { webhooks } = await ask<{ webhooks: readonly Webhook[] }>(gateway, '/api/webhooks');
    const pages: readonly [string, string | RegExp][] = [
      ['#/trackers', 'Trackers'],
      [`#/trackers/${tracker.id}?${new URLSearchParams(DAY)}`, /Van/],
      [`#/trackers/${tracker.id}/frames`, /Raw frames/],
      ['#/pending', 'Devices that wait'],
      ['#/webhooks', 'Webhooks'],
      [`#/webhooks/${webhooks[0]?.uuid}`, 'Ledger'],
      ['#/keys', 'Keys'],
      ['#/audit', 'Audit trail'],
      ['#/alerts', 'Alerts'],
    ];
    for (const size of [DESKTOP, PHONE]) {
      await page.setViewportSize(size);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const [hash, heading] of pages) {
          await show(hash, heading);
          await page.locator('.notice-loading').first().waitFor({ state: 'detached' });
          const name = `fleet ${pages.findIndex(([one]) => one === hash)} ${heading} ${size.width} ${colorScheme}`;
          await picture(page, name.replaceAll(/[^a-z0-9]+/gi, '-'));
          expect({ name, barriers: await barriers(page), overflowPx: await overflowPx(page) }).toEqual({
            name,
            barriers: [],
            overflowPx: 0,
          });
        }
      }
    }
    // The browser notes what the gateway refuses, too: nobody is logged in at first, and a cut-off command is refused once.
    expect(watched.faults().filter((fault) => !/status of (401|409)/.test(fault))).toEqual([]);
  });
});

/** A Teltonika device says who it is, and no more. */
function knock(port: number, imei: string): void {
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(Buffer.concat([Buffer.from([0, imei.length]), Buffer.from(imei, 'latin1')]));
  });
  socket.on('data', () => socket.end());
  socket.on('error', () => socket.destroy());
}
