/** Text for the clipboard. Pages that came without TLS have no clipboard: then the text is selected for the keyboard. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Button } from './form.tsx';

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): JSX.Element {
  const [said, setSaid] = useState('');
  async function copy(): Promise<void> {
    setSaid((await toClipboard(text)) ? 'copied' : 'not possible here: select the text and copy it');
  }
  return (
    <span class="fleet-copy">
      <Button kind="plain" onClick={() => void copy()}>
        {label}
      </Button>
      <span role="status">{said}</span>
    </span>
  );
}

/** A secret that is shown this once. */
export function OneTimeSecret({ label, secret }: { readonly label: string; readonly secret: string }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState('');
  async function copy(): Promise<void> {
    const isCopied = await toClipboard(secret);
    if (!isCopied) field.current?.select();
    setSaid(isCopied ? 'copied' : 'selected: copy it with Ctrl+C');
  }
  return (
    <div class="fleet-secret">
      <label>
        {label}
        <input ref={field} value={secret} readOnly size={40} onFocus={(event) => event.currentTarget.select()} />
      </label>
      <Button kind="primary" onClick={() => void copy()}>
        Copy
      </Button>
      <p role="status">{said}</p>
      <p>It is shown only now. Nobody can read it again, the gateway included: keep it in a safe place.</p>
    </div>
  );
}

async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Absent without TLS, or refused by its user.
    return false;
  }
}
