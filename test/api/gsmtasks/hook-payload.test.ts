/** What a webhook is told of an event: bodies, and ids that follow from what they name. */
import { describe, expect, it } from 'vitest';
import { hookPayloads, type TaskSource } from '../../../src/api/gsmtasks/hook-payload.ts';
import type { TaskView } from '../../../src/api/gsmtasks/task-read.ts';
import type { RecordedEvent } from '../../../src/model/event.ts';
import type { Hook, Resource } from '../../../src/model/resources.ts';
import { T0, task } from '../../store/kit.ts';

const TASK = task(1);
const UID = '6ba7b810-9dad-81d1-80b4-00c04fd430c8';
const CREATED: RecordedEvent = {
  id: 1,
  uid: UID,
  taskId: 1,
  eventMs: T0,
  recordedMs: T0,
  body: { kind: 'create', task: TASK },
};
const VIEW: TaskView = {
  links: (collection, uuid) => `https://gw.example/${collection}/${uuid}/`,
  accountUuid: UID,
  trackerUuid: () => null,
};
const THERE: TaskSource = { readTask: () => TASK, uuidOf: () => TASK.uuid };

function hook(uuid: string): Resource<'hook'> {
  return { uuid, id: 1, externalId: null, createdMs: T0, modifiedMs: T0, body: {} as Hook };
}

describe('a payload', () => {
  it('is an event with its task inlined', () => {
    const [payload] = hookPayloads(hook('a'), CREATED, THERE, VIEW);
    expect(payload?.topic).toBe('taskevent.create');
    expect(JSON.parse(payload?.body ?? '')).toMatchObject({ event: 'create', task: { id: TASK.uuid } });
  });

  it('has an id that is the same each time, and another one for another hook or event', () => {
    const idOf = (uuid: string, event = CREATED) => hookPayloads(hook(uuid), event, THERE, VIEW)[0]?.requestId;
    expect(idOf('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(idOf('a')).toBe(idOf('a'));
    expect(new Set([idOf('a'), idOf('b'), idOf('a', { ...CREATED, uid: UID.replace('6', '7') })]).size).toBe(3);
  });

  it('names no more than the address of a task that was deleted', () => {
    const [payload] = hookPayloads(hook('a'), CREATED, { ...THERE, readTask: () => null }, VIEW);
    expect(JSON.parse(payload?.body ?? '')).toMatchObject({ task: `https://gw.example/tasks/${TASK.uuid}/` });
  });

  it('is none of what GSMtasks has no event for, and none of what never was a task', () => {
    const routes: RecordedEvent = {
      ...CREATED,
      body: { kind: 'route_status', from: 'assigned', to: 'done', revised: false },
    };
    expect(hookPayloads(hook('a'), routes, THERE, VIEW)).toEqual([]);
    const nowhere = { readTask: () => null, uuidOf: () => null };
    expect(hookPayloads(hook('a'), CREATED, nowhere, VIEW)).toEqual([]);
  });
});
