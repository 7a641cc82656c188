import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands.ts';
import { SETTING_KEYS } from '../../src/ops/settings.ts';
import { openStore } from '../../src/store/open.ts';
import { NO_OWN_PORT_FLAGS } from '../ports.ts';
import { milepost } from './host-kit.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-cli-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const FREE_PORTS = ['--tcp-host', '127.0.0.1', '--tcp-port', '0', ...NO_OWN_PORT_FLAGS];

describe('milepost', () => {
  it('says its version', async () => {
    expect(await milepost(['--version'])).toEqual({ code: 0, written: '0.1.0\n', complained: '' });
  });

  it.each([[[]], [['help']], [['--help']], [['-h']]])('shows all commands for %j', async (argv) => {
    const { code, written } = await milepost(argv);
    expect(code).toBe(0);
    for (const name of Object.keys(COMMANDS)) expect(written).toContain(`  ${name} `);
  });

  it.each(Object.keys(COMMANDS))('helps with %s', async (name) => {
    const { code, written } = await milepost([name, '--help']);
    expect(code).toBe(0);
    expect(written).toContain(`milepost ${name}`);
    expect(written).toEqual((await milepost(['help', name])).written);
  });

  it.each<[string, string[], string]>([
    ['an unknown command', ['serv'], 'milepost: serv: unknown command; did you mean serve?; try milepost help\n'],
    ['a name every object has', ['constructor'], 'milepost: constructor: unknown command; try milepost help\n'],
    [
      'an unknown setting',
      ['serve', '--htp-port', '1'],
      'milepost: --htp-port: unknown option; did you mean --http-port?\n',
    ],
    [
      'a malformed setting',
      ['serve', '--http-port', 'x'],
      'milepost: --http-port: got "x", expected a whole number from 0 to 65535\n',
    ],
    [
      'a gateway in memory',
      ['serve', '--data', ':memory:'],
      'milepost: --data: got ":memory:", expected a directory: what is acknowledged must last\n',
    ],
    [
      'a key without a name',
      ['keys', 'create'],
      'milepost: expected: milepost keys create NAME | list | revoke NAME [--data DIR]\n',
    ],
    ['an unknown order', ['keys', 'make', 'x'], 'milepost: make: expected create, list or revoke\n'],
    ['no file to replay', ['replay'], 'milepost: expected: milepost replay FILE... [--to HOST:PORT] [--speed N]\n'],
    ['a task that is no number', ['explain', 'x'], 'milepost: TASK: got "x", expected a task\'s number\n'],
    [
      'an address without a port',
      ['simulate', '--to', 'here'],
      'milepost: --to: got "here", expected HOST:PORT such as 127.0.0.1:5020 or [::1]:5020\n',
    ],
    [
      'devices ahead of time',
      ['simulate', '--scale', '60'],
      'milepost: --scale: needs --seconds, so that no device is ahead of time\n',
    ],
  ])('refuses %s with exit code 2', async (_name, argv, complaint) => {
    expect(await milepost(argv)).toEqual({ code: 2, written: '', complained: complaint });
  });

  it('refuses an unknown variable of its own, whatever the command', async () => {
    const { code, complained } = await milepost(['keys', 'list'], { environment: { MILEPOST_DATE: 'x' } });
    expect(code).toBe(2);
    expect(complained).toBe('milepost: MILEPOST_DATE: unknown setting; did you mean MILEPOST_DATA?\n');
  });

  it('prints the effective configuration with every key', async () => {
    const argv = ['serve', '--print-config', '--http-port', '0'];
    const { code, written } = await milepost(argv, { environment: { MILEPOST_ENGINE_GRACE: '5m' } });
    expect(code).toBe(0);
    for (const name of SETTING_KEYS) expect(written).toContain(`${name} = `);
    expect(written).toMatch(/^engine\.grace = 5m +# MILEPOST_ENGINE_GRACE$/m);
  });
});

describe('milepost serve that cannot start leaves with 1 and one line that says the repair', () => {
  it('when a port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const data = join(directory, 'ports');
    const outcomes = [
      await milepost(['serve', '--data', data, ...FREE_PORTS, '--http-port', `${port}`]),
      await milepost(['serve', '--data', data, '--http-port', '0', ...FREE_PORTS, '--tcp-port', `${port}`]),
    ];
    other.close();
    const complained = `milepost: port ${port} on 127.0.0.1 is in use: stop the program that holds it or choose another port (0 = any free one)\n`;
    for (const outcome of outcomes) expect(outcome).toMatchObject({ code: 1, complained });
  });

  it('when another gateway holds the data directory', async () => {
    const data = join(directory, 'held');
    const store = openStore({ directory: data });
    const { code, complained } = await milepost(['serve', '--data', data, ...FREE_PORTS, '--http-port', '0']);
    const explained = await milepost(['explain', '1', '--data', data]);
    store.close();
    expect(code).toBe(1);
    expect(complained).toMatch(/^milepost: data directory \S+ is used by another process: stop that one or .*\n$/);
    expect(explained.code).toBe(1);
    expect(explained.complained).toContain('ask it with --url http://127.0.0.1:8080');
  });

  it('when a file stands where the data directory should be', async () => {
    const data = join(directory, 'file');
    writeFileSync(data, '');
    const { code, complained } = await milepost(['serve', '--data', data, ...FREE_PORTS, '--http-port', '0']);
    expect(code).toBe(1);
    expect(complained).toMatch(/^milepost: data directory \S+ cannot be written .*choose another --data directory\n$/);
  });

  it('when others could reach an HTTP port without a key', async () => {
    const data = join(directory, 'open');
    const { code, complained } = await milepost(['serve', '--data', data, ...FREE_PORTS, '--http-host', '0.0.0.0']);
    expect(code).toBe(1);
    expect(complained).toContain('there is no API key yet: create one with `milepost keys create NAME');
  });
});

