/** The geocoder's door; who is nearest is tested where sheets are read (`test/api/navixy/convert-calls.test.ts`). */
import { expect, it } from 'vitest';
import { performerOperations } from '../../src/operations/performers.ts';
import { Pacer } from '../../src/operations/slices.ts';
import { testStore } from '../store/kit.ts';

const INTAKE = { tracker: () => null, trackers: () => [] };

it('addresses are looked up by the geocoder, if there is one', async () => {
  const deps = { store: testStore(), intake: INTAKE, pacer: new Pacer(() => 0) };
  expect(await performerOperations(deps).locate(['Quay 4'])).toBeNull();
  const geocoder = { locate: async (addresses: readonly string[]) => addresses.map(() => ({ latDeg: 1, lonDeg: 2 })) };
  expect(await performerOperations({ ...deps, geocoder }).locate(['Quay 4'])).toEqual([{ latDeg: 1, lonDeg: 2 }]);
});
