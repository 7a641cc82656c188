/** The doctor with each condition made for real: what it says, and what to do. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/ops/doctor/finding.ts';
import { openStore } from '../../src/store/open.ts';
import { NO_OWN_PORT_FLAGS } from '../ports.ts';
import { milepost } from './host-kit.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'src/main.ts');
const FREE = ['--tcp-port', '0', '--http-port', '0', ...NO_OWN_PORT_FLAGS];

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-doctor-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function examine(...argv: string[]): Promise<{ code: number; findings: readonly Finding[] }> {
  const flags = argv.includes('--data') ? [] : ['--data', join(directory, 'data')];
  const { code, written } = await milepost(['doctor', '--json', '--tcp-host', '127.0.0.1', ...flags, ...argv]);
  return { code, findings: JSON.parse(written) as Finding[] };
}

function bad(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ level }) => level === 'failure');
}

describe('the doctor', () => {
  it('finds nothing wrong where nothing is, and leaves nothing behind', async () => {
    const { code, findings } = await examine(...FREE);
    expect(bad(findings)).toEqual([]);
    expect(code).toBe(0);
    const checks = [
      'runtime',
      'native module',
      'settings',
      'file limit',
      'directory',
      'database',
      'clock',
      'time zone',
    ];
    expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(checks));
    expect(existsSync(join(directory, 'data'))).toBe(false);
  });

  it('says it to people with the repair beneath', async () => {
    const data = join(directory, 'file');
    writeFileSync(data, '');
    const { code, written } = await milepost(['doctor', '--data', data, ...FREE]);
    expect(code).toBe(1);
    expect(written).toMatch(/^ok {7}runtime {8}Node\.js \d+/m);
    expect(written).toMatch(/^FAILURE {2}directory {6}\S+ is no directory\n +-> choose another --data directory/m);
  });

  it('names the program that holds a port', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, findings } = await examine(...FREE, '--tcp-port', String(port));
    await new Promise((resolve) => server.close(resolve));
    expect(code).toBe(1);
    expect(bad(findings)).toHaveLength(1);
    expect(bad(findings)[0]?.seen).toContain(`tcp.port tcp 127.0.0.1 ${port} is in use`);
    expect(bad(findings)[0]?.repair).toContain('or choose another port with --tcp-port');
    if (existsSync('/proc/net/tcp')) expect(bad(findings)[0]?.repair).toContain(`stop process ${process.pid}`);
  });

  it('knows an address that is not of this machine', async () => {
    const { findings } = await examine(
      '--tcp-port',
      '5020',
      '--http-port',
      '0',
      ...NO_OWN_PORT_FLAGS,
      '--tcp-host',
      '192.0.2.1',
    );
    expect(bad(findings)[0]).toMatchObject({ check: 'port', seen: expect.stringContaining('EADDRNOTAVAIL') });
    expect(bad(findings)[0]?.repair).toContain('--tcp-host');
  });

  it.skipIf(!existsSync('/proc/self'))('says who may not write where', async () => {
    const { code, findings } = await examine(...FREE, '--data', '/proc/self/milepost');
    expect(code).toBe(1);
    expect(bad(findings)[0]).toMatchObject({ check: 'directory' });
    expect(bad(findings)[0]?.seen).toMatch(/\/proc\/self\/milepost cannot be created: \/proc\/self cannot be written/);
    expect(bad(findings)[0]?.repair).toContain('give this user write access');
  });

  it('beside a running gateway is content, with the lock and the ports', async () => {
    const data = join(directory, 'data');
    const store = openStore({ directory: data });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, findings } = await examine(...FREE, '--http-port', String(port));
    await new Promise((resolve) => server.close(resolve));
    store.close();
    expect(code).toBe(0);
    expect(findings.find(({ check }) => check === 'lock')?.seen).toBe('a gateway runs on this data directory');
    expect(findings.find(({ check }) => check === 'port')?.seen).toContain('by the gateway that runs');
  });

  it('says that the clock is far behind the last commit', async () => {
    const data = join(directory, 'data');
    openStore({ directory: data }).close();
    const db = new Database(join(data, 'milepost.db'));
    db.prepare(`INSERT OR REPLACE INTO meta VALUES ('clock_ms', ?)`).run(String(Date.now() + 40 * 86_400_000));
    db.close();
    const { code, findings } = await examine(...FREE);
    expect(code).toBe(1);
    expect(bad(findings)[0]).toMatchObject({
      check: 'clock',
      seen: expect.stringContaining('40 days before the last'),
    });
    expect(bad(findings)[0]?.repair).toContain('timedatectl set-ntp true');
  });

  it('names a newer schema, a damaged database and their repairs', async () => {
    const data = join(directory, 'data');
    openStore({ directory: data }).close();
    const db = new Database(join(data, 'milepost.db'));
    db.pragma('user_version = 99');
    db.close();
    expect(bad((await examine(...FREE)).findings)[0]?.seen).toContain('schema version 99');
    writeFileSync(join(data, 'milepost.db'), 'no database at all, but long enough to be looked at'.repeat(90));
    for (const suffix of ['-wal', '-shm']) rmSync(join(data, `milepost.db${suffix}`), { force: true });
    const [damaged] = bad((await examine(...FREE)).findings);
    expect(damaged).toMatchObject({ check: 'database', repair: expect.stringContaining('milepost restore FILE') });
  });

  it('names every setting that is wrong and goes on with the rest', async () => {
    const file = join(directory, 'milepost.conf');
    writeFileSync(file, 'http.prot = 80\ntcp.port = many\n');
    const { code, findings } = await examine('--config', file);
    expect(code).toBe(1);
    const settings = findings.filter(({ check }) => check === 'settings').map(({ seen }) => seen);
    expect(settings).toEqual([expect.stringContaining('http.prot'), expect.stringContaining('"many"')]);
    expect(findings.some(({ check }) => check === 'clock')).toBe(true);
  });

  it('asks for a key where others can reach the door', async () => {
    const { findings } = await examine(...FREE, '--http-host', '0.0.0.0');
    openStore({ directory: join(directory, 'data') }).close();
    const later = await examine(...FREE, '--http-host', '0.0.0.0');
    expect([bad(findings), bad(later.findings)].map((each) => each[0]?.check)).toEqual(['API key', 'API key']);
    expect(bad(later.findings)[0]?.repair).toContain('milepost keys create');
  });

  it.each([
    ['--ntp', ''],
    ['--ntp', '127.0.0.1:0'],
    ['--frobnicate', '1'],
  ])('refuses %s %j', async (flag, value) => {
    expect((await milepost(['doctor', flag, value])).code).toBe(2);
  });
});

/** The program in a process of its own, which is why these take a while. */
const PROCESS_MS_MAX = 60_000;

