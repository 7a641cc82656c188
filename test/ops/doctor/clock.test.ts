import { describe, expect, it } from 'vitest';
import { clockFindings, serverClockFinding } from '../../../src/ops/doctor/clock.ts';

const NOW = Date.UTC(2026, 9, 1, 12);
const SECOND = 1000;
const DAY = 86_400_000;
const SILENT = { committedMs: null, fileMs: null, hardwareMs: null };

describe('the clock', () => {
  it.each([
    ['nothing else knows the time', {}, []],
    ['the last commit was before', { committedMs: NOW - DAY }, []],
    ['the last commit was a moment ahead', { committedMs: NOW + 30 * SECOND }, []],
    ['the last commit was two days ahead', { committedMs: NOW + 2 * DAY }, ['failure']],
    ['the file system agrees', { fileMs: NOW + SECOND }, []],
    ['the file system is five minutes off', { fileMs: NOW - 300 * SECOND }, ['warning']],
    ['the hardware clock is an hour off, as local time is', { hardwareMs: NOW + 3600 * SECOND }, []],
    ['the hardware clock is two days off', { hardwareMs: NOW - 2 * DAY }, ['warning']],
    ['two of them object', { committedMs: NOW + DAY, hardwareMs: NOW + 2 * DAY }, ['failure', 'warning']],
  ])('is judged when %s', (_name, clocks, levels) => {
    const findings = clockFindings(NOW, { ...SILENT, ...clocks });
    expect(findings.map(({ level }) => level)).toEqual(levels.length === 0 ? ['ok'] : levels);
  });

  it('that was never set is said', () => {
    const [finding] = clockFindings(3600 * SECOND, SILENT);
    expect(finding).toMatchObject({ level: 'failure', seen: 'it shows 1970-01-01T01:00:00.000Z, which is long over' });
    expect(finding?.repair).toContain('timedatectl set-ntp true');
  });

  it('names how far it is behind the last commit, and the repair', () => {
    const [finding] = clockFindings(NOW, { ...SILENT, committedMs: NOW + 3 * DAY });
    expect(finding?.seen).toBe(
      'it shows 2026-10-01T12:00:00.000Z, 3 days before the last commit (2026-10-04T12:00:00.000Z)',
    );
    expect(finding?.repair).toContain('timedatectl set-ntp true');
  });

  it.each([
    [0, 'ok', '0 s ahead of time.test'],
    [-1500, 'ok', '1.5 s behind time.test'],
    [20_000, 'warning', '20 s ahead of time.test'],
    [-5 * DAY, 'failure', '5 days behind time.test'],
  ])('%i ms ahead of a time server is %s', (aheadMs, level, seen) => {
    expect(serverClockFinding('time.test', aheadMs)).toMatchObject({ level, seen });
  });
});
