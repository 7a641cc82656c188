/** Around every page: the ways to the others, whether the gateway is heard, who one is. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Announcer } from './announcer.tsx';
import { send } from './api.ts';
import { endSession, may, session, streamState } from './live.ts';
import { LINKS, type Link, ROUTES } from './pages.tsx';
import { Empty } from './parts/notice.tsx';
import { Page } from './parts/page.tsx';
import { address } from './route.ts';
import { matchRoute } from './route-match.ts';
import { nextTheme, theme } from './theme.ts';

/** What a thumb reaches at once on a phone; the others are behind More. */
const FIRST_LINKS = 4;

export function Frame() {
  const main = useRef<HTMLElement>(null);
  const match = matchRoute(address.value, ROUTES);
  const path = address.value.replace(/^#/, '').split('?', 1)[0] || '/';
  useFocusOnChange(main, path);
  const Shown = match?.route.page;
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <TopBar path={path} />
      <main ref={main} id="main" tabIndex={-1}>
        {match !== null && Shown !== undefined ? (
          <Shown key={path} params={match.params} query={match.query} />
        ) : (
          <Page title="Not found">
            <Empty>
              There is no page at this address. <a href="#/">To the map</a>
            </Empty>
          </Page>
        )}
      </main>
      <BottomBar path={path} />
      <Announcer />
    </>
  );
}

/** A new page is begun to be read at its beginning; the first one is not taken the focus from. */
function useFocusOnChange(main: { readonly current: HTMLElement | null }, path: string): void {
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [path, main]);
}

function TopBar({ path }: { readonly path: string }) {
  return (
    <header class="top">
      <a class="brand" href="#/">
        Milepost
      </a>
      <nav class="top-links" aria-label="Pages">
        <Links links={linksHere()} path={path} />
      </nav>
      <div class="top-end">
        {may('tasks:read') && <StreamState />}
        <Person />
      </div>
    </header>
  );
}

function BottomBar({ path }: { readonly path: string }) {
  const [isOpen, setOpen] = useState(false);
  // Whoever went somewhere is done with the menu.
  useEffect(() => {
    if (path !== '') setOpen(false);
  }, [path]);
  const links = linksHere();
  const others = links.slice(FIRST_LINKS);
  return (
    <nav class="bottom" aria-label="Pages, short">
      {isOpen && (
        <div class="bottom-more" id="more">
          <Links links={others} path={path} />
          <Person />
        </div>
      )}
      <Links links={links.slice(0, FIRST_LINKS)} path={path} />
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls="more"
        class={others.some((link) => isWithin(path, link)) ? 'is-here' : ''}
        onClick={() => setOpen(!isOpen)}
      >
        More
      </button>
    </nav>
  );
}

function linksHere(): Link[] {
  return LINKS.filter(({ scope }) => may(scope));
}

function Links({ links, path }: { readonly links: readonly Link[]; readonly path: string }) {
  return (
    <>
      {links.map((link) => (
        <a key={link.path} href={`#${link.path}`} {...(isWithin(path, link) && { 'aria-current': 'page' })}>
          {link.label}
        </a>
      ))}
    </>
  );
}

function isWithin(path: string, link: Link): boolean {
  return path === link.path || (link.path !== '/' && path.startsWith(`${link.path}/`));
}

const STREAM_WORDS = { connecting: 'connecting…', open: 'live', lost: 'no connection, trying again' } as const;

function StreamState() {
  const factor = session.value?.clockFactor ?? 1;
  return (
    <span class={`stream stream-${streamState.value}`} role="status">
      {STREAM_WORDS[streamState.value]}
      {factor !== 1 && ` ×${factor}`}
    </span>
  );
}

const THEME_WORDS = { system: 'as the system', light: 'light', dark: 'dark' } as const;
const THEME_SIGNS = { system: '◐', light: '☀', dark: '☾' } as const;

function Person() {
  const words = `Colours: ${THEME_WORDS[theme.value]}. Change`;
  return (
    <div class="person">
      <button type="button" class="button button-plain" aria-label={words} title={words} onClick={nextTheme}>
        <span aria-hidden="true">{THEME_SIGNS[theme.value]}</span>
      </button>
      <span class="person-name" title="The key you are logged in with">
        {session.value?.keyName}
      </span>
      <button type="button" class="button button-plain" onClick={() => void logOut()}>
        Log out
      </button>
    </div>
  );
}

async function logOut(): Promise<void> {
  try {
    await send('DELETE', '/api/session');
  } finally {
    endSession();
  }
}