function shell(command: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8', cwd: directory });
  return { status, output: stdout + stderr };
}

describe('the doctor, in a process', () => {
  it(
    'says which file limit is too low for the connections, and how to raise it',
    () => {
      const flags = `--data ${directory}/data ${FREE.join(' ')} --limits-connections 2000`;
      const { status, output } = shell(
        `ulimit -n 1024 && exec ${process.execPath} --import ${join(ROOT, 'node_modules/tsx/dist/loader.mjs')} ${MAIN} doctor ${flags}`,
      );
      expect(output).toContain('WARNING  file limit     1024 open files, but limits.connections is 2000');
      expect(output).toContain('LimitNOFILE=2256');
      expect(output).toContain('--limits-connections 768');
      expect(status).toBe(0);
    },
    PROCESS_MS_MAX,
  );

  it.each([['doctor'], ['serve'], ['doctor --json']])(
    'an old Node.js is told what to install, whatever it was started for: %s',
    (argv) => {
      const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.19.0'}})`;
      const { status, output } = shell(
        `exec ${process.execPath} --import ${join(ROOT, 'node_modules/tsx/dist/loader.mjs')} --import "${old}" ${MAIN} ${argv}`,
      );
      expect(output).toBe(
        'milepost: Node.js 18.19.0 is too old, 20.20.0 or newer is needed: install Node.js 22 or 24 (https://nodejs.org), then run `npm ci` once more\n',
      );
      expect(status).toBe(1);
    },
    PROCESS_MS_MAX,
  );
});

