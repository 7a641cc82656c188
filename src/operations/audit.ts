/**
 * The trail of who did what. An entry waits in memory until `writeAudit` puts what has come together on disk, so that no
 * request waits for it: a process that is killed may lose what it did in its last half second. Refusals can be brought
 * about by anyone, so only so many of a minute are written one by one; the others are written as a number.
 */
import type { AuditEntry, Store } from '../store/store.ts';

/** What happened; the time is that of the call. */
export interface AuditNote {
  readonly keyName: string | null;
  readonly address: string | null;
  readonly action: string;
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly hasMore: boolean;
}

export interface AuditOperations {
  /** Never throws. Nothing in it may be a secret. */
  audit(note: AuditNote): void;
  /** The same of what was refused, which is only so often worth an entry. */
  auditRefusal(note: AuditNote): void;
  /** Puts on disk what waits; to be called about twice a second. Throws StorageError, and keeps it. */
  writeAudit(): void;
  /** Newest first, from below an id. */
  listAudit(beforeId: number, limit: number): AuditPage;
}

/** Entries in memory while the disk takes none; of more there is only the number. */
const WAITING_MAX = 10_000;
const REFUSALS_PER_MINUTE = 60;
const MINUTE_MS = 60_000;
/** Of `before` and of `after`, as JSON. */
const VALUE_CHARACTERS_MAX = 4_096;
const TEXT_CHARACTERS_MAX = 200;

type Entry = Omit<AuditEntry, 'id'>;

export function auditOperations(deps: {
  readonly store: Pick<Store, 'audit'>;
  readonly now: () => number;
}): AuditOperations {
  const { store, now } = deps;
  let waiting: Entry[] = [];
  let lost = 0;
  let minute = Number.NaN;
  let refusals = 0;

  function put({ keyName, address, action, subject, before, after }: AuditNote): void {
    if (waiting.length >= WAITING_MAX) {
      lost += 1;
      return;
    }
    waiting.push({
      timeMs: now(),
      keyName: keyName === null ? null : cut(keyName),
      address: address === null ? null : cut(address),
      action: cut(action),
      subject: cut(subject),
      before: bounded(before),
      after: bounded(after),
    });
  }

  /** The minute before is over: what was refused in it beyond the limit becomes a number. */
  function turnMinute(): void {
    const thisMinute = Math.floor(now() / MINUTE_MS);
    if (thisMinute === minute) return;
    minute = thisMinute;
    const surplus = refusals - REFUSALS_PER_MINUTE;
    refusals = 0;
    if (surplus > 0) put({ ...NOBODY, action: 'refusals.not_listed', after: { count: surplus } });
  }

  function writeAudit(): void {
    turnMinute();
    if (lost > 0 && waiting.length < WAITING_MAX) {
      const count = lost;
      lost = 0;
      put({ ...NOBODY, action: 'audit.lost', after: { count } });
    }
    if (waiting.length === 0) return;
    store.audit.append(waiting);
    waiting = [];
  }

  return {
    audit: put,
    auditRefusal(note) {
      turnMinute();
      refusals += 1;
      if (refusals <= REFUSALS_PER_MINUTE) put(note);
    },
    writeAudit,
    listAudit(beforeId, limit) {
      writeAudit();
      const entries = store.audit.list(beforeId, limit + 1);
      return { entries: entries.slice(0, limit), hasMore: entries.length > limit };
    },
  };
}

const NOBODY = { keyName: null, address: null, subject: '' } as const;

function cut(text: string): string {
  return text.slice(0, TEXT_CHARACTERS_MAX);
}

function bounded(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  const text = JSON.stringify(value);
  return text.length <= VALUE_CHARACTERS_MAX ? value : { tooLong: text.length };
}
