/** `task/import`: CSV text becomes tasks, with a report on each row. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createKit, type Kit } from '../kit.ts';

let kit: Kit;

beforeEach(async () => {
  kit = createKit();
  await kit.own('POST', '/api/trackers', { label: 'Van 1' });
  await kit.own('POST', '/api/trackers', { label: 'Blocked' });
  await kit.own('PATCH', '/api/trackers/2', { isBlocked: true });
});

const FROM = '2026-03-01 08:00:00';

function invalid(parameter: string, error: string) {
  const status = { code: 7, description: 'Invalid parameters' };
  return { success: false, status, errors: [{ parameter, error }] };
}

it('what the owner has a field for must be as the field wants it', async () => {
  const fields = [
    { label: 'Boxes', type: 'integer', required: true },
    { label: 'Gate', type: 'text' },
  ];
  await kit.navixy('entity/fields/update', { entity_id: 1, fields });
  const [boxes, gate] = (await kit.navixy('entity/fields/read', { entity_id: 1 })).body.list.map(({ id }) => id);
  const rows = ['5,blue', 'many,blue', ',', '7,'].map((cells) => `a,${FROM},51,7,${cells}`);
  const csv = [`label,from,lat,lng,${boxes},${gate}`, ...rows].join('\n');
  const expected = (made: (id: number) => object) => [
    { row: 2, success: true, ...made(1) },
    { row: 3, ...invalid(`task.fields.${boxes}`, 'must be a whole number of 64 bits') },
    { row: 4, ...invalid(`task.fields.${boxes}`, 'must not be null') },
    { row: 5, success: true, ...made(2) },
  ];
  expect((await kit.navixy('task/import', { csv, dry_run: true })).body.list).toEqual(expected(() => ({})));
  expect((await kit.navixy('task/import', { csv })).body.list).toEqual(expected((id) => ({ id })));
  expect(kit.line.tasks.get(1)?.text.extra).toEqual({
    fields: { [boxes!]: { type: 'integer', value: '5' }, [gate!]: { type: 'text', value: 'blue' } },
  });
});

describe('each row', () => {
  const csv = [
    'Label,From,Lat,Lng,Tracker ID,Remark',
    `a,${FROM},51,7,1,x`,
    '',
    `,${FROM},51,7,,`,
    `"b, with\n a break",${FROM},51,7,,`,
    `c,${FROM},51,7,2,`,
    `d,${FROM},51,7,9,`,
    `e,${FROM},51,7,,`,
  ].join('\n');
  const faulty = [
    { row: 4, ...invalid('task.label', 'must not be null') },
    { row: 5, ...invalid('task.label', 'must not contain control or unassigned characters') },
    { row: 7, success: false, status: { code: 208, description: 'Device blocked' } },
    { row: 8, success: false, status: { code: 201, description: 'Not found in the database' } },
  ];

  it('is made or reported with its line', async () => {
    const { body } = await kit.navixy('task/import', { csv });
    expect(body).toEqual({
      success: true,
      list: [{ row: 2, success: true, id: 1 }, ...faulty, { row: 9, success: true, id: 2 }],
      created: 2,
      failed: 4,
      ignored_columns: ['remark'],
    });
    expect(kit.line.tasks.get(1)).toMatchObject({
      text: { label: 'a', origin: 'imported' },
      terms: { fromMs: Date.UTC(2026, 2, 1, 7), toMs: Date.UTC(2026, 2, 1, 8), zone: { radiusM: 100 } },
      tenure: { trackerId: 1 },
    });
  });

  it('is only looked at in a dry run', async () => {
    const { body } = await kit.navixy('task/import', { csv, dry_run: true });
    expect(body).toMatchObject({
      list: [{ row: 2, success: true }, ...faulty, { row: 9, success: true }],
      created: 0,
      failed: 4,
    });
    expect(kit.line.tasks.size).toBe(0);
  });
});

it.each([
  ['semicolons and decimal commas', 'label;from;lat;lng\na;2026-03-01 08:00:00;51,5;7,25'],
  ['tabs', '\ufefflabel\tfrom\tlat\tlng\r\na\t2026-03-01 08:00:00\t51.5\t7.25\r\n'],
  ['commas, in spite of what is quoted', '"la;bel;;;;",label,from,lat,lng\n,a,2026-03-01 08:00:00,51.5,7.25'],
])('tells %s by the first line', async (_name, csv) => {
  expect((await kit.navixy('task/import', { csv })).body.created).toBe(1);
  expect(kit.line.tasks.get(1)?.terms.zone).toEqual({ latDeg: 51.5, lonDeg: 7.25, radiusM: 100 });
});

it('takes the delimiter it is told', async () => {
  const csv = 'label;from,lat,lng\n';
  const { body } = await kit.navixy('task/import', { csv, delimiter: 'semicolon' });
  expect(body).toEqual(invalid('csv', 'must begin with a line of column names, among them from'));
});

it('names alone make no task', async () => {
  const { body } = await kit.navixy('task/import', { csv: 'label,from,lat,lng' });
  expect(body).toMatchObject({ success: true, list: [], created: 0, failed: 0 });
});

it.each<[object, string, string]>([
  [{}, 'csv', 'must not be null'],
  [{ csv: ['a'] }, 'csv', 'must be a string, not an array'],
  [{ csv: '' }, 'csv', 'size must be between 1 and 1048576'],
  [{ csv: '\n' }, 'csv', 'must begin with a line of column names, among them label and from'],
  [{ csv: 'label,from\n"' }, 'csv', 'Quote Not Closed: the parsing is finished with an opening quote at line 2'],
  [{ csv: `label,from\n${'a\n'.repeat(1001)}` }, 'csv', 'must have at most 1000 rows'],
  [{ csv: `label,from${',x'.repeat(199)}\n` }, 'csv', 'must have at most 200 columns'],
  [{ csv: 'a', delimiter: 'pipe' }, 'delimiter', 'Should be one of [comma, semicolon, tab]'],
  [{ csv: 'a', dry_run: 'yes' }, 'dry_run', 'must be true or false, not "yes"'],
])('refuses %j', async (parameters, parameter, error) => {
  expect((await kit.navixy('task/import', parameters)).body).toEqual(invalid(parameter, error));
});

it('tells the whole request when storage fails', async () => {
  kit.line.trouble = 'disk I/O error';
  const answer = await kit.navixy('task/import', { csv: `label,from,lat,lng\na,${FROM},51,7` });
  expect(answer).toMatchObject({ status: 503, body: { status: { code: 14 } } });
});
