import { expect, it } from 'vitest';
import { Presence } from '../../src/gateway/presence.ts';

it('a tracker is there for as long as it has been heard lately', () => {
  const presence = new Presence(60_000);
  presence.age(5_000);
  presence.hear(1);
  expect([presence.has(1), presence.has(2)]).toEqual([true, false]);
  presence.age(60_000);
  expect(presence.has(1)).toBe(true);
  presence.age(500);
  expect(presence.has(1)).toBe(false);
});

it('a tracker that is heard again is there for as long anew', () => {
  const presence = new Presence(60_000);
  presence.hear(1);
  presence.age(40_000);
  presence.hear(1);
  presence.age(40_000);
  expect(presence.has(1)).toBe(true);
});

it('a tracker that is forgotten is gone until it is heard again', () => {
  const presence = new Presence(60_000);
  presence.hear(1);
  presence.forget(1);
  expect(presence.has(1)).toBe(false);
  presence.hear(1);
  expect(presence.has(1)).toBe(true);
});

it('tells of each tracker that comes and goes, once', () => {
  const changed: (readonly [number, boolean])[] = [];
  const presence: Presence = new Presence(60_000, (id) => changed.push([id, presence.has(id)]));
  presence.hear(1);
  presence.hear(2);
  presence.age(40_000);
  presence.hear(1);
  presence.age(30_000);
  expect(changed).toEqual([
    [1, true],
    [2, true],
    [2, false],
  ]);
  presence.age(30_500);
  presence.age(60_000);
  presence.forget(1);
  expect(changed.slice(3)).toEqual([[1, false]]);
});
