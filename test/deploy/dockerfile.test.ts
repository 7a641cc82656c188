/** The Dockerfile without Docker: its grammar, what it copies, what it runs, and as whom. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands.ts';
import { NODE_LEAST } from '../../src/ops/runtime.ts';
import { SETTING_KEYS, SETTINGS, variableOf } from '../../src/ops/settings.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TEXT = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  files: string[];
  bin: Record<string, string>;
  dependencies: Record<string, string>;
};

interface Step {
  readonly stage: number;
  readonly word: string;
  readonly rest: string;
}

const steps = stepsOf(TEXT);

/** Instructions in order, without comments; the continuation of a line belongs to it. */
function stepsOf(text: string): Step[] {
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  let stage = -1;
  return lines.map((line) => {
    const [word = '', ...rest] = line.trim().split(/\s+/);
    if (word === 'FROM') stage += 1;
    return { stage, word, rest: rest.join(' ') };
  });
}

function all(word: string, stage?: number): string[] {
  return steps.filter((step) => step.word === word && (stage ?? step.stage) === step.stage).map(({ rest }) => rest);
}

const LAST = Math.max(...steps.map(({ stage }) => stage));

describe('the Dockerfile', () => {
  it('is one, by the rules of Docker', () => {
    expect(validate(TEXT).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  it('builds on a Node.js that the program runs on, the same in all stages', () => {
    const images = all('FROM').map((rest) => rest.split(' ')[0]);
    expect(new Set(images).size).toBe(1);
    expect(Number(/^node:(\d+)-/.exec(images[0] ?? '')?.[1])).toBeGreaterThanOrEqual(Number(NODE_LEAST.split('.')[0]));
  });

  it('copies what is there and what git keeps, past .dockerignore', () => {
    const tracked = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).split('\n');
    const ignore = readFileSync(join(ROOT, '.dockerignore'), 'utf8').trim().split('\n');
    expect(ignore[0]).toBe('*');
    const sources = all('COPY', 0).flatMap((rest) => rest.split(' ').slice(0, -1));
    for (const source of sources) {
      expect(
        tracked.some((path) => path === source || path.startsWith(`${source}/`)),
        source,
      ).toBe(true);
      expect(ignore, source).toContain(`!${source}`);
    }
    expect(sources.sort()).toEqual(
      ignore
        .slice(1)
        .map((line) => line.slice(1))
        .sort(),
    );
  });

  it('builds with commands of package.json, and lets only the native module run an install script', () => {
    const commands = all('RUN', 0).flatMap((rest) => rest.split(' && '));
    for (const command of commands) {
      const script = /^npm run (\S+)/.exec(command)?.[1];
      if (script !== undefined) expect(PACKAGE.scripts).toHaveProperty([script]);
      if (/^npm (ci|prune)/.test(command)) expect(command).toContain('--ignore-scripts');
      const rebuilt = /^npm rebuild (\S+)/.exec(command)?.[1];
      if (rebuilt !== undefined) expect(PACKAGE.dependencies).toHaveProperty([rebuilt]);
    }
    expect(commands).toEqual(expect.arrayContaining(['npm run build', expect.stringContaining('npm ci')]));
  });

  it('carries over what the program needs at run time, and no more', () => {
    const carried = all('COPY', LAST).map((rest) => rest.split(' '));
    expect(carried.map(([from, path]) => [from, path])).toEqual([
      ['--from=build', '/app/package.json'],
      ['--from=build', '/app/node_modules'],
      ['--from=build', '/app/dist'],
    ]);
  });

  it('runs the program as a user without rights, who owns the data', () => {
    const [, entry] = [all('USER', LAST), JSON.parse(all('ENTRYPOINT').at(-1) ?? '[]') as string[]];
    expect(all('USER', LAST)).toEqual(['node']);
    expect(entry).toEqual(['node', PACKAGE.bin['milepost']]);
    expect(COMMANDS).toHaveProperty((JSON.parse(all('CMD').at(-1) ?? '[]') as string[])[0] ?? '');
    expect(all('VOLUME')).toEqual(['/data']);
    const asRoot = steps.findIndex(({ rest }) => rest.includes('chown node:node /data'));
    expect(asRoot).toBeGreaterThan(0);
    expect(asRoot).toBeLessThan(steps.findIndex(({ word }) => word === 'USER'));
  });

  it('is healthy by a command of its own', () => {
    const [check = ''] = all('HEALTHCHECK');
    const argv = JSON.parse(check.slice(check.indexOf('['))) as string[];
    expect(argv.slice(0, 2)).toEqual(['node', PACKAGE.bin['milepost']]);
    expect(COMMANDS).toHaveProperty(argv[2] ?? '');
  });

  it('sets settings that there are, and exposes the customary ports', () => {
    const set = (all('ENV', LAST)[0] ?? '').split(' ').map((pair) => pair.split('=')[0] ?? '');
    const variables = SETTING_KEYS.map(variableOf);
    expect(set.filter((name) => name.startsWith('MILEPOST_') && !variables.includes(name))).toEqual([]);
    const wanted = SETTING_KEYS.filter((key) => /^(tcp|http|teltonika|gt06|h02)\.(port|udp)$/.test(key)).map((key) =>
      key.endsWith('.udp') ? `${SETTINGS[key].fallback}/udp` : SETTINGS[key].fallback,
    );
    expect((all('EXPOSE')[0] ?? '').split(' ').sort()).toEqual([...new Set(wanted)].sort());
  });

  it('names files that the package ships', () => {
    expect(PACKAGE.files).toEqual(expect.arrayContaining(['dist', 'docs']));
    expect(existsSync(join(ROOT, 'docs/deploy/milepost.service'))).toBe(true);
  });
});
