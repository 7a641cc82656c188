/** Failed logins by address. */
import { expect, it } from 'vitest';
import { FORGIVE_MS, watchLogins } from '../../../src/api/own/login-watch.ts';

function failed(watch: ReturnType<typeof watchLogins>, address: string, times: number, nowMs: number): void {
  for (let i = 0; i < times; i++) watch.noteFailure(address, nowMs);
}

it.each([
  ['nine failures', 9, 0, false],
  ['ten failures', 10, 0, true],
  ['ten, and a moment', 10, FORGIVE_MS - 1, true],
  ['ten, and one is forgiven', 10, FORGIVE_MS, false],
  ['ten, and the clock goes back', 10, -FORGIVE_MS, true],
])('after %s', (_name, times, laterMs, isBarred) => {
  const watch = watchLogins();
  failed(watch, 'a', times, 100_000);
  expect(watch.isBarred('a', 100_000 + laterMs)).toBe(isBarred);
  expect(watch.isBarred('b', 100_000 + laterMs)).toBe(false);
});

it('one failure after each forgiveness is as many as there can be', () => {
  const watch = watchLogins();
  failed(watch, 'a', 10, 0);
  for (let i = 1; i <= 5; i++) {
    expect(watch.isBarred('a', i * FORGIVE_MS)).toBe(false);
    watch.noteFailure('a', i * FORGIVE_MS);
    expect(watch.isBarred('a', i * FORGIVE_MS)).toBe(true);
  }
});

it('a flood of addresses is not all remembered', () => {
  const watch = watchLogins(2);
  for (const address of ['a', 'b', 'c']) failed(watch, address, 10, 0);
  expect(['a', 'b', 'c'].map((address) => watch.isBarred(address, 0))).toEqual([false, true, true]);
});
