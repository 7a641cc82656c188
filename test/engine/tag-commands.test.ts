import { expect, it } from 'vitest';
import { at, Bench, inside, terms } from './world-kit.ts';

const text = { label: 'T', description: '', externalId: null, origin: 'manual', extra: {}, form: null } as const;

it('takes a tag from tasks in any state and from routes, and from nothing that does not bear it', () => {
  const bench = new Bench(at('08:00'));
  const create = (tags: readonly number[]) => {
    const task = {
      uuid: crypto.randomUUID(),
      dialect: 'navixy',
      trackerId: 1,
      terms: terms('09:00', '10:00'),
    } as const;
    const outcome = bench.do({ kind: 'create_task', task: { ...task, text: { ...text, tags, address: '' } } });
    return outcome.kind === 'task' ? outcome.taskId : 0;
  };
  const [both, other] = [create([7, 8]), create([8])];
  const checkpoint = { uuid: 'c', text: { ...text, tags: [7], address: '' }, terms: terms('09:00', '10:00') };
  const route = { uuid: 'r', dialect: 'navixy', trackerId: 1, text: { ...text, tags: [7] }, checkpoints: [checkpoint] };
  const made = bench.do({ kind: 'create_route', route: { ...route, dialect: 'navixy' } });
  if (made.kind !== 'route') throw new Error('no route');
  bench.deliver([inside('09:10')]);
  const facts = bench.task(both).facts;
  expect(facts.state).toBe('completed');
  const told = bench.events.length;
  const ids = [both, other, made.routeId, ...made.checkpointIds, 999];
  expect(bench.do({ kind: 'untag', tagId: 7, ids })).toEqual({ kind: 'untagged' });
  expect([both, other, ...made.checkpointIds].map((id) => bench.task(id).text.tags)).toEqual([[8], [8], []]);
  expect(bench.route(made.routeId).text.tags).toEqual([]);
  expect(bench.task(both).facts).toEqual(facts);
  const bodies = bench.events.slice(told).map(({ taskId, body }) => [taskId, body]);
  expect(bodies).toEqual([
    [both, { kind: 'update', text: { tags: [8] }, terms: {} }],
    [made.routeId, { kind: 'update', text: { tags: [] }, terms: {} }],
    [made.checkpointIds[0], { kind: 'update', text: { tags: [] }, terms: {} }],
  ]);
});
