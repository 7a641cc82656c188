/** `/task/form/list` from the outside: which forms are found, in which order, with whom. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOW_MS } from '../../operations/fake-line.ts';
import { TASK } from '../kit.ts';
import { LiveKit } from '../live-kit.ts';

let kit: LiveKit;

const MINUTE_MS = 60_000;
const FIELDS = [{ id: 'a', label: 'A', type: 'text' }];

/** Tasks 1 to 3 with forms of template 1, task 4 with one of template 2, task 5 without any. */
beforeAll(async () => {
  kit = new LiveKit();
  const van = await kit.addTracker('Van');
  const car = await kit.addTracker('Šedivý vůz');
  kit.store.records.create('employee', {
    ...{ trackerId: van, firstName: 'Ольга', middleName: '', lastName: 'Петрова', email: '', phone: '' },
    ...{ departmentId: null, home: null, tags: [], extra: {} },
  });
  kit.store.records.create('vehicle', { trackerId: car, label: 'Truck 7', garageId: null, tags: [], extra: {} });
  for (const label of ['Order', 'Other']) {
    await kit.navixy('form/template/create', { template: { label, description: `${label} form`, fields: FIELDS } });
  }
  const tasks = [
    { label: 'Alpha', tracker_id: van, form_template_id: 3 },
    { label: 'Beta', tracker_id: car, form_template_id: 3 },
    { label: 'Gamma', form_template_id: 3, location: { ...TASK.location, address: 'Ümlaut 5' } },
    { label: 'Delta', tracker_id: van, form_template_id: 4, from: '2026-03-05 08:00:00', to: '2026-03-05 10:00:00' },
  ];
  for (const task of tasks) {
    await kit.navixy('task/create', { task: { ...TASK, to: '2026-03-01 14:00:00', ...task }, create_form: true });
    kit.nowMs += MINUTE_MS;
  }
  await kit.navixy('task/create', { task: TASK });
  const inside = { latDeg: TASK.location.lat, lonDeg: TASK.location.lng };
  await kit.send(van, { timeMs: NOW_MS + MINUTE_MS, ...inside });
  await submit(2, NOW_MS + 12 * MINUTE_MS, 'Gate 3');
  await submit(1, NOW_MS + 13 * MINUTE_MS + 21_000);
});

async function submit(task_id: number, nowMs: number, address?: string) {
  kit.nowMs = nowMs;
  await kit.navixy('task/form/submit', {
    task_id,
    values: { a: { type: 'text', value: 'x' } },
    submit_location: { lat: 1.5, lng: 2.5, address },
  });
}

afterAll(() => kit.close());

async function list(parameters: object) {
  return (await kit.navixy('task/form/list', { template_id: 3, include_unsubmitted: true, ...parameters })).body;
}

async function ids(parameters: object): Promise<number[]> {
  return (await list(parameters)).list.map((row: { task: { id: number } }) => row.task.id);
}

