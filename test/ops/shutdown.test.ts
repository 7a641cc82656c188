import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onShutdown } from '../../src/ops/shutdown.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function program(close: () => Promise<void>) {
  const signals = new EventEmitter();
  const codes: number[] = [];
  const told: string[] = [];
  const closing = vi.fn(close);
  const release = onShutdown({
    signals,
    close: closing,
    exit: (code) => codes.push(code),
    tell: (message) => told.push(message),
    limitMs: 5000,
  });
  return { signals, codes, told, close: closing, release };
}

describe('shutdown', () => {
  it.each(['SIGTERM', 'SIGINT'])('%s closes everything and leaves with 0', async (signal) => {
    const { signals, codes, close } = program(async () => {});
    signals.emit(signal);
    await vi.advanceTimersByTimeAsync(0);
    expect(close).toHaveBeenCalledTimes(1);
    expect(codes).toEqual([0]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(codes).toEqual([0]);
  });

  it('a second signal does not close twice but ends at once', async () => {
    const { signals, codes, close } = program(() => new Promise(() => {}));
    signals.emit('SIGINT');
    await vi.advanceTimersByTimeAsync(1000);
    expect(codes).toEqual([]);
    signals.emit('SIGTERM');
    expect(close).toHaveBeenCalledTimes(1);
    expect(codes).toEqual([1]);
  });

  it('the same signal passed on by a parent is no second one', async () => {
    const { signals, codes, close } = program(() => new Promise((resolve) => setTimeout(resolve, 100)));
    signals.emit('SIGINT');
    signals.emit('SIGINT');
    await vi.advanceTimersByTimeAsync(100);
    expect(close).toHaveBeenCalledTimes(1);
    expect(codes).toEqual([0]);
  });

  it('what does not close is ended when the time is over', async () => {
    const { signals, codes, told } = program(() => new Promise(() => {}));
    signals.emit('SIGTERM');
    await vi.advanceTimersByTimeAsync(4999);
    expect(codes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(codes).toEqual([1]);
    expect(told).toContain('not closed within 5000 ms: ending at once');
  });

  it('a failure to close is told and leaves with 1', async () => {
    const { signals, codes, told } = program(() => Promise.reject(new Error('disk gone')));
    signals.emit('SIGTERM');
    await vi.advanceTimersByTimeAsync(0);
    expect(codes).toEqual([1]);
    expect(told.at(-1)).toBe('closing failed: disk gone');
  });

  it('lets go of the signals', () => {
    const { signals, release } = program(async () => {});
    release();
    expect(signals.listenerCount('SIGTERM') + signals.listenerCount('SIGINT')).toBe(0);
  });
});
