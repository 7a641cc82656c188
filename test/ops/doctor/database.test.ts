import { describe, expect, it } from 'vitest';
import { databaseFinding, keyFinding } from '../../../src/ops/doctor/database.ts';

describe('the database', () => {
  it.each([
    [{ kind: 'none' }, 'ok', null],
    [{ kind: 'unreadable', reason: 'file is not a database' }, 'failure', 'milepost restore FILE --data d --replace'],
    [{ kind: 'found', version: 18, newest: 18 }, 'ok', null],
    [{ kind: 'found', version: 3, newest: 18 }, 'warning', 'room for a second database'],
    [{ kind: 'found', version: 19, newest: 18 }, 'failure', 'run the newer Milepost'],
  ] as const)('%j is %s', (seen, level, repair) => {
    const finding = databaseFinding('d', seen);
    expect(finding.level).toBe(level);
    if (repair === null) expect(finding.repair).toBeNull();
    else expect(finding.repair).toContain(repair);
  });
});

describe('the API key', () => {
  it.each([
    ['127.0.0.1', false, 'ok'],
    ['::1', false, 'ok'],
    ['localhost', false, 'ok'],
    ['0.0.0.0', true, 'ok'],
    ['0.0.0.0', false, 'failure'],
    ['192.168.1.4', false, 'failure'],
  ])('http.host %s, a key: %s, is %s', (host, hasKey, level) => {
    expect(keyFinding(host, hasKey, 'd').level).toBe(level);
  });
});
