/** People: what is known of them, who has which tracker, and that they can be erased. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { DEPOT_CALLS } from '../../../src/api/navixy/depot-calls.ts';
import { EMPLOYEE_CALLS } from '../../../src/api/navixy/employee-calls.ts';
import { DATABASE_FILE } from '../../../src/store/directory.ts';
import { LiveKit } from '../calls-kit.ts';
import { TASK } from '../kit.ts';

const HOUR_MS = 3_600_000;

let kit: LiveKit;
let van: number;

beforeEach(async () => {
  kit = new LiveKit([...EMPLOYEE_CALLS, ...DEPOT_CALLS]);
  van = await kit.tracker('Van', '356307042441013');
});

/** As the documents show one. */
const JOHN = {
  tracker_id: null,
  first_name: 'John',
  middle_name: 'Jane',
  last_name: 'Smith',
  email: 'smith@example.com',
  phone: '442071111111',
  driver_license_number: 'SKIMP407952HJ9GK 06',
  driver_license_cats: 'C',
  driver_license_issue_date: '2008-01-01',
  driver_license_valid_till: '2018-01-01',
  hardware_key: null,
  icon_id: 55,
  avatar_file_name: null,
  department_id: null,
  location: { lat: 52.5, lng: 13.4, address: 'Engeldamm 18' },
  personnel_number: '1059236',
  ssn: '123-45-6789',
  tags: [],
};

async function hire(employee: object): Promise<number> {
  return (await kit.do('employee/create', { employee: { first_name: 'Anna', ...employee } })).id;
}

