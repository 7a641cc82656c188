import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/ops/arguments.ts';
import { defaultConfig, printConfig, type Resolved, resolveConfig, settingOptions } from '../../src/ops/config.ts';
import { flagOf, SETTING_KEYS, SETTINGS, type Setting, variableOf } from '../../src/ops/settings.ts';
import { UsageError } from '../../src/ops/usage.ts';

interface Given {
  readonly argv?: readonly string[];
  readonly environment?: Record<string, string>;
  readonly file?: string;
}

function resolve({ argv = [], environment = {}, file }: Given): Resolved {
  const named = file === undefined ? argv : ['--config', 'milepost.conf', ...argv];
  const { options: flags } = parseArguments(named, settingOptions(), 0);
  return resolveConfig({ flags, environment, readText: () => file ?? '' });
}

function problemsOf(given: Given): readonly string[] {
  try {
    resolve(given);
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
  return [];
}

describe('configuration', () => {
  it.each(SETTING_KEYS)('%s has a default that its own grammar reads', (name) => {
    const setting: Setting<unknown> = SETTINGS[name];
    expect(setting.kind.parse(setting.fallback)).not.toBeUndefined();
    expect(setting.meaning).not.toBe('');
  });

  it('has a flag and a variable of its own for every key', () => {
    expect(new Set(SETTING_KEYS.map(flagOf)).size).toBe(SETTING_KEYS.length);
    expect(new Set(SETTING_KEYS.map(variableOf)).size).toBe(SETTING_KEYS.length);
    expect(flagOf('limits.connections-per-address')).toBe('--limits-connections-per-address');
    expect(variableOf('engine.late-data-horizon')).toBe('MILEPOST_ENGINE_LATE_DATA_HORIZON');
  });

  it('has the documented defaults', () => {
    const config = defaultConfig();
    expect(config).toMatchObject({
      data: './data',
      'tcp.host': '0.0.0.0',
      'tcp.port': 5020,
      'teltonika.port': 5027,
      'gt06.port': 5023,
      'http.host': '127.0.0.1',
      'http.port': 8080,
      'unknown-trackers': 'pending',
      'api-key': null,
      'engine.grace': 600_000,
      'engine.late-data-horizon': 7 * 86_400_000,
      'engine.incomplete-visit': 'faulty',
      'engine.min-satellites': null,
      'navixy.refuse-past-to': false,
      'limits.login-deadline': 15_000,
      'limits.idle-timeout': 1_800_000,
      'time-zone': 'UTC',
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  const everywhere = { argv: ['--http-port', '1'], environment: { MILEPOST_HTTP_PORT: '2' }, file: 'http.port = 3' };
  it.each<[string, Given, number, string]>([
    ['the command line before all others', everywhere, 1, '--http-port'],
    ['the environment before the file', { ...everywhere, argv: [] }, 2, 'MILEPOST_HTTP_PORT'],
    ['the file before the default', { file: everywhere.file }, 3, 'milepost.conf line 1: http.port'],
    ['the default', {}, 8080, 'default'],
  ])('takes %s', (_name, given, expected, origin) => {
    const { config, found } = resolve(given);
    expect(config['http.port']).toBe(expected);
    expect(found['http.port'].origin).toBe(origin);
  });

  it('reads a file with comments, blanks and Windows line ends', () => {
    const file = '# fleet\r\n\r\n  engine.grace = 15m   # the ferry has no coverage\r\ntcp.port=off\r\n';
    expect(resolve({ file }).config).toMatchObject({ 'engine.grace': 900_000, 'tcp.port': null });
  });

  it.each<[string, Given, string]>([
    [
      'an unknown variable',
      { environment: { MILEPOST_HTP_PORT: '1' } },
      'MILEPOST_HTP_PORT: unknown setting; did you mean MILEPOST_HTTP_PORT?',
    ],
    [
      'an unknown key of the file',
      { file: '\nhttp.prot = 1' },
      'milepost.conf line 2: http.prot: unknown setting; did you mean http.port?',
    ],
    ['a key that is none at all', { file: 'constructor = 1' }, 'milepost.conf line 1: constructor: unknown setting'],
    [
      'a malformed flag',
      { argv: ['--engine-grace', 'ten'] },
      '--engine-grace: got "ten", expected a duration such as 500ms, 15s, 10m, 12h or 7d',
    ],
    [
      'a malformed variable',
      { environment: { MILEPOST_UNKNOWN_TRACKERS: 'maybe' } },
      'MILEPOST_UNKNOWN_TRACKERS: got "maybe", expected pending, accept or reject',
    ],
    [
      'a malformed value of the file',
      { file: 'tcp.port = 70000' },
      'milepost.conf line 1: tcp.port: got "70000", expected off or a whole number from 0 to 65535',
    ],
    ['an empty value', { environment: { MILEPOST_DATA: '' } }, 'MILEPOST_DATA: got "", expected some text'],
    [
      'a line that is no setting',
      { file: 'http.port 80' },
      'milepost.conf line 1: got "http.port 80", expected key = value',
    ],
    [
      'a key set twice',
      { file: 'http.port = 1\nhttp.port = 2' },
      'milepost.conf line 2: http.port: set twice, expected once',
    ],
    [
      'a secret without showing it',
      { environment: { MILEPOST_API_KEY: 'hunter2' } },
      'MILEPOST_API_KEY: got 7 characters, expected none or 32 hex digits',
    ],
  ])('refuses %s by name', (_name, given, problem) => {
    expect(problemsOf(given)).toEqual([problem]);
  });

  it('names every fault of every source at once', () => {
    const given = { argv: ['--tcp-port', 'x'], environment: { MILEPOST_NO: '1' }, file: 'a = 1' };
    expect(problemsOf(given)).toHaveLength(3);
  });

  it('leaves variables of other programs and of the test suite alone', () => {
    expect(problemsOf({ environment: { PATH: '/bin', MILEPOST_CORPUS: '/x', NODE_ENV: 'test' } })).toEqual([]);
  });

  it('says when the file cannot be read', () => {
    const readText = (): string => {
      throw new Error('ENOENT: no such file');
    };
    const environment = { MILEPOST_CONFIG: '/nowhere' };
    expect(() => resolveConfig({ flags: new Map(), environment, readText })).toThrow(
      '/nowhere: cannot be read as configuration: ENOENT: no such file',
    );
  });

  it('prints what is in effect so that it can be read back, with origins and without secrets', () => {
    const key = '0123456789abcdef0123456789abcdef';
    const printed = printConfig(resolve({ argv: ['--http-port', '0'], environment: { MILEPOST_API_KEY: key } }));
    expect(printed).toMatch(/^http\.port = 0 +# --http-port$/m);
    expect(printed).toMatch(/^api-key = \(hidden\) +# MILEPOST_API_KEY$/m);
    expect(printed).not.toContain(key);
    expect(problemsOf({ file: printed.replace('(hidden)', 'none') })).toEqual([]);
  });
});
