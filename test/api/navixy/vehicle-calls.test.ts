/** Vehicles and garages. */
import { beforeEach, describe, expect, it } from 'vitest';
import { DEPOT_CALLS } from '../../../src/api/navixy/depot-calls.ts';
import { VEHICLE_CALLS } from '../../../src/api/navixy/vehicle-calls.ts';
import { LiveKit } from '../calls-kit.ts';

let kit: LiveKit;
let van: number;

beforeEach(async () => {
  kit = new LiveKit([...VEHICLE_CALLS, ...DEPOT_CALLS]);
  van = await kit.tracker('Jimi LL301');
});

const GARAGE = {
  location: { lat: 40.4, lng: -3.6, address: 'Calle Salitre, 58', radius: 150 },
  mechanic_name: 'Martinez',
  dispatcher_name: 'Velasquez',
  organization_name: 'Fleet Systems',
};

async function park(vehicle: object): Promise<number> {
  return (await kit.do('vehicle/create', { vehicle: { label: 'AGV', ...vehicle } })).id;
}

describe('vehicle/*', () => {
  it('reads back what was given, with the names of its tracker and garage', async () => {
    const garage = (await kit.do('garage/create', { garage: GARAGE })).id;
    const papers = {
      model: 'Renault KERAX',
      type: 'truck',
      vin: 'TMBJF25LXC6080000',
      payload_height: 1.2,
      max_speed: 90,
    };
    const id = await park({
      ...papers,
      tracker_id: van,
      garage_id: garage,
      liability_insurance_valid_till: '2020-10-15',
    });
    expect((await kit.do('vehicle/read', { vehicle_id: id })).value).toMatchObject({
      ...{ id, ...papers, tracker_id: van, tracker_label: 'Jimi LL301', garage_id: garage },
      ...{ garage_organization_name: 'Fleet Systems', liability_insurance_valid_till: '2020-10-15', subtype: null },
    });
  });

  it.each([
    [{}, ['B', 'a', 'C'], 3],
    [{ sort: ['label=asc'] }, ['a', 'B', 'C'], 3],
    [{ sort: ['max_speed=desc'] }, ['C', 'a', 'B'], 3],
    [{ filter: 'xyz' }, ['a'], 1],
    [{ limit: 1, offset: 2 }, ['C'], 3],
  ])('vehicle/list %j', async (parameters, labels, count) => {
    await park({ label: 'B' });
    await park({ label: 'a', reg_number: 'XYZ 1', max_speed: 9 });
    await park({ label: 'C', max_speed: 80 });
    const answer = await kit.do('vehicle/list', parameters);
    expect([answer.list.map(({ label }: { label: string }) => label), answer.count]).toEqual([labels, count]);
  });

  it('a tracker goes over to the vehicle that is given it, unless that is not wanted', async () => {
    const first = await park({ tracker_id: van });
    const vehicle = { label: 'Second', tracker_id: van };
    expect(await kit.codeOf('vehicle/create', { vehicle, force_reassign: false })).toBe(247);
    const second = await park(vehicle);
    expect((await kit.do('vehicle/read', { vehicle_id: first })).value.tracker_id).toBeNull();
    expect(await kit.codeOf('vehicle/update', { vehicle: { ...vehicle, id: first }, force_reassign: false })).toBe(247);
    await kit.do('vehicle/update', { vehicle: { ...vehicle, id: first } });
    expect((await kit.do('vehicle/read', { vehicle_id: second })).value.tracker_id).toBeNull();
  });

  it('vehicles are deleted, several in silence', async () => {
    const ids = [await park({}), await park({}), await park({})];
    await kit.do('vehicle/delete', { vehicle_id: ids[0] });
    await kit.do('vehicle/delete', { vehicle_ids: [ids[1], 999] });
    expect((await kit.do('vehicle/list')).list.map(({ id }: { id: number }) => id)).toEqual([ids[2]]);
  });

  it.each([
    ['vehicle/read', {}, '7 vehicle_id'],
    ['vehicle/read', { vehicle_id: 1.5 }, '7 vehicle_id'],
    ['vehicle/read', { vehicle_id: 99 }, 201],
    ['vehicle/create', {}, '7 vehicle'],
    ['vehicle/create', { vehicle: {} }, '7 vehicle.label'],
    ['vehicle/create', { vehicle: { label: 'x', type: 'boat' } }, '7 vehicle.type'],
    ['vehicle/create', { vehicle: { label: 'x', tags: [99] } }, '7 vehicle.tags'],
    ['vehicle/create', { vehicle: { label: 'x', garage_id: 99 } }, '7 vehicle.garage_id'],
    ['vehicle/create', { vehicle: { label: 'x', tracker_id: 99 } }, 201],
    ['vehicle/update', { vehicle: { label: 'x' } }, '7 vehicle.id'],
    ['vehicle/update', { vehicle: { id: 99, label: 'x' } }, 201],
    ['vehicle/delete', {}, '7 vehicle_id'],
    ['vehicle/delete', { vehicle_id: 99 }, 201],
    ['vehicle/delete', { vehicle_id: 1, vehicle_ids: [1] }, '7 vehicle_id'],
    ['vehicle/list', { sort: ['smell=asc'] }, '7 sort'],
    ['garage/create', {}, '7 garage'],
    ['garage/create', { garage: { location: 5 } }, '7 garage.location'],
    ['garage/update', { garage: {} }, '7 garage.id'],
    ['garage/update', { garage: { id: 99 } }, 201],
    ['garage/delete', {}, '7 garage_id'],
    ['garage/delete', { garage_id: 99 }, 201],
  ])('%s %j is %s', async (path, parameters, code) => {
    expect(await kit.codeOf(path, parameters)).toBe(code);
  });

  it.each(['vehicle/create', 'vehicle/update', 'vehicle/delete', 'garage/create', 'garage/update', 'garage/delete'])(
    '%s needs its right',
    async (path) => {
      expect(await kit.codeOf(path, {}, kit.key('employee_update'))).toBe(13);
    },
  );

  it.each(['vehicle/list', 'vehicle/read', 'garage/list', 'department/list'])(
    '%s needs a right to read',
    async (path) => {
      expect(await kit.codeOf(path, {}, kit.key('metrics:read'))).toBe(13);
    },
  );
});

describe('garage/*', () => {
  it('are made, listed, changed and deleted; their vehicles stay', async () => {
    const { id } = await kit.do('garage/create', { garage: GARAGE });
    expect((await kit.do('garage/list')).list).toEqual([{ id, ...GARAGE }]);
    const vehicle = await park({ garage_id: id });
    await kit.do('garage/update', { garage: { id } });
    const empty = { location: null, mechanic_name: null, dispatcher_name: null, organization_name: null };
    expect((await kit.do('garage/list')).list).toEqual([{ id, ...empty }]);
    await kit.do('garage/delete', { garage_id: id });
    expect((await kit.do('vehicle/read', { vehicle_id: vehicle })).value.garage_id).toBeNull();
  });
});
