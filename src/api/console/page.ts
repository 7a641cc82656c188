/** The one page of the console, and what it may load: nothing from elsewhere but map tiles, where the owner named a server. */
import type { ConsoleBuild } from './assets.ts';

export function consolePage({ script, style, preloads }: ConsoleBuild): string {
  return page([
    ...(style === null ? [] : [`<link rel="stylesheet" href="/console/${style}">`]),
    ...preloads.map((name) => `<link rel="modulepreload" href="/console/${name}">`),
    `<script type="module" src="/console/${script}"></script>`,
    '</head><body><div id="root"></div>',
    '<noscript><p>The console needs JavaScript. <a href="/docs">The API</a> does not.</p></noscript>',
  ]);
}

/** For who runs the sources as they are. */
export function unbuiltPage(): string {
  return page([
    '</head><body><h1>The console is not built</h1>',
    '<p>Everything else runs. Build it with <code>npm run build:console</code>, and start the gateway again.</p>',
    '<p><a href="/docs">The API</a></p>',
  ]);
}

function page(rest: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<title>Milepost</title>',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="robots" content="noindex, nofollow">',
    `<link rel="icon" href="${ICON}">`,
    ...rest,
    '</body></html>',
    '',
  ].join('\n');
}

/** A milestone, drawn here so that no file is asked for. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M7 29V14a9 9 0 0 1 18 0v15z" fill="#2f7de1"/><circle cx="16" cy="14" r="4" fill="#fff"/></svg>',
)}`;

/** `tileUrl`: of the setting, which has been read as an address; null = none. */
export function pageHeaders(tileUrl: string | null): Readonly<Record<string, string>> {
  const tiles = tileUrl === null ? '' : ` ${originOf(tileUrl)}`;
  return {
    ...ASSET_HEADERS,
    'content-security-policy': [
      `default-src 'none'`,
      `script-src 'self'`,
      `style-src 'self'`,
      `img-src 'self' data:${tiles}`,
      `connect-src 'self'`,
      `base-uri 'none'`,
      `form-action 'none'`,
      `frame-ancestors 'none'`,
    ].join('; '),
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  };
}

export const ASSET_HEADERS: Readonly<Record<string, string>> = {
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/** `{s}` stands for one of some hosts. */
function originOf(tileUrl: string): string {
  const [origin = ''] = /^https?:\/\/[^/]+/.exec(tileUrl) ?? [];
  return origin.replace('{s}', '*');
}
