/** `task/batch_convert`: rows become tasks with faults and performers, and nothing is made. */
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createKit, type Kit } from '../kit.ts';

let kit: Kit;

beforeEach(async () => {
  kit = createKit();
  for (const label of ['Van 1', 'Van 2', 'Van 3', 'Blocked']) await kit.own('POST', '/api/trackers', { label });
  await kit.own('PATCH', '/api/trackers/4', { isBlocked: true });
});

const ROW = ['Deliver', '2026-03-01 08:00:00', '2026-03-01 10:00:00', 'Quay 4', '51.5', '7.25', 'Quickly'];

function row(...cells: readonly string[]): string {
  return cells.join('\t');
}

function invalid(parameter: string, error: string) {
  const status = { code: 7, description: 'Invalid parameters' };
  return { success: false, status, errors: [{ parameter, error }] };
}

it("a cell must be as the owner's field wants it", async () => {
  await kit.navixy('entity/fields/update', { entity_id: 1, fields: [{ label: 'Mail', type: 'email' }] });
  const id = (await kit.navixy('entity/fields/read', { entity_id: 1 })).body.list[0]!.id;
  const fields = ['label', 'from', 'lat', 'lng', String(id)];
  const batch = ['a@example.com', 'nobody'].map((cell) => row('a', ROW[1]!, '1', '2', cell)).join('\n');
  const { list } = (await kit.navixy('task/batch_convert', { batch, fields })).body;
  expect(list[0]).toMatchObject({ fields: { [id]: { type: 'email', value: 'a@example.com' } } });
  expect(list[0]).not.toHaveProperty('errors');
  expect(list[1]?.errors).toEqual([{ parameter: `task.fields.${id}`, error: 'must be an email' }]);
});

