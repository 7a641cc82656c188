import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Resource } from '../../src/model/resources.ts';
import type { ResourcePlace, ResourcesFound } from '../../src/operations/resources.ts';
import { LiveKit } from '../api/calls-kit.ts';

const PLACE = { landmark: '', point: null };

describe('resources', () => {
  it('have one name of their own, and are refused under one that is taken', () => {
    const { operations } = new LiveKit([]);
    const uuid = crypto.randomUUID();
    expect(operations.createResource('place', { uuid, body: { ...PLACE, address: 'A' } })).toMatchObject({
      kind: 'kept',
    });
    for (const kind of ['place', 'order'] as const) {
      const body = { ...PLACE, address: 'B', reference: '', description: '', orderer: null };
      const outcome = operations.createResource(kind, {
        uuid,
        body: { ...body, isAutoAssigned: false, createdBy: null },
      });
      expect(outcome).toMatchObject({ kind: 'refused', code: 'already_bound' });
    }
    expect(operations.readResource('place', uuid)?.body.address).toBe('A');
    expect(operations.readResource('order', uuid)).toBeNull();
  });

  it('keep an external id that a change does not say', () => {
    const kit = new LiveKit([]);
    const { operations } = kit;
    const made = operations.createResource('place', { externalId: 'E', body: { ...PLACE, address: 'A' } });
    if (made.kind !== 'kept') throw new Error(made.message);
    const { uuid } = made.resource;
    kit.nowMs += 1000;
    operations.updateResource('place', uuid, { ...PLACE, address: 'B' });
    expect(operations.namedResource('place', 'E')).toMatchObject({
      uuid,
      modifiedMs: kit.nowMs,
      body: { address: 'B' },
    });
    operations.updateResource('place', uuid, { ...PLACE, address: 'B' }, null);
    expect(operations.namedResource('place', 'E')).toBeNull();
  });

  it('that are not there are neither changed nor deleted', () => {
    const { operations } = new LiveKit([]);
    const uuid = crypto.randomUUID();
    expect(operations.updateResource('place', uuid, { ...PLACE, address: '' })).toMatchObject({
      code: 'record_not_found',
    });
    expect(operations.deleteResource('place', uuid)).toBe(false);
  });

  it('are listed page by page in any order as they are when all are sorted', async () => {
    const kit = new LiveKit([]);
    const { operations } = kit;
    const names = ['b', null, 'a', 'b', 'c', null, 'a', 'd', 'b', 'e', 'c'];
    const all = names.map((externalId, n) => {
      const made = operations.createResource('place', { externalId, body: { ...PLACE, address: `${n % 3}` } });
      if (made.kind !== 'kept') throw new Error(made.message);
      return made.resource;
    });
    const keys = { none: undefined, name: (one: Resource<'place'>) => one.externalId } as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(['none', 'name'] as const)),
        fc.boolean(),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('0', '1', null),
        async (by, isDescending, limit, address) => {
          const keyOf = keys[by];
          const matches = (one: Resource<'place'>) => address === null || one.body.address === address;
          const found: Resource<'place'>[] = [];
          let after: ResourcePlace | null = null;
          do {
            const page: ResourcesFound<'place'> = await operations.listResources('place', {
              ...{ matches, isDescending, limit, after },
              ...(keyOf && { keyOf }),
            });
            found.push(...page.resources);
            after = page.next;
          } while (after !== null);
          const sign = isDescending ? -1 : 1;
          const rank = (one: Resource<'place'>) =>
            keyOf === undefined ? '' : (keyOf(one) ?? (isDescending ? '' : '~'));
          const sorted = all
            .filter(matches)
            .sort((a, b) => sign * (rank(a) === rank(b) ? a.id - b.id : rank(a) < rank(b) ? -1 : 1));
          expect(found.map(({ id }) => id)).toEqual(sorted.map(({ id }) => id));
        },
      ),
      { numRuns: 60 },
    );
  });
});
