/** `npm run pictures`: the pictures of README and docs, taken from the demo's seed, so that they show what is. */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { History, Task, TaskPage } from '../../src/console/wire.ts';
import { pause } from '../whole/program.ts';
import { animated, type Shot } from './animation.ts';
import { DESKTOP, type Demo, logIn, openBrowser, openPage, PHONE, type Size, startDemo } from './kit.ts';

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));
const SEED = '1';
/** Until tasks of every outcome are on the map. */
const SETTLED_MS = 25_000;
const FRAMES = 45;
const FRAME_MS = 220;
const ANIMATION: Size = { width: 960, height: 600 };

const demo = await startDemo('--seed', SEED);
const browser = await openBrowser();
try {
  const page = await loggedIn(browser, demo, DESKTOP);
  await pause(SETTLED_MS);
  await save(page, 'console-map');
  writeFileSync(join(DOCS, 'demo.gif'), animated(await recorded(page)));
  await page.setViewportSize(DESKTOP);
  const { task, witness } = await provenTask(demo);
  await show(page, demo, `#/tasks/${task.id}`, task.label);
  await save(page, 'console-task');
  await show(page, demo, `#/trackers/${task.trackerId}/frames?fix=${encodeURIComponent(witness)}`, 'Latitude');
  await save(page, 'console-frames');
  await save(await loggedIn(browser, demo, PHONE), 'console-phone');
  tell('demo.gif');
} finally {
  await browser.close();
  await demo.stop();
}

async function loggedIn(inBrowser: Browser, at: Demo, size: Size): Promise<Page> {
  const watched = await openPage(inBrowser, at.httpUrl, size);
  await logIn(watched, at);
  await pause(3000);
  return watched.page;
}

async function show(page: Page, { httpUrl }: Demo, hash: string, words: string): Promise<void> {
  await page.goto(`${httpUrl}/${hash}`);
  await page.getByText(words).first().waitFor();
  await pause(1500);
}

async function recorded(page: Page): Promise<Shot[]> {
  await page.setViewportSize(ANIMATION);
  await pause(1000);
  const shots: Shot[] = [];
  for (let i = 0; i < FRAMES; i++) {
    const atMs = performance.now();
    shots.push({ png: await page.screenshot(), atMs });
    await pause(Math.max(0, FRAME_MS - (performance.now() - atMs)));
  }
  return shots;
}

/** One that is done, with the time of the fix that proved it. */
async function provenTask({ ask }: Demo): Promise<{ task: Task; witness: string }> {
  const { tasks } = await ask<TaskPage>('/api/tasks?status=done&limit=50');
  for (const task of tasks) {
    const { events } = await ask<History>(`/api/tasks/${task.id}/history`);
    const arrival = events.find(({ toStatus, witness }) => toStatus === 'arrived' && witness !== null);
    if (arrival?.witness) return { task, witness: arrival.witness.time };
  }
  throw new Error('no task is done yet');
}

async function save(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(DOCS, `${name}.png`) });
  tell(`${name}.png`);
}

function tell(name: string): void {
  process.stdout.write(`docs/${name}  ${Math.round(statSync(join(DOCS, name)).size / 1024)} KB\n`);
}
