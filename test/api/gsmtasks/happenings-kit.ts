/** GSMtasks over the real line: tasks made at the line, commands and questions over HTTP. */
import { expect, onTestFinished } from 'vitest';
import type { NewTask } from '../../../src/model/command.ts';
import type { Dialect, Task, TaskTerms, TaskText } from '../../../src/model/task.ts';
import { FIRST_KEY } from '../../operations/fake-line.ts';
import { RealKit } from '../real-kit.ts';

export const T0 = Date.UTC(2026, 2, 2, 8);
export const MINUTE = 60_000;
export const PLACE = { latDeg: 59.437, lonDeg: 24.7536 };

interface Told {
  readonly status: number;
  /** An object or a list of them, or whatever it is: tests say what they expect of it. */
  readonly body: Item & readonly Item[];
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Members of answers that tests reach into. */
export interface Item {
  readonly [member: string]: unknown;
  readonly id: string;
  readonly url: string;
  readonly account: string;
  readonly user: string;
  readonly external_id: string | null;
  readonly action: string;
  readonly event: string;
  readonly state: string;
  readonly time: string;
  readonly error_message: string;
  readonly created_at: string;
  readonly task_data: Readonly<Record<string, unknown>>;
  readonly task: Readonly<Record<string, unknown>>;
  readonly features: readonly Feature[];
}

interface Feature {
  readonly id: string;
  readonly geometry: { readonly type: string; readonly coordinates: readonly (readonly number[])[] } | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Happenings {
  readonly kit: RealKit;
  /** Trackers by their ids. */
  readonly trackerUuids: ReadonlyMap<number, string>;
  ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: unknown, key?: string): Promise<Told>;
  /** A command over HTTP, given now unless it says otherwise. */
  order(task: { readonly uuid: string }, action: string, more?: object): Promise<Told>;
  task(wish?: TaskWish): Promise<{ readonly id: number; readonly uuid: string }>;
  read(taskId: number): Task;
  /** Events of a task as `event from>to`. */
  story(task: { readonly uuid: string }): Promise<string[]>;
}

export interface TaskWish {
  readonly dialect?: Dialect;
  readonly trackerId?: number | null;
  readonly begins?: 'draft' | 'scheduled';
  readonly terms?: Partial<TaskTerms>;
  readonly text?: Partial<TaskText>;
}

/** It is T0; the trackers 1 and 2 are there. Gone when the test is over. */
export async function happenings(): Promise<Happenings> {
  const kit = new RealKit(T0);
  onTestFinished(() => kit.close());
  const ids = [await kit.addTracker('Ann'), await kit.addTracker('Ben')];
  const trackerUuids = new Map(ids.map((id) => [id, kit.line.tracker(id)!.uuid]));

  async function ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: unknown, key = FIRST_KEY) {
    const headers = { authorization: `Token ${key}`, 'content-type': 'application/json' };
    const sent = payload === undefined ? {} : { payload: JSON.stringify(payload) };
    const response = await kit.app.inject({ method, url, headers, ...sent });
    const isJson = response.body !== '' && String(response.headers['content-type']).includes('json');
    return { status: response.statusCode, body: isJson ? response.json() : response.body, headers: response.headers };
  }

  return {
    kit,
    trackerUuids,
    ask,
    order: (task, action, more = {}) => {
      const time = new Date(kit.nowMs).toISOString();
      return ask('POST', '/task_commands/', { task: task.uuid, time, action, ...more });
    },
    async task(wish) {
      const made = newTask(wish);
      const outcome = await kit.do({ kind: 'create_task', task: made });
      if (outcome.kind !== 'task') throw new Error(JSON.stringify(outcome));
      return { id: outcome.taskId, uuid: made.uuid };
    },
    read: (taskId) => kit.store.tasks.read(taskId)!,
    async story({ uuid }) {
      const { body } = await ask('GET', `/tasks/${uuid}/events/?page_size=1000`);
      return body.map(storyOf);
    },
  };
}

function storyOf(event: Readonly<Record<string, unknown>>): string {
  return `${event['event']} ${event['from_state']}>${event['to_state']}`;
}

export function newTask({ dialect = 'gsmtasks', trackerId = 1, begins, terms, text }: TaskWish = {}): NewTask {
  return {
    uuid: crypto.randomUUID(),
    dialect,
    trackerId,
    text: {
      label: 'Pallet',
      description: '',
      externalId: null,
      address: 'Quay 4',
      tags: [],
      origin: 'manual',
      extra: {},
      form: null,
      ...text,
    },
    terms: {
      zone: { ...PLACE, radiusM: 150 },
      fromMs: T0,
      toMs: T0 + 120 * MINUTE,
      maxDelayMs: 0,
      minStayMs: 0,
      minArrivalMs: 0,
      isFormRequired: false,
      isFormInZone: false,
      ...terms,
    },
    ...(begins && { begins }),
  };
}

/** All pages forward, and then back again, which are the same. */
export async function pagesOf(world: Happenings, first: string): Promise<readonly (readonly Item[])[]> {
  const pages: (readonly Item[])[] = [];
  let url: string | null = first;
  let last: string = first;
  while (url !== null) {
    const { body, headers } = await world.ask('GET', url);
    pages.push(body);
    last = url;
    url = linked(headers, 'next');
  }
  const back: (readonly Item[])[] = [];
  for (url = last; url !== null; ) {
    const { body, headers } = await world.ask('GET', url);
    back.unshift(body);
    url = linked(headers, 'prev');
  }
  expect(back.flat()).toEqual(pages.flat());
  return pages;
}

function linked(headers: Readonly<Record<string, unknown>>, relation: string): string | null {
  const found = new RegExp(`<https?://[^/]+(/[^>]*)>; rel="${relation}"`).exec(String(headers['link'] ?? ''));
  return found?.[1] ?? null;
}
