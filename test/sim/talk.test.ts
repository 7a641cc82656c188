import { describe, expect, it } from 'vitest';
import { GT06_SPEECH } from '../../src/sim/speech-gt06.ts';
import { parseTalk } from '../../src/sim/talk.ts';
import { TalkRecorder } from '../../src/sim/talk-recorder.ts';

describe('a talk', () => {
  it('is read with its headers, its clock and its steps', () => {
    const talk = parseTalk('# note\nsource: here\nclock: 2026-05-04T08:00:00Z\n\n~\n@ 10\n> 00 0F  # login\n< 01\n');
    expect(Object.fromEntries(talk.headers)).toEqual({ source: 'here', clock: '2026-05-04T08:00:00Z' });
    expect(talk.clockMs).toBe(Date.UTC(2026, 4, 4, 8));
    expect(talk.steps).toEqual([
      { kind: 'connect', line: 5, atMs: 0 },
      { kind: 'say', line: 7, atMs: 10, bytes: Buffer.from([0, 15]) },
      { kind: 'expect', line: 8, atMs: 10, bytes: Buffer.from([1]) },
    ]);
  });

  it('begins with a connection, said or not', () => {
    expect(parseTalk('> 01').steps.map((step) => step.kind)).toEqual(['connect', 'say']);
    expect(parseTalk('> 01').clockMs).toBeNull();
  });

  it.each<[string, string, string]>([
    ['an odd digit', '> 012', 'line 1: got "> 012", expected > or < and hex, @ and ms, or ~'],
    ['no direction', '0102', 'line 1: got "0102", expected > or < and hex, @ and ms, or ~'],
    ['an empty message', '~\n>', 'line 2: got ">", expected > or < and hex, @ and ms, or ~'],
    ['a time that runs backwards', '@ 10\n> 01\n@ 9', 'line 3: got time "9", expected ms not before 10'],
    ['a time that is none', '@ soon', 'line 1: got time "soon", expected ms not before 0'],
    ['a header after the first step', '> 01\nclock: 2026-05-04T08:00:00Z', 'line 2: got "clock: 2026-05-04T08:00:00Z"'],
    ['a clock that is none', 'clock: noon', 'got clock "noon", expected an ISO 8601 instant'],
  ])('with %s is refused with its line', (_name, text, message) => {
    expect(() => parseTalk(text)).toThrow(message);
  });

  it('is recorded as it is read, with the clock that the gateway told', () => {
    let nowMs = 500;
    const recorder = new TalkRecorder(
      () => nowMs,
      () => 0,
    );
    recorder.note('connected', Buffer.alloc(0), GT06_SPEECH);
    nowMs += 20;
    recorder.note('sent', Buffer.from([1, 2]), GT06_SPEECH);
    recorder.note('received', Buffer.from('78780b8a0f0c1d0000150006f0860d0a', 'hex'), GT06_SPEECH);
    const talk = parseTalk(recorder.text({ source: 'a test' }));
    expect(talk.clockMs).toBe(Date.UTC(2015, 11, 29, 0, 0, 21));
    expect(talk.headers.get('source')).toBe('a test');
    expect(talk.steps.map(({ kind, atMs }) => [kind, atMs])).toEqual([
      ['connect', 0],
      ['say', 20],
      ['expect', 20],
    ]);
  });
});
