import { expect, it } from 'vitest';
import type { Tracker } from '../../src/model/tracker.ts';
import { assigneeOperations } from '../../src/operations/assignees.ts';
import { testStore, tracker } from '../store/kit.ts';

it('knows a tracker by its profile, by the person who has it, and by the address it goes by, in this order', () => {
  const store = testStore();
  const trackers = [1, 2, 3].map((id) => tracker(id));
  const intake = { trackers: () => trackers, tracker: (id: number): Tracker | null => trackers[id - 1] ?? null };
  const { trackerOfEmail } = assigneeOperations({ store, intake });
  const profile = { phone: null, photo: null, vehicleType: 'car', firstName: null, lastName: null } as const;
  for (let n = 0; n < 600; n += 1) {
    const body = { ...profile, email: n === 599 ? 'Last@example.com' : '' };
    const uuid = n === 599 ? trackers[2]!.uuid : crypto.randomUUID();
    store.resources.create('profile', { uuid, externalId: null, body, nowMs: n });
  }
  const gone = { ...profile, email: 'ann@example.com' };
  store.resources.create('profile', { uuid: crypto.randomUUID(), externalId: null, body: gone, nowMs: 1 });
  store.records.create('employee', {
    ...{ trackerId: 2, firstName: 'Ann', middleName: '', lastName: '', email: 'ann@example.com', phone: '' },
    ...{ departmentId: null, home: null, tags: [], extra: {} },
  });
  const emails = ['last@EXAMPLE.com', 'ann@example.com', 'tracker-1@any.where', 'tracker-9@any.where', '', 'x'];
  expect(emails.map((email) => trackerOfEmail(email)?.id ?? null)).toEqual([3, 2, 1, null, null, null]);
});
