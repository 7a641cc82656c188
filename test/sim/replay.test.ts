import { describe, expect, it } from 'vitest';
import { stopwatch } from '../../src/ops/clock.ts';
import { type ReplayOptions, type ReplayResult, replay } from '../../src/sim/replay.ts';
import { parseTalk } from '../../src/sim/talk.ts';
import { tinyGateway } from './tiny-gateway.ts';

/** Plays a talk to a server that answers each chunk by this table. */
async function play(
  talk: string,
  answers: Readonly<Record<string, string>>,
  options: Partial<ReplayOptions> = {},
): Promise<ReplayResult> {
  const gateway = await tinyGateway((socket, chunk) => {
    const answer = answers[chunk.toString('hex')] ?? '';
    if (answer === 'hang up') socket.end();
    else socket.write(Buffer.from(answer, 'hex'));
  });
  try {
    const { host, port } = gateway;
    const defaults = { host, port, speed: null, isClockPinned: true, patienceMs: 200, stopwatch };
    return await replay(parseTalk(talk), { ...defaults, ...options });
  } finally {
    await gateway.close();
  }
}

describe('a replay', () => {
  it('counts what was said and what was answered as recorded', async () => {
    const result = await play('> aa\n< 01\n> bb\n< 0203', { aa: '01', bb: '0203' });
    expect(result).toEqual({ said: 2, answered: 2, difference: null });
  });

  it('does not mind how answers are cut into segments', async () => {
    expect(await play('> aa\n< 01\n< 02', { aa: '0102' })).toMatchObject({ answered: 2, difference: null });
  });

  it('shows the first byte that differs under both', async () => {
    const { difference } = await play('> aa\n< 010203', { aa: '01ff03' });
    expect(difference).toBe(
      ['line 2: answer differs at byte 2', '  expected 010203', '  received 01ff03', '             ^^'].join('\n'),
    );
  });

  it('stops at the first difference', async () => {
    const result = await play('> aa\n< 01\n> bb\n< 02', { aa: '00', bb: '02' });
    expect(result).toMatchObject({ said: 1, answered: 0 });
  });

  it('misses an answer that does not come', async () => {
    const { difference } = await play('> aa\n< 01', {}, { patienceMs: 20 });
    expect(difference).toContain('line 2: no answer\n  expected 01\n  received (nothing)');
  });

  it('misses the rest of an answer that ends early', async () => {
    expect((await play('> aa\n< 0102', { aa: '01' }, { patienceMs: 20 })).difference).toContain('received 01\n');
  });

  it('does not wait for a gateway that has hung up', async () => {
    const startMs = stopwatch();
    const { difference } = await play('> aa\n< 01', { aa: 'hang up' }, { patienceMs: 60_000 });
    expect(difference).toContain('no answer');
    expect(stopwatch() - startMs).toBeLessThan(30_000);
  });

  it('does not overlook an answer nobody asked for', async () => {
    expect((await play('> aa\n< 01', { aa: '0102' })).difference).toContain('expected (nothing)\n  received 02');
    expect((await play('> aa\n< 01\n~\n> bb', { aa: '0102' })).difference).toContain('received 02');
  });

  it('begins a new connection where the talk does', async () => {
    expect(await play('> aa\n< 01\n~\n> aa\n< 01', { aa: '01' })).toMatchObject({ answered: 2, difference: null });
  });

  const time = { recorded: '78780b8a0f0c1d0000150006f0860d0a', now: '78780b8a1a0504080000000612340d0a' };
  it('compares the time of a time answer only where the clock is pinned', async () => {
    const talk = `> aa\n< ${time.recorded}`;
    expect((await play(talk, { aa: time.now }, { isClockPinned: false })).difference).toBeNull();
    expect((await play(talk, { aa: time.now }, { isClockPinned: true })).difference).toContain('at byte 5');
  });

  it('compares the serial of a time answer always', async () => {
    const other = time.now.replace('0006', '0007');
    const result = await play(`> aa\n< ${time.recorded}`, { aa: other }, { isClockPinned: false });
    expect(result.difference).toContain('at byte 12');
  });

  it('rejects when nobody listens', async () => {
    const gateway = await tinyGateway(() => {});
    await gateway.close();
    const options = {
      host: '127.0.0.1',
      port: gateway.port,
      speed: null,
      isClockPinned: true,
      patienceMs: 1,
      stopwatch,
    };
    await expect(replay(parseTalk('> aa'), options)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
