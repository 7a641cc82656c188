/** The watch over pages sees what it is there for: each misdeed is done once, by a page of the test's own. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../whole/program.ts';
import { barriers, describeInBrowser, openBrowser, openPage, overflowPx, PHONE } from './kit.ts';

const POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline'; connect-src *; img-src 'self'";

const PAGES: Readonly<Record<string, string>> = {
  '/good': '<h1>Good</h1>',
  '/complains': '<h1>C</h1><script>console.error("it hurts")</script>',
  '/throws': '<h1>T</h1><script>setTimeout(() => { throw new Error("it fell") })</script>',
  '/violates': '<h1>V</h1><style>h1 { color: red }</style>',
  '/asks': '<h1>A</h1><script>fetch("http://127.0.0.1:9/elsewhere").catch(() => {})</script>',
  '/unlabelled': '<h1>U</h1><img src="/picture">',
  '/wide': '<h1>W</h1><pre>a_word_that_is_as_long_as_no_word_ever_should_be_on_the_screen_of_a_small_telephone</pre>',
};

describeInBrowser('the watch over a page', () => {
  let browser: Browser;
  let server: Server;
  let origin = '';

  beforeAll(async () => {
    browser = await openBrowser();
    server = createServer((request, response) => {
      const body = PAGES[request.url ?? ''];
      const type = body === undefined ? 'image/svg+xml' : 'text/html';
      response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY });
      response.end(
        body === undefined
          ? '<svg xmlns="http://www.w3.org/2000/svg"/>'
          : `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>T</title>${body}`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it('is content with one that does nothing wrong', async () => {
    const { page, faults, carriedBytes, close } = await openPage(browser, origin, PHONE);
    await page.goto(`${origin}/good`);
    expect([await barriers(page), await overflowPx(page)]).toEqual([[], 0]);
    expect(faults()).toEqual([]);
    expect(carriedBytes()).toBeGreaterThan(100);
    await close();
  });

  it.each([
    ['/complains', /console: it hurts/],
    ['/throws', /thrown: it fell/],
    ['/violates', /policy: style-src/],
    ['/asks', /asked http:\/\/127\.0\.0\.1:9\/elsewhere/],
  ])('notes what %s does', async (path, fault) => {
    const { page, faults, close } = await openPage(browser, origin);
    await page.goto(origin + path);
    await until('it is noted', () => faults().some((each) => fault.test(each)));
    await close();
  });

  it('finds what keeps people out, and what sticks out', async () => {
    const { page, close } = await openPage(browser, origin, PHONE);
    await page.goto(`${origin}/unlabelled`);
    expect(await barriers(page)).toEqual([expect.stringMatching(/^image-alt: .* at img/)]);
    await page.goto(`${origin}/wide`);
    expect(await overflowPx(page)).toBeGreaterThan(50);
    await close();
  });
});