describe('milepost keys', () => {
  it('creates, lists and revokes beside a running gateway, and shows a key once', async () => {
    const data = join(directory, 'keys');
    const gateway = openStore({ directory: data });
    const keys = (...argv: string[]) => milepost(['keys', ...argv, '--data', data]);
    try {
      const created = await keys('create', 'ops', '--scopes', 'tasks:read,tasks:write', '--expires', '90d');
      expect(created.written).toMatch(/^[0-9a-f]{32}\n$/);
      const key = created.written.trim();
      expect(gateway.keys.find(key, Date.UTC(2026, 0))?.scopes).toEqual(['tasks:read', 'tasks:write']);

      const listed = await keys('list');
      expect(listed.written).toMatch(/^ops\t[0-9a-f]{6}\.\.\.\ttasks:read,tasks:write\tcreated .*\texpires .*\n$/);
      expect(listed.written).not.toContain(key);

      expect(await keys('create', 'ops')).toMatchObject({ code: 1, written: '' });
      expect((await keys('revoke', 'ops')).code).toBe(0);
      expect(gateway.keys.find(key, Date.UTC(2026, 0))).toBeNull();
      expect(await keys('revoke', 'ops')).toMatchObject({
        code: 1,
        complained: 'milepost: there is no key "ops" that could be revoked\n',
      });
    } finally {
      gateway.close();
    }
  });

  it('refuses a scope that is none before it makes a key', async () => {
    const { code, complained } = await milepost(['keys', 'create', 'x', '--scopes', 'tasks:read,all']);
    expect(code).toBe(2);
    expect(complained).toContain('--scopes: got "all", expected one of *, tasks:read');
  });
});

describe('milepost decode', () => {
  const login = '000F333536333037303432343431303133';

  it('reads the input when no file is named, and says nothing about the newline at its end', async () => {
    const { code, written } = await milepost(['decode'], { input: `${login}\n` });
    expect(code).toBe(0);
    expect(
      written
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ line: 1, protocol: 'teltonika', message: 'login', imei: '356307042441013', reply: '01' }]);
  });

  it('reads a file, with the protocol and the clock that are asked for', async () => {
    const path = join(directory, 'talk.hex');
    writeFileSync(path, '# time request\n78780D01012345678901234500018CDD0D0A\n7878058A000688290D0A\n');
    const { written } = await milepost(['decode', '--protocol', 'gt06', '--now', '2015-12-29T00:00:21Z', path]);
    const replies = written
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).reply);
    expect(replies).toEqual(['787805010001d9dc0d0a', '78780b8a0f0c1d0000150006f0860d0a']);
  });

  it('tells a frame field by field', async () => {
    const { code, written } = await milepost(['decode', '--explain'], { input: `${login}\n` });
    expect(code).toBe(0);
    expect(written).toContain('  2-16  333536333037303432343431303133  IMEI         356307042441013\n');
    expect(written).toContain('answered with: 01');
  });

  it('reads datagrams, and takes the model for what it is told', async () => {
    const datagram =
      '003dcafe0105000f33353230393330383634303336353508010000016b4f815b30010000000000000000000000000000000103021503010101425dbc000001';
    const { written } = await milepost(['decode', '--udp', '--model', 'FMB920'], { input: `${datagram}\n` });
    expect(JSON.parse(written)).toMatchObject({ imei: '352093086403655', reply: '0005cafe010501' });
  });

  it('leaves with 1 when there is no such file', async () => {
    const { code, complained } = await milepost(['decode', join(directory, 'nowhere')]);
    expect(code).toBe(1);
    expect(complained).toContain('ENOENT');
  });
});
