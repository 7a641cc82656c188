/** The command line: finds the command, shows help, and turns what goes wrong into one clear line and an exit code. */
import { existsSync, readFileSync } from 'node:fs';
import type { Command } from './command.ts';
import { DOCTOR } from './doctor-command.ts';
import type { Host } from './host.ts';
import { type Arguments, describeOptions, parseArguments } from './ops/arguments.ts';
import { loadingProblem } from './ops/doctor/packages.ts';
import { hint, UsageError } from './ops/usage.ts';

const DONE = 0;
/** It was tried and did not work. */
const FAILED = 1;
/** It was not tried: the command line or the configuration is wrong. */
const MISUSED = 2;

/** By name: the classes are only there once everything has been loaded. */
const FORESEEN = ['StartError', 'DataDirectoryError', 'StorageError', 'BackupError', 'TrackFileError'];

type Commands = Readonly<Record<string, Command>>;

/** Resolves with the exit code. */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  try {
    const [name = 'help', ...rest] = argv;
    if (name === '--version' || name === '-V') return say(host, `${version()}\n`);
    const commands = await commandsFor(name);
    if (name === 'help' || name === '--help' || name === '-h') return say(host, help(commands, rest[0]));
    const command = commandNamed(commands, name);
    if (rest.includes('--help') || rest.includes('-h')) return say(host, helpOf(name, command));
    return (await command.run(argumentsOf(command, rest), host)) ?? DONE;
  } catch (error) {
    return explainFailure(error, host);
  }
}

function say(host: Host, text: string): number {
  host.write(text);
  return DONE;
}

/** The doctor must work where the others cannot even be loaded. */
async function commandsFor(name: string): Promise<Commands> {
  if (name === 'doctor') return { doctor: DOCTOR };
  return (await import('./commands.ts')).COMMANDS;
}

function commandNamed(commands: Commands, name: string): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    throw new UsageError([`${name}: unknown command${hint(name, Object.keys(commands))}; try milepost help`]);
  }
  return command;
}

function argumentsOf(command: Command, argv: readonly string[]): Arguments {
  const given = parseArguments(argv, command.options, command.operandsMax);
  if (given.operands.length >= command.operandsMin) return given;
  throw new UsageError([`expected: milepost ${command.usage}`]);
}

function explainFailure(error: unknown, host: Host): number {
  if (error instanceof UsageError) {
    for (const problem of error.problems) host.complain(`milepost: ${problem}\n`);
    return MISUSED;
  }
  const problem = loadingProblem(error);
  if (problem !== null) {
    host.complain(`milepost: ${problem.seen}: ${problem.repair}\n`);
    return FAILED;
  }
  const isForeseen = (error instanceof Error && FORESEEN.includes(error.name)) || isSystemError(error);
  if (!isForeseen) throw error;
  host.complain(`milepost: ${(error as Error).message}\n`);
  return FAILED;
}

/** What the world may do: no such file, connection refused, ... */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function help(commands: Commands, name: string | undefined): string {
  if (name !== undefined) return helpOf(name, commandNamed(commands, name));
  const names = Object.entries(commands);
  const width = Math.max(...names.map(([each]) => each.length));
  const rows = names.map(([each, { summary }]) => `  ${each.padEnd(width)}  ${summary}`);
  return [
    `milepost ${version()}: GPS tracker gateway with an embedded task engine`,
    '',
    ...rows,
    '',
    'milepost help COMMAND says more. Exit code: 0 done, 1 failed, 2 wrong usage or configuration.',
    '',
  ].join('\n');
}

function helpOf(name: string, { usage, summary, options, notes }: Command): string {
  const parts = [
    `milepost ${usage}`,
    `  ${name}: ${summary}`,
    describeOptions(options),
    ...(notes === undefined ? [] : [notes]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** From package.json, which lies one folder up from the sources and two from what is built. */
function version(): string {
  const path = ['../package.json', '../../package.json']
    .map((each) => new URL(each, import.meta.url))
    .find((each) => existsSync(each));
  if (path === undefined) return 'unknown';
  return String(JSON.parse(readFileSync(path, 'utf8')).version);
}
