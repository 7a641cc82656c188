/** Who changed what, newest first, with what it was before. */
import './audit.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { get, useLoad } from '../api.ts';
import { useAction } from '../parts/action.ts';
import { Button } from '../parts/form.tsx';
import { Empty, Failure, Loading } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { When } from '../parts/time.tsx';
import type { AuditEntry } from '../wire.ts';
import { DIFFERENCES_MAX, type Difference, differencesOf } from './diff.ts';
import { subjectHref } from './subject.ts';

interface AuditPart {
  readonly entries: readonly AuditEntry[];
  readonly hasMore: boolean;
}

const PATH = '/api/audit?limit=100';

export function AuditPage(): JSX.Element {
  const { data, error, reload } = useLoad<AuditPart>(PATH);
  const [older, setOlder] = useState<AuditPart | null>(null);
  const { isBusy, error: olderError, run } = useAction();
  const entries = [...(data?.entries ?? []), ...(older?.entries ?? [])];
  const oldest = entries.at(-1);
  const hasMore = (older ?? data)?.hasMore === true;
  function more(): void {
    run(async () => {
      const next = await get<AuditPart>(`${PATH}&before=${oldest?.id ?? 0}`);
      setOlder({ entries: [...(older?.entries ?? []), ...next.entries], hasMore: next.hasMore });
    });
  }
  function again(): void {
    setOlder(null);
    reload();
  }
  const actions = (
    <Button kind="plain" onClick={again}>
      Look again
    </Button>
  );
  return (
    <Page title="Audit trail" actions={actions}>
      <Failure error={error} onRetry={reload} />
      {data === null && error === null && <Loading />}
      {data !== null && entries.length === 0 && <Empty>Nobody has changed anything yet.</Empty>}
      <ol class="fleet-audit">
        {entries.map((entry) => (
          <li key={entry.id} class="fleet-card">
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
      <Failure error={olderError} />
      {hasMore && (
        <Button kind="plain" isDisabled={isBusy} onClick={more}>
          Older entries
        </Button>
      )}
    </Page>
  );
}

function Entry({ entry }: { readonly entry: AuditEntry }): JSX.Element {
  const differences = differencesOf(entry.before, entry.after);
  const href = subjectHref(entry.subject);
  return (
    <>
      <p>
        <When at={entry.at} /> <strong>{entry.action}</strong>{' '}
        {href === null ? entry.subject : <a href={href}>{entry.subject}</a>}{' '}
        <span class="dim">
          {entry.keyName === null ? 'by nobody who is known' : `by the key ${entry.keyName}`}
          {entry.address !== null && `, from ${entry.address}`}
        </span>
      </p>
      {differences.length > 0 && <Differences differences={differences} />}
    </>
  );
}

function Differences({ differences }: { readonly differences: readonly Difference[] }): JSX.Element {
  return (
    <details>
      <summary>{`What changed (${differences.length}${differences.length === DIFFERENCES_MAX ? ' or more' : ''})`}</summary>
      <dl class="fleet-diff">
        {differences.map(({ path, before, after }) => (
          <div key={path}>
            <dt>{path === '' ? 'all of it' : path}</dt>
            {before !== null && (
              <dd>
                <del>{before}</del>
              </dd>
            )}
            {after !== null && (
              <dd>
                <ins>{after}</ins>
              </dd>
            )}
          </div>
        ))}
      </dl>
    </details>
  );
}
