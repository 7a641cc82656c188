/** The public page of one task: a map without tiles, nothing from elsewhere, everything escaped. */
import { createHash } from 'node:crypto';
import { MAP_SCRIPT } from './map-script.ts';
import type { PublicState } from './state.ts';

const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1b1f24; --dim: #5b6570; --line: #8886; --mark: #0b62d6; --goal: #b3261e; --map: #f2f4f6; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #15181c; --ink: #e8eaed; --dim: #a3adb8; --mark: #6fb1ff; --goal: #ff8a80; --map: #1f242a; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 40rem; margin: 0 auto; padding: 1rem 1rem 2rem; }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; line-height: 1.2; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .9rem; margin: 0 0 1rem; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
p { margin: .5rem 0; }
.dim { color: var(--dim); font-size: .9rem; }
svg { display: block; width: 100%; height: auto; background: var(--map); border: 1px solid var(--line); border-radius: 8px; }
.grid { stroke: var(--line); stroke-width: 1; fill: none; }
/* Sizes are of a map of 600: on a phone it is little more than half as wide. */
.label { fill: var(--dim); font: 17px system-ui, sans-serif; }
.zone { fill: var(--goal); fill-opacity: .15; stroke: var(--goal); stroke-width: 2; }
.goal { fill: var(--goal); stroke: var(--map); stroke-width: 2; }
.trail { fill: none; stroke: var(--mark); stroke-width: 5; stroke-linejoin: round; stroke-linecap: round; stroke-opacity: .7; }
.here { fill: var(--mark); stroke: var(--map); stroke-width: 3; }
.scale { stroke: var(--ink); stroke-width: 2; fill: none; }
.scale-label { fill: var(--ink); font: 18px system-ui, sans-serif; }
[hidden] { display: none; }
`;

const CONTENT_SECURITY_POLICY = [
  `default-src 'none'`,
  `style-src '${hashOf(STYLE)}'`,
  `script-src '${hashOf(MAP_SCRIPT)}'`,
  `connect-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
};

export const MAP_WIDTH = 600;
export const MAP_HEIGHT = 600;

export function trackingPage(state: PublicState): string {
  const { title, address, driver, eta, arrivedAt, finishedAt, mapText } = state;
  return page(
    title,
    [
      `<h1 id="title" aria-live="polite">${escaped(title)}</h1>`,
      '<dl>',
      row('address', 'Destination', address === '' ? null : escaped(address)),
      row('driver', 'Driver', driver === null ? null : escaped(driver)),
      row('eta', 'Expected', timeHtml(eta), ' <span class="dim">(estimate)</span>'),
      row('arrivedAt', 'Arrived', timeHtml(arrivedAt)),
      row('finishedAt', 'Finished', timeHtml(finishedAt)),
      '</dl>',
      `<svg id="map" viewBox="0 0 ${MAP_WIDTH} ${MAP_HEIGHT}" role="img" aria-labelledby="map-text"></svg>`,
      `<p id="map-text">${escaped(mapText)}</p>`,
      '<p class="dim" id="seen" hidden>Position of <time></time></p>',
      '<p class="dim" id="trouble" role="status" hidden>No connection: what is shown may be old.</p>',
      '<noscript><p class="dim">The map needs JavaScript. Load the page again for news.</p></noscript>',
      // No script: what it holds is not run, and cannot end early.
      `<script type="application/json" id="state">${JSON.stringify(state).replaceAll('<', '\\u003c')}</script>`,
      `<script>${MAP_SCRIPT}</script>`,
    ].join('\n'),
  );
}

export function missingPage(): string {
  return page(
    'Not found',
    '<h1>Not found</h1>\n<p>There is nothing to follow under this address, or not any more.</p>',
  );
}

function page(title: string, body: string): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<title>${escaped(title)}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="robots" content="noindex, nofollow">',
    `<style>${STYLE}</style></head>`,
    `<body><main>\n${body}\n</main></body></html>`,
  ].join('\n');
}

/** A row that has nothing to say is there all the same, hidden: it may have later. */
function row(id: string, name: string, html: string | null, after = ''): string {
  const hidden = html === null ? ' hidden' : '';
  return `<dt${hidden} data-of="${id}">${name}</dt><dd${hidden} data-of="${id}"><span id="${id}">${html ?? ''}</span>${after}</dd>`;
}

/** In UTC until the script words it as its reader is used to. */
function timeHtml(iso: string | null): string | null {
  return iso === null ? null : `<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
