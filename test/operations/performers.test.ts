/** The geocoder's door; who is nearest is tested where sheets are read (`test/api/navixy/convert-calls.test.ts`). */
import { expect, it } from 'vitest';
import { performerOperations } from '../../src/operations/performers.ts';
import { Pacer } from '../../src/operations/slices.ts';
import { testStore } from '../store/kit.ts';

const INTAKE = { tracker: () => null, trackers: () => [] };

it('addresses are looked up by the geocoder, if there is one', async () => {
  const deps = { store: testStore(), intake: INTAKE, pacer: new Pacer(() => 0) };
  expect(await performerOperations(deps).locateAll(['Quay 4'])).toBeNull();
  const geocoder = {
    locate: async (address: string) => {
      if (address === 'Styx') throw new Error('no such river');
      return address === '' ? [] : [{ latDeg: 1, lonDeg: 2, address }];
    },
    addressAt: async () => null,
  };
  const places = await performerOperations({ ...deps, geocoder }).locateAll(['Quay 4', '', 'Styx']);
  expect(places).toEqual([{ latDeg: 1, lonDeg: 2, address: 'Quay 4' }, null, null]);
});
