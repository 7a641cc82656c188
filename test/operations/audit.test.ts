import { describe, expect, it } from 'vitest';
import { type AuditNote, auditOperations } from '../../src/operations/audit.ts';
import { type AuditEntry, StorageError } from '../../src/store/store.ts';

class Bench {
  nowMs = Date.UTC(2026, 2, 1, 12);
  isSound = true;
  readonly rows: AuditEntry[] = [];
  readonly audit = auditOperations({
    now: () => this.nowMs,
    store: {
      audit: {
        append: (entries) => {
          if (!this.isSound) throw new StorageError('SQLITE_FULL', 'disk full');
          for (const entry of entries) this.rows.push({ ...entry, id: this.rows.length + 1 });
        },
        list: (beforeId, limit) =>
          this.rows
            .filter(({ id }) => id < beforeId)
            .reverse()
            .slice(0, limit),
        trimSlice: () => false,
      },
    },
  });
  get actions(): string[] {
    return this.rows.map(({ action }) => action);
  }
}

const note = (part: Partial<AuditNote> = {}): AuditNote => ({
  keyName: 'dispatch',
  address: '192.0.2.1',
  action: 'task.create',
  subject: 'task 1',
  ...part,
});

describe('the trail', () => {
  it('is written in the order in which things happened, with their time and not that of writing', () => {
    const bench = new Bench();
    bench.audit.audit(note());
    bench.nowMs += 400;
    bench.audit.audit(note({ action: 'task.delete' }));
    expect(bench.rows).toEqual([]);
    bench.nowMs += 100;
    bench.audit.writeAudit();
    bench.audit.writeAudit();
    expect(bench.actions).toEqual(['task.create', 'task.delete']);
    expect(bench.rows[1]!.timeMs - bench.rows[0]!.timeMs).toBe(400);
  });

  it('shows what is not on disk yet', () => {
    const bench = new Bench();
    for (const action of ['a', 'b', 'c']) bench.audit.audit(note({ action }));
    const page = bench.audit.listAudit(Number.MAX_SAFE_INTEGER, 2);
    expect([page.entries.map(({ action }) => action), page.hasMore]).toEqual([['c', 'b'], true]);
    expect(bench.audit.listAudit(2, 2)).toMatchObject({ entries: [{ action: 'a' }], hasMore: false });
  });

  it('is kept while the disk fails, and written when it works again', () => {
    const bench = new Bench();
    bench.isSound = false;
    bench.audit.audit(note());
    expect(() => bench.audit.writeAudit()).toThrow('disk full');
    bench.isSound = true;
    bench.audit.writeAudit();
    expect(bench.actions).toEqual(['task.create']);
  });

  it('takes 10 000 entries while the disk fails, and the number of the others', () => {
    const bench = new Bench();
    bench.isSound = false;
    for (let i = 0; i < 10_003; i++) bench.audit.audit(note());
    expect(() => bench.audit.writeAudit()).toThrow('disk full');
    bench.isSound = true;
    bench.audit.writeAudit();
    bench.audit.writeAudit();
    expect(bench.rows).toHaveLength(10_001);
    expect(bench.rows.at(-1)).toMatchObject({ action: 'audit.lost', after: { count: 3 } });
  });

  it('has room for texts and values up to their limits', () => {
    const bench = new Bench();
    bench.audit.audit(note({ subject: 'x'.repeat(500), keyName: 'k'.repeat(500), after: { text: 'y'.repeat(5000) } }));
    bench.audit.writeAudit();
    const [row] = bench.rows;
    expect([row!.subject.length, row!.keyName!.length]).toEqual([200, 200]);
    expect(row!.after).toEqual({ tooLong: 5011 });
  });
});

describe('refusals', () => {
  it('are listed up to 60 a minute, and of the others the number, so that a flood fills no disk', () => {
    const bench = new Bench();
    for (let i = 0; i < 5000; i++) bench.audit.auditRefusal(note({ action: 'login.refused' }));
    bench.audit.audit(note());
    bench.audit.writeAudit();
    expect(bench.rows).toHaveLength(61);
    bench.nowMs += 60_000;
    bench.audit.writeAudit();
    expect(bench.rows.at(-1)).toMatchObject({ action: 'refusals.not_listed', after: { count: 4940 } });
    bench.audit.auditRefusal(note({ action: 'right.refused' }));
    bench.audit.writeAudit();
    expect(bench.rows.at(-1)).toMatchObject({ action: 'right.refused' });
    bench.nowMs += 60_000;
    bench.audit.writeAudit();
    expect(bench.rows).toHaveLength(63);
  });
});