describe('a row', () => {
  it('becomes a task as a list would show it, without an id', async () => {
    const { text } = await kit.navixy('task/batch_convert', { batch: row(...ROW, '10', '5', '2') });
    expect(text).toBe(
      JSON.stringify({
        success: true,
        list: [
          {
            id: null,
            user_id: 1,
            tracker_id: null,
            status: 'unassigned',
            status_change_date: '2026-03-01 13:00:00',
            tags: [],
            label: 'Deliver',
            description: 'Quickly',
            external_id: null,
            creation_date: '2026-03-01 13:00:00',
            origin: 'imported',
            location: { lat: 51.5, lng: 7.25, address: 'Quay 4', radius: 100 },
            from: '2026-03-01 08:00:00',
            to: '2026-03-01 10:00:00',
            arrival_date: null,
            stay_duration: 0,
            min_stay_duration: 10,
            min_arrival_duration: 2,
            max_delay: 5,
            type: 'task',
          },
        ],
        limit_exceeded: false,
      }),
    );
    expect(kit.line.tasks.size).toBe(0);
  });

  it.each<[string, string[], string[], object, object]>([
    [
      'has the defaults of the request',
      ['label', 'from', 'lat', 'lng'],
      ['a', '2026-03-29 01:30:00', '1', '2'],
      { default_radius: 70, default_max_delay: 3, default_min_stay_duration: 4, default_duration: 90 },
      {
        location: { lat: 1, lng: 2, address: '', radius: 70 },
        max_delay: 3,
        min_stay_duration: 4,
        to: '2026-03-29 04:00:00',
      },
    ],
    [
      'ends an hour after it begins',
      ['label', 'from', 'lat', 'lng'],
      ['a', ROW[1]!, '1', '2'],
      {},
      { to: '2026-03-01 09:00:00' },
    ],
    [
      'has columns in any order, custom fields, and others that mean nothing',
      ['lng', 'nonsense', 'lat', '77', 'external_id', 'radius', 'from', 'label', 'lat'],
      ['2', 'x', '1,5', 'blue', 'E-1', '30', ROW[1]!, 'a', '9'],
      {},
      {
        location: { lat: 1.5, lng: 2, address: '', radius: 30 },
        external_id: 'E-1',
        fields: { '77': { type: 'text', value: 'blue' } },
      },
    ],
    [
      'is done by whom it names, in whatever case',
      ['label', 'from', 'lat', 'lng', 'performer'],
      ['a', ROW[1]!, '1', '2', 'VAN 2'],
      {},
      { tracker_id: 2, status: 'assigned' },
    ],
  ])('%s', async (_name, fields, cells, parameters, expected) => {
    const { body } = await kit.navixy('task/batch_convert', { batch: row(...cells), fields, ...parameters });
    expect(body.list[0]).toMatchObject(expected);
    expect(body.list[0]).not.toHaveProperty('errors');
  });

  it('keeps breaks, tabs and quotes of a quoted cell', async () => {
    const batch = `a\t${ROW[1]}\t\t\t1\t2\t"one\ntwo\t""three"""\nb\t${ROW[1]}\t\t\t1\t2`;
    const { body } = await kit.navixy('task/batch_convert', { batch });
    expect(body.list.map(({ label }) => label)).toEqual(['a', 'b']);
    expect(body.list[0]).toMatchObject({ description: 'one\ntwo\t"three"' });
  });

  it('says everything that is wrong with it, and the others nothing', async () => {
    const wrong = ['', 'tomorrow', '', 'Quay 4', '91', 'east'];
    const { body } = await kit.navixy('task/batch_convert', { batch: `${row(...wrong)}\n${row(...ROW)}` });
    const date = "must be a date as yyyy-MM-dd HH:mm:ss or yyyy-MM-dd'T'HH:mm:ssZZ, not";
    expect(body.list[0]).toMatchObject({ from: null, to: null, location: { lat: 91, lng: null } });
    expect(body.list[0]?.errors).toEqual([
      { parameter: 'task.from', error: `${date} "tomorrow"` },
      { parameter: 'task.to', error: 'must not be null' },
      { parameter: 'task.label', error: 'must not be null' },
      { parameter: 'task.location.lat', error: 'must be less than or equal to 90' },
      { parameter: 'task.location.lng', error: 'must be a number, not "east"' },
    ]);
    expect(body.list[1]).not.toHaveProperty('errors');
  });

  it.each([
    [
      'an address alone',
      ['Quay 4', '', ''],
      'task.location.address',
      'must have lat and lng: no geocoder is set up to find them',
    ],
    ['no place at all', ['', '', ''], 'task.location.lat', 'must not be null'],
  ])('with %s is faulty', async (_name, [address, lat, lng], parameter, error) => {
    const { body } = await kit.navixy('task/batch_convert', { batch: row('a', ROW[1]!, '', address!, lat!, lng!) });
    expect(body.list[0]?.errors[0]).toEqual({ parameter, error });
  });

  it('with an address alone has the place that a geocoder finds, if it does', async () => {
    const locate = vi.spyOn(kit.line.operations, 'locateAll').mockResolvedValue([{ latDeg: 51.5, lonDeg: 7.25 }, null]);
    onTestFinished(() => locate.mockRestore());
    const batch = ['Quay 4', 'Nowhere', ''].map((address) => row('a', ROW[1]!, '', address)).join('\n');
    const { body } = await kit.navixy('task/batch_convert', { batch });
    expect(locate).toHaveBeenCalledExactlyOnceWith(['Quay 4', 'Nowhere']);
    expect(body.list[0]).toMatchObject({ location: { lat: 51.5, lng: 7.25, address: 'Quay 4' } });
    expect(body.list[0]).not.toHaveProperty('errors');
    expect(body.list[1]?.errors).toEqual([{ parameter: 'task.location.address', error: 'was not found' }]);
    expect(body.list[2]?.errors).toHaveLength(2);
  });

  it('that names nobody is faulty', async () => {
    const fields = ['label', 'from', 'lat', 'lng', 'performer'];
    const { body } = await kit.navixy('task/batch_convert', { batch: row('a', ROW[1]!, '1', '2', 'Eve'), fields });
    const error = 'no employee with a tracker, vehicle or tracker has the name "Eve"';
    expect(body.list[0]?.errors).toEqual([{ parameter: 'task.tracker_id', error }]);
  });
});

it('a thousand rows are read, and that there are more is said', async () => {
  const rows = (count: number) =>
    Array(count)
      .fill(row(...ROW))
      .join('\n');
  const full = (await kit.navixy('task/batch_convert', { batch: rows(1000) })).body;
  const over = (await kit.navixy('task/batch_convert', { batch: rows(1001) })).body;
  expect([full.list.length, full.limit_exceeded]).toEqual([1000, false]);
  expect([over.list.length, over.limit_exceeded]).toEqual([1000, true]);
});