describe('employee/*', () => {
  it('reads back what was given, in the order of a real answer', async () => {
    const id = await hire(JOHN);
    const { body } = await kit.call('employee/read', { employee_id: id });
    expect(JSON.stringify(body)).toBe(JSON.stringify({ success: true, value: { id, ...JOHN } }));
  });

  it('needs no more than a first name, and the rest is empty or null', async () => {
    const id = await hire({});
    expect((await kit.do('employee/read', { employee_id: id })).value).toMatchObject({
      ...{ first_name: 'Anna', last_name: '', email: '', phone: '', tracker_id: null },
      ...{ location: null, driver_license_valid_till: null, hardware_key: null, ssn: null, tags: [] },
    });
  });

  it('replaces a person, and removes them', async () => {
    const id = await hire(JOHN);
    await kit.do('employee/update', { employee: { id, first_name: 'Jim' } });
    expect((await kit.do('employee/read', { employee_id: id })).value).toMatchObject({ first_name: 'Jim', email: '' });
    await kit.do('employee/delete', { employee_id: id });
    expect(await kit.codeOf('employee/read', { employee_id: id })).toBe(201);
  });

  it.each([
    [{}, ['Anna', 'bert', 'Carl'], 3],
    [{ sort: ['first_name=desc'] }, ['Carl', 'bert', 'Anna'], 3],
    [{ sort: ['object_label=desc', 'first_name=asc'] }, ['Carl', 'Anna', 'bert'], 3],
    [{ sort: ['department_label=desc'] }, ['bert', 'Anna', 'Carl'], 3],
    [{ filter: 'BER' }, ['bert'], 1],
    [{ filter: 'van' }, ['Carl'], 1],
    [{ filter: 'north' }, ['bert'], 1],
    [{ limit: 1, offset: 1 }, ['bert'], 3],
    [{ limit: 0 }, [], 3],
  ])('employee/list %j', async (parameters, names, count) => {
    const department = (await kit.do('department/create', { department: { label: 'North' } })).id;
    await hire({ first_name: 'Anna' });
    await hire({ first_name: 'bert', department_id: department });
    await hire({ first_name: 'Carl', tracker_id: van });
    const answer = await kit.do('employee/list', parameters);
    expect([answer.list.map((row: { first_name: string }) => row.first_name), answer.count]).toEqual([names, count]);
  });

  it.each([
    ['employee/read', {}, '7 employee_id'],
    ['employee/read', { employee_id: 'x' }, '7 employee_id'],
    ['employee/read', { employee_id: 99 }, 201],
    ['employee/create', {}, '7 employee'],
    ['employee/create', { employee: {} }, '7 employee.first_name'],
    ['employee/create', { employee: { first_name: 5 } }, '7 employee.first_name'],
    [
      'employee/create',
      { employee: { first_name: 'A', driver_license_valid_till: '2026-02-30' } },
      '7 employee.driver_license_valid_till',
    ],
    ['employee/create', { employee: { first_name: 'A', location: { lat: 91, lng: 0 } } }, '7 employee.location.lat'],
    ['employee/create', { employee: { first_name: 'A', ssn: 'x'.repeat(33) } }, '7 employee.ssn'],
    ['employee/create', { employee: { first_name: 'A', tags: [99] } }, '7 employee.tags'],
    ['employee/create', { employee: { first_name: 'A', department_id: 99 } }, '7 employee.department_id'],
    ['employee/create', { employee: { first_name: 'A', tracker_id: 99 } }, 201],
    ['employee/update', { employee: { first_name: 'A' } }, '7 employee.id'],
    ['employee/update', { employee: { id: 99, first_name: 'A' } }, 201],
    ['employee/delete', {}, '7 employee_id'],
    ['employee/delete', { employee_id: 99 }, 201],
    ['employee/assign', {}, '7 employee_id'],
    ['employee/assign', { employee_id: 99 }, 201],
    ['employee/list', { sort: ['shoe_size=asc'] }, '7 sort'],
    ['employee/list', { sort: ['id=asc', 'id=asc', 'id=asc'] }, '7 sort'],
    ['employee/list', { limit: -1 }, '7 limit'],
    ['tracker/employee/assign', {}, '7 tracker_id'],
    ['tracker/employee/assign', { tracker_id: 99 }, 201],
    ['tracker/employee/assign', { tracker_id: 1, new_employee_id: 99 }, 201],
    ['tracker/employee/read', {}, '7 tracker_id'],
    ['tracker/employee/read', { tracker_id: 99 }, 201],
    ['employee/erase', {}, '7 employee_id'],
    ['employee/erase', { employee_id: 99 }, 201],
    ['employee/erase', { employee_id: 1, with_track: true }, '7 from'],
    ['employee/erase', { employee_id: 1, with_track: true, from: '2026-01-01 00:00:00' }, '7 to'],
    ['employee/erase', { employee_id: 1, from: '2026-01-02 00:00:00', to: '2026-01-01 00:00:00' }, '7 from'],
  ])('%s %j is %s', async (path, parameters, code) => {
    expect(await kit.codeOf(path, parameters)).toBe(code);
  });

  it.each([
    ['employee/create', 'vehicle_update'],
    ['employee/update', 'vehicle_update'],
    ['employee/delete', 'vehicle_update'],
    ['employee/assign', 'vehicle_update'],
    ['tracker/employee/assign', 'vehicle_update'],
    ['department/create', 'vehicle_update'],
    ['employee/erase', 'employee_update'],
    ['employee/list', 'metrics:read'],
    ['employee/read', 'metrics:read'],
    ['tracker/employee/read', 'metrics:read'],
  ])('%s is not for a key with %s', async (path, scope) => {
    expect(await kit.codeOf(path, { employee_id: 1 }, kit.key(scope))).toBe(13);
  });
});

describe('a tracker', () => {
  it('is with one person', async () => {
    const anna = await hire({ tracker_id: van });
    const bert = await hire({ first_name: 'Bert' });
    expect(await kit.codeOf('employee/create', { employee: { first_name: 'C', tracker_id: van } })).toBe(247);
    expect(await kit.codeOf('employee/update', { employee: { id: bert, first_name: 'B', tracker_id: van } })).toBe(247);
    expect(await kit.codeOf('employee/update', { employee: { id: anna, first_name: 'A', tracker_id: van } })).toBe(0);
    expect(await kit.codeOf('tracker/employee/assign', { tracker_id: van, new_employee_id: anna })).toBe(263);
    await kit.do('tracker/employee/assign', { tracker_id: van, new_employee_id: bert });
    expect((await kit.do('tracker/employee/read', { tracker_id: van })).current.id).toBe(bert);
    expect((await kit.do('employee/read', { employee_id: anna })).value.tracker_id).toBeNull();
    await kit.do('tracker/employee/assign', { tracker_id: van, new_employee_id: null });
    expect((await kit.do('tracker/employee/read', { tracker_id: van })).current).toBeNull();
    expect(await kit.codeOf('tracker/employee/assign', { tracker_id: van })).toBe(263);
  });

  it('is given and taken by the person as well, unless it is blocked', async () => {
    const [anna, bert] = [await hire({}), await hire({ first_name: 'Bert' })];
    await kit.do('employee/assign', { employee_id: anna, tracker_id: van });
    await kit.do('employee/assign', { employee_id: bert, tracker_id: van });
    expect((await kit.do('employee/read', { employee_id: anna })).value.tracker_id).toBeNull();
    expect(await kit.codeOf('employee/assign', { employee_id: bert, tracker_id: van })).toBe(263);
    await kit.operations.editTracker(van, { isBlocked: true });
    expect(await kit.codeOf('employee/assign', { employee_id: anna, tracker_id: van })).toBe(208);
    expect(await kit.codeOf('tracker/employee/assign', { tracker_id: van, new_employee_id: anna })).toBe(208);
    await kit.do('employee/assign', { employee_id: bert });
    expect((await kit.do('tracker/employee/read', { tracker_id: van })).current).toBeNull();
  });

  it('that is deleted is with nobody', async () => {
    const anna = await hire({ tracker_id: van });
    await kit.operations.deleteTracker(van);
    expect((await kit.do('employee/read', { employee_id: anna })).value.tracker_id).toBeNull();
  });
});