describe('task/form/list', () => {
  it('says what each form is about', async () => {
    const { count, list: rows } = await list({ include_unsubmitted: false, ascending: false });
    expect(count).toBe(2);
    expect(rows[0]).toEqual({
      employee: { id: 1, first_name: 'Ольга', middle_name: '', last_name: 'Петрова' },
      task: {
        id: 1,
        label: 'Alpha',
        from: '2026-03-01 08:00:00',
        to: '2026-03-01 14:00:00',
        creation_date: '2026-03-01 12:00:00',
        arrival_date: '2026-03-01 12:01:00',
        address: TASK.location.address,
        status: 'done',
        completion_date: '2026-03-01 12:13:21',
        fact_duration: 'PT12M21S',
      },
      tracker: { id: 1, label: 'Van' },
      vehicle: null,
      form: (await kit.navixy('form/read', { id: 1 })).body.value,
      submit_places: { location: { lat: 1.5, lng: 2.5, address: '' }, places: [], zones: [] },
    });
    expect(rows[1]).toMatchObject({ employee: null, vehicle: { id: 2, label: 'Truck 7' }, task: { id: 2 } });
  });

  it.each([
    [{}, [3, 2, 1]],
    [{ include_unsubmitted: false }, [2, 1]],
    [{ ascending: false }, [1, 2, 3]],
    [{ order_by: 'task_label' }, [1, 2, 3]],
    [{ order_by: 'task_label', ascending: false }, [3, 2, 1]],
    [{ order_by: 'tracker_label' }, [3, 1, 2]],
    [{ order_by: 'vehicle_label', ascending: false }, [2, 1, 3]],
    [{ order_by: 'submit_address' }, [1, 3, 2]],
    [{ template_id: 4 }, [4]],
    [{ template_id: null, form_template_id: 4 }, [4]],
    [{ template_id: null, task_ids: [1, 4, 5, 99], order_by: 'task_id' }, [1, 4]],
    [{ task_ids: [2, 4] }, [2]],
    [{ filters: { task_id: 2 } }, [2]],
    [{ filters: { task_id: 2 }, task_ids: [1] }, []],
    [{ filters: { task_label: 'ETA' } }, [2]],
    [{ filters: { task_label: '%' } }, []],
    [{ filters: { employee_full_name: 'ольга петр' } }, [1]],
    [{ filters: { tracker_label: 'šedivý VŮZ' } }, [2]],
    [{ filters: { vehicle_label: 'truck' } }, [2]],
    [{ filters: { task_address: 'ümlaut' } }, [3]],
    [{ filters: { form_label: 'ord', form_description: 'FORM' }, order_by: 'task_id' }, [1, 2, 3]],
    [{ filters: { submit_address: 'x' } }, []],
    [{ filters: { submit_address: 'gate' } }, [2]],
    [{ submit_period: { from: '2026-03-01 12:12:00', to: '2026-03-01 12:12:00' } }, [2]],
    [{ submit_period: { from: '2026-03-01 12:12:01' } }, [1]],
    [{ task_creation_period: { from: '2026-03-01 12:02:00', to: null } }, [3]],
    [{ template_id: 4, task_from_period: { to: '2026-03-02 00:00:00' } }, []],
    [{ template_id: 4, task_to_period: { from: '2026-03-02 00:00:00' } }, [4]],
    [{ task_arrival_period: { from: '2026-03-01 00:00:00' } }, [1]],
    [{ task_completion_period: { to: '2026-03-02 00:00:00' } }, [1]],
    [{ order_by: 'task_id', offset: 1, limit: 1 }, [2]],
  ])('%j finds %j', async (parameters, expected) => {
    expect(await ids(parameters)).toEqual(expected);
  });

  it('counts all matches, whatever the page', async () => {
    expect(await list({ offset: 1, limit: 1 })).toMatchObject({ count: 3, list: [{}] });
  });

  it('without a template and without tasks is empty', async () => {
    const { body } = await kit.navixy('task/form/list', { include_unsubmitted: true });
    expect(body).toEqual({ success: true, count: 0, list: [] });
  });

  it.each([
    [{ template_id: 99 }, 404, 204],
    [{ include_unsubmitted: null }, 400, 7],
    [{ include_unsubmitted: 'yes' }, 400, 7],
    [{ task_ids: [] }, 400, 7],
    [{ task_ids: Array.from({ length: 5001 }, (_, i) => i + 1) }, 400, 7],
    [{ order_by: 'id; DROP TABLE tasks' }, 400, 7],
    [{ filters: { task_label: 5 } }, 400, 7],
    [{ submit_period: { from: 'yesterday' } }, 400, 7],
    [{ limit: 100_001 }, 400, 7],
    [{ offset: -1 }, 400, 7],
  ])('%j is refused', async (parameters, status, code) => {
    const all = { template_id: 3, include_unsubmitted: true, ...parameters };
    const answer = await kit.navixy('task/form/list', all);
    expect([answer.status, answer.body.status.code]).toEqual([status, code]);
  });
});