describe('tasks are shared out', () => {
  const whereabouts = (latDeg: number) => ({ latDeg, lonDeg: 7, address: '' });
  const person = { kind: 'employee', firstName: 'Ada', middleName: '', lastName: 'King', departmentId: null } as const;

  beforeEach(() => {
    kit.line.shelve([
      { ...person, id: 11, trackerId: 1, home: whereabouts(50), departmentId: 31 },
      { ...person, id: 12, trackerId: 2, home: whereabouts(60), firstName: 'Bo' },
      { ...person, id: 13, trackerId: null, home: whereabouts(50) },
      { ...person, id: 14, trackerId: 4, home: whereabouts(50) },
      { kind: 'vehicle', id: 21, trackerId: 3, label: 'Truck', garageId: 41 },
      { kind: 'department', id: 31, label: 'North', place: whereabouts(70) },
      { kind: 'garage', id: 41, label: 'South', place: whereabouts(10) },
    ]);
  });

  const batch = ['49', '58', '11', '69'].map((lat) => row('a', ROW[1]!, '', '', lat, '7')).join('\n');

  it.each<[string, object, (number | null)[]]>([
    ['to nobody, if nobody is offered', {}, [null, null, null, null]],
    ['by turns', { location_check_mode: 'no_check', employee_ids: [12, 11], vehicle_ids: [21] }, [2, 1, 3, 2]],
    ['to the nearest home, which no vehicle has', { employee_ids: [11, 12], vehicle_ids: [21] }, [1, 2, 1, 2]],
    [
      'to the nearest department or garage',
      { location_check_mode: 'parent_location', employee_ids: [11, 12], vehicle_ids: [21] },
      [1, 1, 3, 1],
    ],
    ['to nobody without a tracker, or with a blocked one', { employee_ids: [13, 14] }, [null, null, null, null]],
  ])('%s', async (_name, parameters, trackers) => {
    const { body } = await kit.navixy('task/batch_convert', { batch, ...parameters });
    expect(body.list.map(({ tracker_id }) => tracker_id)).toEqual(trackers);
  });

  it('but for those that name an employee', async () => {
    const fields = ['label', 'from', 'lat', 'lng', 'performer'];
    const rows = [row('a', ROW[1]!, '50', '7', 'bo king'), row('a', ROW[1]!, '60', '7')].join('\n');
    const { body } = await kit.navixy('task/batch_convert', { batch: rows, fields, employee_ids: [11] });
    expect(body.list.map(({ tracker_id }) => tracker_id)).toEqual([2, 1]);
  });

  it('by performers that exist', async () => {
    const { body } = await kit.navixy('task/batch_convert', { batch, employee_ids: [11, 21], vehicle_ids: [11] });
    expect(body.errors).toEqual([
      { parameter: 'employee_ids', error: 'contains nonexistent entities: 21' },
      { parameter: 'vehicle_ids', error: 'contains nonexistent entities: 11' },
    ]);
  });
});

it.each<[object, string, string]>([
  [{}, 'batch', "The 'batch' or 'file_id' parameter must be specified"],
  [{ batch: 5 }, 'batch', 'must be a string, not 5'],
  [{ batch: 'a\n"b' }, 'batch', 'Quote Not Closed: the parsing is finished with an opening quote at line 2'],
  [{ batch: '', file_id: 'x' }, 'file_id', 'is not supported by this server: must be null, not "x"'],
  [{ batch: '', fields: [] }, 'fields', 'size must be between 1 and 200'],
  [{ batch: '', geocoder: 'mine' }, 'geocoder', 'Should be one of [google, yandex, progorod, osm, locationiq]'],
  [{ batch: '', default_radius: 0 }, 'default_radius', 'must be greater than or equal to 1'],
  [
    { batch: '', location_check_mode: 'x' },
    'location_check_mode',
    'Should be one of [no_check, entity_location, parent_location]',
  ],
])('refuses %j', async (parameters, parameter, error) => {
  expect((await kit.navixy('task/batch_convert', parameters)).body).toEqual(invalid(parameter, error));
});

it('no row at all is no task at all', async () => {
  const { body } = await kit.navixy('task/batch_convert', { batch: '\n\n' });
  expect(body).toEqual({ success: true, list: [], limit_exceeded: false });
});