describe('department/*', () => {
  const NORTH = { label: 'North', location: { lat: 46.9, lng: 7.4, address: 'Rosenweg 3', radius: 150 } };

  it('are made, listed, changed and deleted; their people stay', async () => {
    const { id } = await kit.do('department/create', { department: NORTH });
    expect((await kit.do('department/list')).list).toEqual([{ id, ...NORTH }]);
    const anna = await hire({ department_id: id });
    await kit.do('department/update', { department: { id, label: 'South' } });
    expect((await kit.do('department/list')).list).toEqual([{ id, label: 'South', location: null }]);
    await kit.do('department/delete', { department_id: id });
    expect((await kit.do('employee/read', { employee_id: anna })).value.department_id).toBeNull();
  });

  it.each([
    ['department/create', {}, '7 department'],
    ['department/create', { department: { label: 5 } }, '7 department.label'],
    ['department/update', { department: { label: 'x' } }, '7 department.id'],
    ['department/update', { department: { id: 99, label: 'x' } }, 201],
    ['department/delete', {}, '7 department_id'],
    ['department/delete', { department_id: 99 }, 201],
  ])('%s %j is %s', async (path, parameters, code) => {
    expect(await kit.codeOf(path, parameters)).toBe(code);
  });
});

describe('employee/erase', () => {
  const AT = Date.UTC(2026, 1, 1, 8);
  const place = (timeMs: number) => ({ timeMs, latDeg: 52.5, lonDeg: 13.4 });
  const times = (trackerId: number) =>
    kit.store.tracks.fixes(trackerId, 0, Number.MAX_SAFE_INTEGER, 100).map(({ position }) => position.timeMs);

  it('leaves nothing of a person in the database, nor of what they were called before', async () => {
    const id = await hire({ ...JOHN, last_name: 'Oldnamington' });
    await kit.do('employee/update', { employee: { id, ...JOHN, last_name: 'Newnamington', ssn: '987-65-4321' } });
    await hire({ first_name: 'Bystanderine' });
    expect(await kit.do('employee/erase', { employee_id: id })).toEqual({
      success: true,
      ...{ frames_erased: 0, frames_kept: 0 },
      ...{ forms_erased: 0, files_erased: 0 },
    });
    expect(await kit.codeOf('employee/read', { employee_id: id })).toBe(201);
    const bytes = databaseFile();
    expect(['Bystanderine', 'Oldnamington', 'Newnamington', '987-65-4321'].map((word) => bytes.includes(word))).toEqual(
      [true, false, false, false],
    );
  });

  it('takes along what a tracker sent that they have no more, also if it is deleted', async () => {
    const id = await hire({});
    const days = [0, 1, 2].map((day) => AT + day * 24 * HOUR_MS);
    for (const at of days) await kit.send(van, [place(at)]);
    await kit.operations.deleteTracker(van);
    const period = { from: '2026-02-01 00:00:00', to: '2026-02-01 23:00:00' };
    const answer = await kit.do('employee/erase', { employee_id: id, with_track: true, tracker_id: van, ...period });
    expect(answer).toMatchObject({ frames_erased: 1, frames_kept: 0 });
    expect(times(van)).toEqual(days.slice(1));
  });

  it('takes what their tracker sent in a period along, and says what it had to leave', async () => {
    const other = await kit.tracker('Other');
    const id = await hire({ tracker_id: van });
    const days = [0, 1, 2, 3, 4].map((day) => AT + day * 24 * HOUR_MS);
    for (const at of days) {
      await kit.send(van, [place(at), place(at + HOUR_MS)]);
      await kit.send(other, [place(at)]);
    }
    const order = { employee_id: id, with_track: true, from: '2026-02-02 08:30:00', to: '2026-02-10 00:00:00' };
    const answer = await kit.do('employee/erase', order);
    // The last day before the newest fix is what the tracker is known by.
    expect(answer).toMatchObject({ frames_erased: 2, frames_kept: 2 });
    expect(times(van)).toEqual([0, 3, 4].flatMap((day) => [days[day], days[day]! + HOUR_MS]));
    expect(times(other)).toEqual(days);
  });

  describe('with the track', () => {
    const TEXTS = ['name', 'b', 'c', 'd', 'e', 'f'];
    const FIELDS = [
      ...TEXTS.map((id) => ({ id, label: 'Name', type: 'text', min_length: 0, max_length: 1000 })),
      { id: 'photo', label: 'Photo', type: 'photo', max_files: 2 },
    ];
    const PERIOD = { from: '2026-03-01 11:00:00', to: '2026-03-01 13:00:00' };
    let template: number;

    /** A task of the tracker whose form is filled in, with a file beside. */
    async function filledIn(tracker_id: number, words: string): Promise<number> {
      const task = { ...TASK, tracker_id, form_template_id: template, to: '2026-03-05 10:00:00' };
      const { id } = await kit.do('task/create', { task, create_form: true });
      await kit.do('task/form/file/create', { task_id: id, field_id: 'photo', size: 900 });
      const location = { lat: 51.2, lng: 7.3 };
      await kit.do('task/form/submit', { task_id: id, values: valuesOf(words), location });
      return id;
    }

    /** More than a page of the file holds, so that its row has whole pages of its own. */
    const valuesOf = (words: string) =>
      Object.fromEntries(TEXTS.map((id) => [id, { type: 'text', value: words.padStart(1000, '.') }]));

    const formOf = async (task_id: number) => (await kit.do('task/form/read', { task_id })).value;

    beforeEach(async () => {
      const content = { label: 'Proof', fields: FIELDS, submit_in_zone: false, default: false };
      template = (await kit.do('form/template/create', { template: content })).id;
    });

    it('takes what was filled in for the tasks of the period, and where, also of a deleted one', async () => {
      const employee_id = await hire({ tracker_id: van });
      const [kept, deleted, foreign] = [
        await filledIn(van, 'Filledinson'),
        await filledIn(van, 'Deletedson'),
        await filledIn(await kit.tracker('Other'), 'Foreignson'),
      ];
      await kit.do('task/delete', { task_id: deleted });
      const before = (await kit.do('task/read', { task_id: kept })).value;
      kit.nowMs += 3 * HOUR_MS;
      const later = await filledIn(van, 'Laterson');
      const answer = await kit.do('employee/erase', { employee_id, with_track: true, ...PERIOD });
      expect(answer).toMatchObject({ forms_erased: 2, files_erased: 2 });
      const { value, files } = await kit.do('task/form/read', { task_id: kept });
      expect(value).toMatchObject({ values: null, submit_location: null, submitted: '2026-03-01 12:00:00' });
      expect(files).toEqual([]);
      for (const id of [foreign, later]) expect((await formOf(id)).values).toMatchObject({ name: { type: 'text' } });
      const { form, ...rest } = before;
      expect((await kit.do('task/read', { task_id: kept })).value).toMatchObject(rest);
      const bytes = databaseFile();
      const words = ['Filledinson', 'Deletedson', 'Foreignson', 'Laterson'];
      expect(words.map((word) => bytes.includes(word))).toEqual([false, false, true, true]);
    });

    it('leaves them where the track is not asked for', async () => {
      const employee_id = await hire({ tracker_id: van });
      const id = await filledIn(van, 'Stayson');
      expect(await kit.do('employee/erase', { employee_id, ...PERIOD })).toMatchObject({ forms_erased: 0 });
      expect((await formOf(id)).values).toEqual(valuesOf('Stayson'));
    });
  });
});

/** With the log folded into it. */
function databaseFile(): Buffer {
  kit.foldLog();
  return readFileSync(join(kit.directory, DATABASE_FILE));
}
