import { describe, expect, it } from 'vitest';
import { type Options, optionValue, parseArguments } from '../../src/ops/arguments.ts';
import { UsageError } from '../../src/ops/usage.ts';
import { integer } from '../../src/ops/values.ts';

const OPTIONS: Options = {
  devices: { value: 'N', meaning: 'how many' },
  to: { value: 'HOST:PORT', meaning: 'where' },
  json: { value: null, meaning: 'as JSON' },
};

function problemsOf(argv: readonly string[]): readonly string[] {
  try {
    parseArguments(argv, OPTIONS, 1);
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
  return [];
}

describe('a command line', () => {
  it('has options in both spellings, switches, and words', () => {
    const given = parseArguments(['--devices', '3', 'FILE', '--to=h:1', '--json'], OPTIONS, 1);
    expect(Object.fromEntries(given.options)).toEqual({ devices: '3', to: 'h:1', json: '' });
    expect(given.operands).toEqual(['FILE']);
  });

  it('takes the last of two', () => {
    expect(parseArguments(['--devices=1', '--devices=2'], OPTIONS, 0).options.get('devices')).toBe('2');
  });

  it('takes a dash as a word, and all after two dashes', () => {
    expect(parseArguments(['-'], OPTIONS, 1).operands).toEqual(['-']);
    expect(parseArguments(['--', '--json'], OPTIONS, 1).operands).toEqual(['--json']);
  });

  it.each<[string, string[], string[]]>([
    ['an unknown option, once', ['--device', '3', 'FILE'], ['--device: unknown option; did you mean --devices?']],
    ['an unknown letter', ['-x'], ['-x: unknown option']],
    ['a name that every object has', ['--constructor'], ['--constructor: unknown option']],
    ['an option at the end without its value', ['--devices'], ['--devices: got nothing, expected N']],
    [
      'an option in the place of a value',
      ['--devices', '--json'],
      ['--devices: got --json, expected N (or write --devices=--json)'],
    ],
    ['a switch with a value', ['--json=yes'], ['--json: got "yes", expected no value']],
    ['a word too many', ['a', 'b'], ['"b": one word too many']],
  ])('with %s is refused', (_name, argv, problems) => {
    expect(problemsOf(argv)).toEqual(problems);
  });

  it('has values that are read, or their defaults', () => {
    const given = parseArguments(['--devices', '3'], OPTIONS, 0);
    expect(optionValue(given, 'devices', integer(1, 9), '1')).toBe(3);
    expect(optionValue(given, 'to', integer(1, 9), '1')).toBe(1);
    expect(() => optionValue(given, 'devices', integer(4, 9), '4')).toThrow(
      '--devices: got "3", expected a whole number from 4 to 9',
    );
  });
});
