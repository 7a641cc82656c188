import { describe, expect, it } from 'vitest';
import { createLog, wantsPretty } from '../../src/ops/log.ts';

function collect(isPretty: boolean, level: 'info' | 'error' = 'info') {
  const lines: string[] = [];
  const log = createLog({ level, isPretty, destination: { write: (line) => void lines.push(line) } });
  return { log, lines };
}

describe('the log', () => {
  it('writes one JSON object per line, with an ISO time', () => {
    const { log, lines } = collect(false);
    log.info({ port: 1 }, 'ready');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'ready', port: 1 });
    expect(lines[0]).toMatch(/"time":"\d{4}-\d\d-\d\dT/);
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = collect(false, 'error');
    log.info({}, 'not this');
    expect(lines).toEqual([]);
  });

  it.each<[Parameters<typeof wantsPretty>[0], boolean, boolean]>([
    ['auto', true, true],
    ['auto', false, false],
    ['pretty', false, true],
    ['json', true, false],
  ])('in format %s on a terminal (%s) is pretty: %s', (format, isTerminal, expected) => {
    expect(wantsPretty(format, isTerminal)).toBe(expected);
  });
});