describe('the doctor where better-sqlite3', () => {
  /** The program with packages of its own: all of ours, but for one. */
  function installation(prepare: (packages: string) => void): string {
    const place = join(directory, 'installation');
    const packages = join(place, 'node_modules');
    mkdirSync(packages, { recursive: true });
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      if (name === 'better-sqlite3' || name.startsWith('.')) continue;
      symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
    }
    for (const name of ['src', 'protocols', 'package.json'])
      cpSync(join(ROOT, name), join(place, name), { recursive: true });
    prepare(packages);
    return place;
  }

  function withoutNative(packages: string): void {
    cpSync(join(ROOT, 'node_modules/better-sqlite3'), join(packages, 'better-sqlite3'), {
      recursive: true,
      dereference: true,
      filter: (path) => !/better-sqlite3\/(build|deps)(\/|$)/.test(path),
    });
  }

  function withForeign(packages: string): void {
    withoutNative(packages);
    const release = join(packages, 'better-sqlite3/build/Release');
    mkdirSync(release, { recursive: true });
    writeFileSync(join(release, 'better_sqlite3.node'), 'built for another machine');
  }

  function run(place: string, argv: string): { status: number | null; output: string } {
    const loader = join(place, 'node_modules/tsx/dist/loader.mjs');
    return shell(`exec ${process.execPath} --import ${loader} ${join(place, 'src/main.ts')} ${argv}`);
  }

  it.each([
    ['was not built', withoutNative, 'its install script did not run', 'npm rebuild better-sqlite3'],
    ['was built for another', withForeign, 'better-sqlite3 cannot be loaded', 'npm rebuild better-sqlite3'],
    ['is not installed', () => {}, "Cannot find package 'better-sqlite3'", 'npm ci'],
  ] as const)(
    '%s still works, and names the repair',
    (_name, prepare, seen, repair) => {
      const place = installation(prepare);
      const flags = `--data ${directory}/data ${FREE.join(' ')}`;
      const doctor = run(place, `doctor --json ${flags}`);
      expect(doctor.status, doctor.output).toBe(1);
      const findings = JSON.parse(doctor.output) as Finding[];
      expect(bad(findings)).toHaveLength(1);
      expect(bad(findings)[0]).toMatchObject({ check: 'native module', level: 'failure' });
      expect(bad(findings)[0]?.seen).toContain(seen);
      expect(bad(findings)[0]?.repair).toContain(repair);
    },
    PROCESS_MS_MAX,
  );

  it(
    'and everything else was never installed is told so in one line',
    () => {
      const place = installation((packages) => rmSync(join(packages, 'binary-parser')));
      const { status, output } = run(place, 'doctor');
      expect(status).toBe(1);
      expect(output).toMatch(
        /^milepost: Cannot find package 'binary-parser'[^\n]+`npm ci` in the directory of Milepost\n$/,
      );
    },
    PROCESS_MS_MAX,
  );

  it(
    'was not built keeps the gateway from starting, in one line with the repair',
    () => {
      const { status, output } = run(installation(withoutNative), `serve --data ${directory}/data ${FREE.join(' ')}`);
      expect(status).toBe(1);
      expect(output).toMatch(/^milepost: [^\n]+npm rebuild better-sqlite3[^\n]+\n$/);
    },
    PROCESS_MS_MAX,
  );
});
