/** The systemd unit says what the program does: its command, its directories, its times, its files. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands.ts';

const TEXT = readFileSync(new URL('../../docs/deploy/milepost.service', import.meta.url), 'utf8');
const directives = new Map(
  TEXT.split('\n')
    .filter((line) => /^[A-Z]\w*=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
);

describe('the unit', () => {
  it('starts a command that there is, with options that it has', () => {
    const [program = '', command = '', ...argv] = (directives.get('ExecStart') ?? '').split(' ');
    expect(program.endsWith('/milepost')).toBe(true);
    const flags = argv.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    expect(flags.filter((flag) => !Object.hasOwn(COMMANDS[command]?.options ?? {}, flag))).toEqual([]);
    expect(flags).toContain('data');
  });

  it('is told by systemd-notify, and ends it when signs of life stay out', () => {
    expect(directives.get('Type')).toBe('notify');
    expect(directives.get('NotifyAccess')).toBe('all');
    expect(directives.get('WatchdogSec')).toBe('60s');
    expect(directives.get('Restart')).toBe('on-failure');
    expect(directives.get('RestrictAddressFamilies')).toContain('AF_UNIX');
  });

  it('lets the gateway stop in its own time and open its files', () => {
    expect(Number.parseInt(directives.get('TimeoutStopSec') ?? '', 10)).toBeGreaterThan(5);
    expect(Number(directives.get('LimitNOFILE'))).toBeGreaterThanOrEqual(50_000 + 256);
  });

  it.each(['NoNewPrivileges', 'DynamicUser', 'PrivateTmp', 'PrivateDevices', 'ProtectHome', 'LockPersonality'])(
    'takes away what is not needed: %s',
    (name) => {
      expect(directives.get(name)).toBe('yes');
    },
  );

  it('may write to its state and nowhere else', () => {
    expect(directives.get('ProtectSystem')).toBe('strict');
    expect(directives.get('StateDirectory')).toBe('milepost');
    expect(directives.get('CapabilityBoundingSet')).toBe('');
  });
});
