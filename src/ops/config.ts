/**
 * Where settings come from: flag > environment > file > default, one grammar in all of them. The only place that reads
 * the process's environment.
 *
 * The file is `key = value` lines with `#` comments rather than JSON: an operator can say beside a value why it is so,
 * and a value is written exactly as on the command line.
 */
import { readFileSync } from 'node:fs';
import type { Options } from './arguments.ts';
import { type Config, flagOf, SETTING_KEYS, SETTINGS, type Setting, type SettingKey, variableOf } from './settings.ts';
import { hint, UsageError } from './usage.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Sources {
  /** By flag name without dashes. Other options of the command may be among them. */
  readonly flags: ReadonlyMap<string, string>;
  readonly environment: Environment;
  /** Throws when the file cannot be read. */
  readonly readText: (path: string) => string;
}

export interface Resolved {
  readonly config: Config;
  /** Where each value was found and how it was written there. */
  readonly found: Readonly<Record<SettingKey, Found>>;
}

interface Found {
  readonly origin: string;
  readonly text: string;
}

/** Not a setting: it names the file. */
const FILE_FLAG = 'config';
const FILE_VARIABLE = 'MILEPOST_CONFIG';
/** Of the same family, but read by the test suite. */
const FOREIGN_VARIABLES = ['MILEPOST_CORPUS'];
const FILE_BYTES_MAX = 1_048_576;

/** The command-line options that set these settings, and the one that names a file. */
export function settingOptions(names: readonly SettingKey[] = SETTING_KEYS): Options {
  return {
    ...Object.fromEntries(names.map((name) => [flagOf(name).slice(2), optionOf(name)])),
    [FILE_FLAG]: { value: 'FILE', meaning: 'file of `key = value` lines (default none)' },
  };
}

/** Throws UsageError naming every unknown or malformed key of every source. */
export function resolveConfig(sources: Sources): Resolved {
  const problems: string[] = [];
  const file = readFile(sources, problems);
  refuseUnknownVariables(sources.environment, problems);
  const found: Partial<Record<SettingKey, Found>> = {};
  const config: Partial<Record<SettingKey, unknown>> = {};
  for (const name of SETTING_KEYS) {
    const place = find(name, sources, file);
    const setting: Setting<unknown> = SETTINGS[name];
    const value = setting.kind.parse(place.text);
    if (value === undefined) problems.push(malformed(place, setting));
    found[name] = place;
    config[name] = value;
  }
  if (problems.length > 0) throw new UsageError(problems);
  return { config: Object.freeze(config) as Config, found: found as Record<SettingKey, Found> };
}

/** The defaults, with some settings replaced; for the demo, replays and tests. */
export function defaultConfig(overrides: Partial<Config> = {}): Config {
  const sources = { flags: new Map(), environment: {}, readText: () => '' };
  return Object.freeze({ ...resolveConfig(sources).config, ...overrides });
}

/** Effective settings in the file's own format, each with its origin; secrets hidden. */
export function printConfig(resolved: Resolved): string {
  const rows = SETTING_KEYS.map((name) => {
    const { text, origin } = resolved.found[name];
    const isHidden = SETTINGS[name].isSecret && resolved.config[name] !== null;
    return { left: `${name} = ${isHidden ? '(hidden)' : text}`, origin };
  });
  const width = Math.max(...rows.map((row) => row.left.length));
  return rows.map((row) => `${row.left.padEnd(width)}  # ${row.origin}`).join('\n');
}

/** The process's environment, for whoever starts the program. */
export function processEnvironment(): Environment {
  return process.env;
}

export function readTextFile(path: string): string {
  return readFileSync(path, 'utf8');
}

const DEFAULT_ORIGIN = 'default';

function optionOf(name: SettingKey): { value: string; meaning: string } {
  const { meaning, fallback } = SETTINGS[name];
  return { value: 'VALUE', meaning: `${meaning} (default ${fallback})` };
}

function find(name: SettingKey, sources: Sources, file: ReadonlyMap<string, Found>): Found {
  const flag = flagOf(name);
  const onCommandLine = sources.flags.get(flag.slice(2));
  if (onCommandLine !== undefined) return { origin: flag, text: onCommandLine };
  const variable = variableOf(name);
  const inEnvironment = sources.environment[variable];
  if (inEnvironment !== undefined) return { origin: variable, text: inEnvironment };
  return file.get(name) ?? { origin: DEFAULT_ORIGIN, text: SETTINGS[name].fallback };
}

function malformed(place: Found, setting: Setting<unknown>): string {
  const value = setting.isSecret ? `${place.text.length} characters` : JSON.stringify(place.text);
  return `${place.origin}: got ${value}, expected ${setting.kind.expects}`;
}

function refuseUnknownVariables(environment: Environment, problems: string[]): void {
  const known = [...SETTING_KEYS.map(variableOf), FILE_VARIABLE];
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('MILEPOST_') || known.includes(name) || FOREIGN_VARIABLES.includes(name)) continue;
    problems.push(`${name}: unknown setting${hint(name, known)}`);
  }
}

function readFile(sources: Sources, problems: string[]): ReadonlyMap<string, Found> {
  const path = sources.flags.get(FILE_FLAG) ?? sources.environment[FILE_VARIABLE];
  if (path === undefined) return new Map();
  try {
    const text = sources.readText(path);
    if (text.length <= FILE_BYTES_MAX) return parseFile(path, text, problems);
    problems.push(`${path}: got ${text.length} characters, expected a configuration of at most ${FILE_BYTES_MAX}`);
  } catch (error) {
    problems.push(`${path}: cannot be read as configuration: ${(error as Error).message}`);
  }
  return new Map();
}

/** `key = value`, one per line; `#` at the start of a line or after a blank begins a comment. */
function parseFile(path: string, text: string, problems: string[]): ReadonlyMap<string, Found> {
  const settings = new Map<string, Found>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const origin = `${path} line ${index + 1}`;
    const content = line.replace(/(^|\s)#.*$/, '').trim();
    if (content === '') continue;
    const match = /^([^=\s]+)\s*=\s*(.*)$/.exec(content);
    const name = match?.[1] ?? '';
    if (match === null) problems.push(`${origin}: got ${JSON.stringify(content)}, expected key = value`);
    else if (!Object.hasOwn(SETTINGS, name))
      problems.push(`${origin}: ${name}: unknown setting${hint(name, SETTING_KEYS)}`);
    else if (settings.has(name)) problems.push(`${origin}: ${name}: set twice, expected once`);
    else settings.set(name, { origin: `${origin}: ${name}`, text: match[2] ?? '' });
  }
  return settings;
}
