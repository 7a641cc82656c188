/** `--profile`: where the server's time goes under the load of P1, by room and by function. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from './context.ts';

/** V8's format; times in us of the monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface Spent {
  readonly room: string;
  readonly name: string;
  readonly us: number;
}

const FUNCTIONS_SHOWN = 40;

export async function profile(context: Context): Promise<string> {
  const directory = context.emptyDirectory();
  const flags = ['--cpu-prof', '--cpu-prof-interval', '500', '--cpu-prof-dir', directory];
  const { found, faults } = await context.withGateway(
    context.fullSeed,
    async (server) => {
      const report = await context.load(server, { ...context.drive(), step: 1000 });
      return { found: report, reports: [report] };
    },
    flags,
  );
  if (faults.length > 0) throw new Error(faults.join('; '));
  const profiles = readdirSync(directory).map((file) => readFileSync(join(directory, file), 'utf8'));
  const spent = profiles.flatMap((text) => selfTimes(JSON.parse(text) as CpuProfile, found.fromUs, found.toUs));
  return tableOf(spent, found.ackedInWindow);
}

/** Time of each function itself between two moments. What is native counts where it was called from. */
export function selfTimes(
  { nodes, startTime, samples, timeDeltas }: CpuProfile,
  fromUs: number,
  toUs: number,
): Spent[] {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const self = new Map<number, number>();
  let atUs = startTime;
  samples.forEach((id, i) => {
    atUs += timeDeltas[i]!;
    // A sample stands for the time up to the next one.
    const us = timeDeltas[i + 1] ?? 0;
    if (atUs >= fromUs && atUs < toUs) self.set(id, (self.get(id) ?? 0) + us);
  });
  return [...self].map(([id, us]) => {
    let node = byId.get(id)!;
    const { functionName, lineNumber } = node.callFrame;
    while (node.callFrame.url === '' && parents.has(node.id)) node = byId.get(parents.get(node.id)!)!;
    const isNative = node.id !== id;
    const room = isSystem(functionName) ? 'system' : roomOf(node.callFrame.url);
    const place = isNative ? 'native' : `${node.callFrame.url.split('/').at(-1)}:${lineNumber + 1}`;
    return { room, name: isSystem(functionName) ? functionName : `${functionName || '(anonymous)'} ${place}`, us };
  });
}

function isSystem(name: string): boolean {
  return /^\((program|idle|garbage collector|root)\)$/.test(name);
}

function roomOf(url: string): string {
  const [, room] = /\/dist\/(?:src\/([a-z]+)\/|(?=protocols\/))/.exec(url) ?? [];
  if (room !== undefined) return room;
  if (url.includes('/dist/protocols/')) return 'protocols';
  const [, name] = /\/node_modules\/([^/]+)\//.exec(url) ?? [];
  if (name !== undefined) return name;
  return url.startsWith('node:') ? 'node' : 'program';
}

function tableOf(spent: readonly Spent[], frames: number): string {
  const busy = spent.filter(({ name }) => name !== '(idle)');
  const total = busy.reduce((sum, { us }) => sum + us, 0);
  const rooms = summed(busy, ({ room, name }) => (room === 'system' ? name : room));
  const functions = summed(busy, ({ room, name }) => `${room.padEnd(14)} ${name}`);
  const line = ([name, us]: readonly [string, number]) =>
    `${((us / total) * 100).toFixed(1).padStart(6)} %  ${(us / frames).toFixed(2).padStart(7)} us/frame  ${name}`;
  return [
    "By room; waiting for the disk counts as the store's.",
    ...rooms.map(line),
    '',
    'By function',
    ...functions.slice(0, FUNCTIONS_SHOWN).map(line),
    '',
  ].join('\n');
}

function summed(spent: readonly Spent[], keyOf: (spent: Spent) => string): (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const each of spent) sums.set(keyOf(each), (sums.get(keyOf(each)) ?? 0) + each.us);
  return [...sums].sort(([, a], [, b]) => b - a);
}
