/** The machine under the benches: its cores, its processes, and directories that go away with the bench. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The server has a core to itself; all others of ours share the next one. */
export type Side = 'server' | 'load';

const CORES = { server: '0', load: '1' } as const;
const CORE_COUNT = availableParallelism();
const IS_PINNED = CORE_COUNT >= 2 && spawnSync('taskset', ['--version']).status === 0;

/** A child process on its side's core; what it complains of is shown when it fails. */
export function start(side: Side, command: string, args: readonly string[]): ChildProcess {
  const whole = IS_PINNED ? ['taskset', '-c', CORES[side], command, ...args] : [command, ...args];
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(whole[0]!, whole.slice(1), { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.on('error', () => undefined);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

const running = new Set<ChildProcess>();

/** The bench itself: its HTTP clients must not take time from the server. */
export function pinSelf(): void {
  if (IS_PINNED) spawnSync('taskset', ['-a', '-cp', CORES.load, String(process.pid)]);
}

/** TypeScript of the benches in a process of its own. */
export function script(side: Side, source: URL, ...args: readonly string[]): ChildProcess {
  return start(side, process.execPath, ['--import', 'tsx', fileURLToPath(source), ...args]);
}

/** Lines of the child until it ends; throws what it complained of if it failed. */
export async function* linesOf(child: ChildProcess, name: string): AsyncGenerator<string> {
  const complaints: Buffer[] = [];
  child.stderr!.on('data', (chunk: Buffer) => complaints.push(chunk));
  const ended = once(child, 'close');
  yield* createInterface({ input: child.stdout! });
  const [code, signal] = (await ended) as [number | null, string | null];
  if (code !== 0)
    throw new Error(`${name} ended with ${code ?? signal}: ${Buffer.concat(complaints).toString().trim()}`);
}

/** The first line that has this in it; what comes after is read and dropped. */
export async function lineWith(child: ChildProcess, name: string, part: string): Promise<string> {
  let found: string | undefined;
  for await (const line of linesOf(child, name)) {
    if (!line.includes(part)) continue;
    found = line;
    break;
  }
  if (found === undefined) throw new Error(`${name} ended before it said ${part}`);
  child.stdout!.resume();
  return found;
}

export async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** Resident memory, bytes. */
export function residentBytes(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb ?? 0) * 1024;
}

export function describeMachine(): string {
  const [cpu] = cpus();
  const sharing = IS_PINNED ? 'server and load on a core each' : 'server and load not pinned';
  return `${cpu?.model.trim() ?? 'unknown CPU'}, ${CORE_COUNT} cores, Node ${process.versions.node}, ${sharing}`;
}

/** A directory of this bench. Point $TMPDIR at a real disk, not at a RAM disk. */
export function makeScratch(): string {
  const scratch = mkdtempSync(join(tmpdir(), 'milepost-bench-'));
  process.once('exit', () => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(scratch, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  return scratch;
}

/** A copy that is on disk: what is still to be written back would slow down the syncs that are measured. */
export function copyDirectory(from: string, to: string): string {
  cpSync(from, to, { recursive: true });
  spawnSync('sync', ['-f', to]);
  return to;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
