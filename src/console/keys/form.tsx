/** A new key: its name, what it may, until when. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../api.ts';
import { clockNow } from '../live.ts';
import { faultOf, useAction } from '../parts/action.ts';
import { Button, SelectField, TextField } from '../parts/form.tsx';
import { Failure } from '../parts/notice.tsx';
import type { Key } from '../wire.ts';
import { endOf, LIFETIMES, scopeText } from './scopes.ts';

interface Props {
  readonly scopes: readonly string[];
  readonly onCreated: (key: Key) => void;
}

const LIFETIME_USUAL = '90';

export function KeyForm({ scopes, onCreated }: Props): JSX.Element {
  const [name, setName] = useState('');
  const [days, setDays] = useState(LIFETIME_USUAL);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { isBusy, error, run } = useAction();
  function create(event: Event): void {
    event.preventDefault();
    run(async () => {
      const expiresAt = endOf(days, clockNow());
      const wish = { name, scopes: [...chosen], ...(expiresAt !== null && { expiresAt }) };
      onCreated(await send<Key>('POST', '/api/keys', wish));
    });
  }
  return (
    <form class="fleet-stack" onSubmit={create}>
      <TextField
        label="Name"
        name="name"
        value={name}
        onInput={setName}
        hint="who or what uses it"
        fault={faultOf(error, 'name')}
        isRequired
      />
      <Scopes scopes={scopes} chosen={chosen} onChoose={setChosen} />
      <SelectField label="Valid for" name="days" value={days} options={LIFETIMES} onInput={setDays} />
      <Failure error={error} />
      <Button kind="primary" type="submit" isDisabled={isBusy || chosen.size === 0 || name.trim() === ''}>
        Create key
      </Button>
    </form>
  );
}

interface ScopesProps {
  readonly scopes: readonly string[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (scopes: ReadonlySet<string>) => void;
}

function Scopes({ scopes, chosen, onChoose }: ScopesProps): JSX.Element {
  function toggle(scope: string): void {
    const next = new Set(chosen);
    if (!next.delete(scope)) next.add(scope);
    onChoose(next);
  }
  return (
    <fieldset class="fleet-choices">
      <legend>It may</legend>
      {['*', ...scopes.filter((scope) => scope !== '*')].map((scope) => (
        <label key={scope} class="fleet-check">
          <input type="checkbox" checked={chosen.has(scope)} onChange={() => toggle(scope)} />
          <span>
            {scopeText(scope)} <code class="dim">{scope}</code>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
