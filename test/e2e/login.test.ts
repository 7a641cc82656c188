/** In and out of the console, in a real browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY, LoginKit, MISSING } from './login-kit.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const NAME = MISSING === null ? 'the console' : `the console (skipped: ${MISSING})`;

describe.skipIf(MISSING !== null)(NAME, () => {
  let kit: LoginKit;

  beforeAll(async () => {
    kit = await LoginKit.start();
  }, 60_000);
  afterAll(() => kit?.stop());

  async function logIn(page: Page, key = KEY): Promise<void> {
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Log in' }).click();
  }

  const map = (page: Page) => page.getByRole('region', { name: /^Map of the fleet/ });

  it('lets in who has a key, and shows the map', async () => {
    const { page, complaints } = await kit.visit('/');
    await logIn(page);
    await map(page).waitFor();
    expect(await page.title()).toBe('Map · Milepost');
    const cookies = await page.context().cookies();
    expect(cookies).toMatchObject([{ name: 'milepost_session', httpOnly: true, sameSite: 'Strict', path: '/' }]);
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(complaints).toEqual([]);
    await page.reload();
    await map(page).waitFor();
  });

  it('tells who has a wrong key that it is wrong, and keeps the door shut', async () => {
    const { page, complaints } = await kit.visit('/');
    await logIn(page, 'f'.repeat(32));
    await page.getByRole('alert').getByText('The key is unknown, revoked or expired.').waitFor();
    expect(await map(page).count()).toBe(0);
    await logIn(page);
    await map(page).waitFor();
    expect(complaints).toEqual([]);
  });

  it('takes a link once, and takes it out of the address', async () => {
    const token = kit.served.operations.issueLoginToken();
    const first = await kit.visit(`/#token=${token}`);
    await map(first.page).waitFor();
    expect(first.page.url()).toBe(`${kit.served.httpUrl}/#/`);
    expect(first.complaints).toEqual([]);
    const second = await kit.visit(`/#token=${token}`);
    await second.page.getByRole('alert').getByText('The link was used').waitFor();
    expect(second.page.url()).not.toContain(token);
  });

  it('takes a link where the console is open already', async () => {
    const { page } = await kit.visit('/');
    await page.getByLabel('API key').waitFor();
    const token = kit.served.operations.issueLoginToken();
    await page.goto(`${kit.served.httpUrl}/#token=${token}`);
    await map(page).waitFor();
    expect(page.url()).toBe(`${kit.served.httpUrl}/#/`);
  });

  it('lets out, and shows nothing any more to who goes back', async () => {
    const { page, complaints } = await kit.visit('/#/tasks');
    await logIn(page);
    await page.getByRole('button', { name: 'Log out' }).first().click();
    await page.getByLabel('API key').waitFor();
    await page.reload();
    await page.getByLabel('API key').waitFor();
    expect(await page.context().cookies()).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('asks again for a key when that was revoked meanwhile', async () => {
    const made = kit.served.operations.createKey('guest', ['*'], null);
    if (made.kind !== 'created') throw new Error(made.kind);
    const { page } = await kit.visit('/');
    await logIn(page, made.key);
    await map(page).waitFor();
    kit.served.operations.revokeKey(made.key);
    await page.reload();
    await page.getByLabel('API key').waitFor();
  });

  it('can be gone through by keyboard: past the links, and to the map', async () => {
    const { page } = await kit.visit('/');
    await logIn(page);
    await map(page).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(`document.activeElement.closest('.map-pane') !== null`)).toBe(true);
  });

  it.each([
    ['light', 'light'],
    ['dark', 'dark'],
  ] as const)('is %s where the system is', async (colorScheme, expected) => {
    const { page } = await kit.visit('/', { colorScheme });
    await logIn(page);
    await map(page).waitFor();
    const ground = await page.evaluate<string>(`getComputedStyle(document.body).backgroundColor`);
    const [red = 0] = (/\d+/.exec(ground) ?? []).map(Number);
    expect(red < 128 ? 'dark' : 'light').toBe(expected);
  });

  it('becomes dark when it is told to, and stays so', async () => {
    const { page } = await kit.visit('/', { colorScheme: 'light' });
    await logIn(page);
    const button = page.getByRole('button', { name: /^Colours/ }).first();
    await button.click();
    await button.click();
    await page.reload();
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
  });

  it.each(['/', '/#/tasks', '/#/nothing'])('fits a phone: %s does not scroll sideways', async (path) => {
    const { page, complaints } = await kit.visit(path, PHONE);
    const overhang = () => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(await overhang()).toBeLessThanOrEqual(0);
    await logIn(page);
    await page.getByRole('navigation', { name: 'Pages, short' }).waitFor();
    expect(await overhang()).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('link', { name: 'Keys' }).waitFor();
    expect(await overhang()).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  });

  it('leads elsewhere from an address that is none', async () => {
    const { page } = await kit.visit('/#/nothing');
    await logIn(page);
    await page.getByRole('heading', { name: 'Not found' }).waitFor();
    await page.getByRole('link', { name: 'To the map' }).click();
    await map(page).waitFor();
  });

  function focused(page: Page): Promise<string> {
    return page.evaluate<string>('document.activeElement.textContent');
  }
});
