/** Name, address and topics of a webhook. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send, useLoad } from '../api.ts';
import { faultOf, useAction } from '../parts/action.ts';
import { Button, TextField } from '../parts/form.tsx';
import { Failure } from '../parts/notice.tsx';
import type { Webhook } from '../wire.ts';
import { choicesOf } from './topics.ts';

interface Props {
  /** null = a new one. */
  readonly webhook: Webhook | null;
  readonly onSaved: (webhook: Webhook) => void;
}

export function WebhookForm({ webhook, onSaved }: Props): JSX.Element {
  const [name, setName] = useState(webhook?.name ?? '');
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [topics, setTopics] = useState<ReadonlySet<string>>(new Set(webhook?.topics ?? []));
  const { isBusy, error, run } = useAction();
  function save(event: Event): void {
    event.preventDefault();
    run(async () => {
      const wish = { name, url, topics: [...topics] };
      const [method, path] = webhook === null ? ['POST' as const, ''] : ['PATCH' as const, `/${webhook.uuid}`];
      onSaved(await send<Webhook>(method, `/api/webhooks${path}`, wish));
    });
  }
  return (
    <form class="fleet-stack" onSubmit={save}>
      <TextField label="Name" name="name" value={name} onInput={setName} fault={faultOf(error, 'name')} isRequired />
      <TextField
        label="Address"
        name="url"
        value={url}
        onInput={setUrl}
        hint="https://... ; private addresses only where the settings allow them"
        fault={faultOf(error, 'url')}
        isRequired
      />
      <Topics chosen={topics} onChoose={setTopics} />
      <Failure error={error} />
      <Button kind="primary" type="submit" isDisabled={isBusy}>
        {webhook === null ? 'Create' : 'Save'}
      </Button>
    </form>
  );
}

interface TopicsProps {
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (topics: ReadonlySet<string>) => void;
}

function Topics({ chosen, onChoose }: TopicsProps): JSX.Element {
  const { data } = useLoad<{ types: readonly string[] }>('/api/webhooks');
  function toggle(topic: string): void {
    const next = new Set(chosen);
    if (!next.delete(topic)) next.add(topic);
    onChoose(next);
  }
  return (
    <fieldset class="fleet-choices">
      <legend>
        Told of {chosen.size === 0 ? 'everything' : `${chosen.size} kinds of events`}; none marked = everything
      </legend>
      {choicesOf(data?.types ?? [], [...chosen]).map((topic) => (
        <label key={topic} class="fleet-check">
          <input type="checkbox" checked={chosen.has(topic)} onChange={() => toggle(topic)} />
          {topic}
        </label>
      ))}
    </fieldset>
  );
}
