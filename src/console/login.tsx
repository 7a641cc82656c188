/** The door: a key for a session. */
import { useState } from 'preact/hooks';
import { type ApiError, send, shownError } from './api.ts';
import { Button, TextField } from './parts/form.tsx';
import { Failure } from './parts/notice.tsx';
import { useTitle } from './parts/page.tsx';
import { beginSession } from './session.ts';
import type { Session } from './wire.ts';

export interface LoginProps {
  /** Why one is here. */
  readonly reason: ApiError | null;
}

export function Login({ reason }: LoginProps) {
  const [key, setKey] = useState('');
  const [error, setError] = useState<ApiError | null>(reason);
  const [isBusy, setBusy] = useState(false);
  useTitle('Log in');
  async function logIn(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      beginSession(await send<Session>('POST', '/api/session', { key: key.trim() }));
    } catch (fault) {
      setError(shownError(fault));
      setBusy(false);
    }
  }
  return (
    <main class="login">
      <h1>
        <span class="brand">Milepost</span>
      </h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void logIn();
        }}
      >
        <TextField
          label="API key"
          name="key"
          type="password"
          autocomplete="current-password"
          value={key}
          onInput={setKey}
          isRequired
          maxLength={200}
          hint="32 hex digits. Make one with: milepost keys create NAME"
        />
        <Failure error={error} />
        <Button kind="primary" type="submit" isDisabled={isBusy || key.trim() === ''}>
          Log in
        </Button>
      </form>
    </main>
  );
}
