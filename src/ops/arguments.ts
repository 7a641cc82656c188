/** Reads a command line against a table of options. Everything unknown or malformed is refused by name. */
import { parseArgs } from 'node:util';
import { hint, UsageError } from './usage.ts';
import type { Kind } from './values.ts';

interface Option {
  /** How help shows the value, such as `N` or `FILE`; null = a switch without one. */
  readonly value: string | null;
  readonly meaning: string;
}

export type Options = Readonly<Record<string, Option>>;

export interface Arguments {
  /** Values by option name without dashes; a switch that was given is ''. Given twice: the last one. */
  readonly options: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/** Throws UsageError with every fault. `operandsMax` = how many words without dashes the command takes. */
export function parseArguments(argv: readonly string[], options: Options, operandsMax: number): Arguments {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(options).map(([name, option]) => [name, { type: option.value === null ? 'boolean' : 'string' }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string>();
  const operands: string[] = [];
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const problem = optionProblem(token, options);
    if (problem === null) given.set(token.name, token.value ?? '');
    else problems.push(problem);
  }
  // After an unknown option a surplus word is most likely its value.
  const surplus = problems.length > 0 ? [] : operands.slice(operandsMax);
  for (const word of surplus) problems.push(`${JSON.stringify(word)}: one word too many`);
  if (problems.length > 0) throw new UsageError(problems);
  return { options: given, operands };
}

/** The value of one option, or of its default. Throws UsageError. */
export function optionValue<T>(given: Arguments, name: string, kind: Kind<T>, fallback: string): T {
  const text = given.options.get(name) ?? fallback;
  const value = kind.parse(text);
  if (value === undefined) throw new UsageError([`--${name}: got ${JSON.stringify(text)}, expected ${kind.expects}`]);
  return value;
}

function optionProblem(
  token: { name: string; rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
  options: Options,
): string | null {
  const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
  if (option === undefined) {
    const known = Object.keys(options).map((name) => `--${name}`);
    return `${token.rawName}: unknown option${hint(token.rawName, known)}`;
  }
  if (option.value === null) {
    return token.value === undefined ? null : `${token.rawName}: got ${JSON.stringify(token.value)}, expected no value`;
  }
  if (token.value === undefined) return `${token.rawName}: got nothing, expected ${option.value}`;
  // `--data --http-port 80`: the next option is not this one's value; `--data=--odd` says it is.
  if (token.inlineValue !== true && token.value.startsWith('--')) {
    return `${token.rawName}: got ${token.value}, expected ${option.value} (or write ${token.rawName}=${token.value})`;
  }
  return null;
}

/** The options of a command as aligned lines for `--help`. */
export function describeOptions(options: Options): string {
  const rows = Object.entries(options).map(([name, { value, meaning }]) => ({
    left: value === null ? `--${name}` : `--${name} ${value}`,
    meaning,
  }));
  const width = Math.min(40, Math.max(0, ...rows.map((row) => row.left.length)));
  return rows.map((row) => `  ${row.left.padEnd(width)}  ${row.meaning}`).join('\n');
}
