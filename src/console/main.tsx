/** The console in the browser: begins here. Who has a session sees the pages, who has none the door. */
import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import { ApiError, get, send, shownError } from './api.ts';
import { Frame } from './frame.tsx';
import { Follower } from './live.ts';
import { Login } from './login.tsx';
import { Failure, Loading } from './parts/notice.tsx';
import { takeToken } from './route.ts';
import { beginSession, may, session } from './session.ts';
import './style.css';
import { showTheme } from './theme.ts';
import type { Session } from './wire.ts';

/** Until the gateway has said who one is: why not yet. */
const beginning = signal<'asking' | 'known' | ApiError>('asking');
/** Why the door is shut to the link that one came by. */
const refusal = signal<ApiError | null>(null);

async function begin(): Promise<void> {
  beginning.value = 'asking';
  const token = takeToken();
  try {
    const opened = token === null ? null : await openByToken(token);
    beginSession(opened ?? (await get<Session>('/api/session')));
    beginning.value = 'known';
  } catch (error) {
    const shown = shownError(error);
    beginning.value = shown.status === 401 ? 'known' : shown;
  }
}

/** null = the token opens nothing any more; whoever has a session all the same needs none. */
async function openByToken(token: string): Promise<Session | null> {
  try {
    return await send<Session>('POST', '/api/session', { token });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    refusal.value = error;
    return null;
  }
}

function Console() {
  if (beginning.value === 'asking') return <Loading />;
  if (beginning.value !== 'known') {
    return (
      <main class="login">
        <h1 class="brand">Milepost</h1>
        <Failure error={beginning.value} onRetry={() => void begin()} />
      </main>
    );
  }
  return session.value === null ? <Login reason={refusal.value} /> : <Frame />;
}

/** Once for each time that somebody logs in who may see what happens. */
function followWhileIn(): void {
  let follower: Follower | null = null;
  let followerOf: string | null = null;
  effect(() => {
    const name = session.value !== null && may('tasks:read') ? session.value.keyName : null;
    if (session.value !== null) refusal.value = null;
    if (name === followerOf) return;
    followerOf = name;
    follower?.stop();
    follower = name === null ? null : new Follower();
    follower?.start();
  });
}

showTheme();
followWhileIn();
const root = document.getElementById('root');
if (root !== null) render(<Console />, root);
void begin();
// A link to log in once, opened where the console is already.
addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) void begin();
});
