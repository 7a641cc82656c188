/** GSMtasks' tasks over the real line, with short ways to make and change them. */
import type { InjectOptions } from 'fastify';
import { FIRST_KEY } from '../../operations/fake-line.ts';
import { type LiveAnswer, LiveKit } from '../calls-kit.ts';

/** A body of an answer, of whatever shape. */
type Body = LiveAnswer['body'];

export class TaskKit extends LiveKit {
  constructor() {
    super([]);
  }

  /** The account's URL. */
  get account(): string {
    return this.url('accounts', this.operations.accountUuid());
  }

  url(collection: string, uuid: string): string {
    return `http://localhost:80/${collection}/${uuid}/`;
  }

  /** With the first key unless another is named. */
  gsm(
    method: NonNullable<InjectOptions['method']>,
    url: string,
    payload?: InjectOptions['payload'],
    { key = FIRST_KEY, headers = {} }: { readonly key?: string; readonly headers?: Record<string, string> } = {},
  ): Promise<LiveAnswer> {
    const authorization = `Token ${key}`;
    return this.ask({ method, url, headers: { authorization, ...headers }, ...(payload !== undefined && { payload }) });
  }

  /** The answer to a body that has to be taken. */
  async made(fields: object = {}): Promise<Body> {
    return this.#taken(await this.gsm('POST', '/tasks/', { account: this.account, ...fields }), 201);
  }

  async patched({ id }: Body, fields: object): Promise<Body> {
    return this.#taken(await this.gsm('PATCH', `/tasks/${id}/`, fields), 200);
  }

  async put({ id }: Body, fields: object): Promise<Body> {
    return this.#taken(await this.gsm('PUT', `/tasks/${id}/`, fields), 200);
  }

  async seen(id: string): Promise<Body> {
    return this.#taken(await this.gsm('GET', `/tasks/${id}/`), 200);
  }

  async did(action: string, { id }: Body, fields: object = {}): Promise<Body> {
    return this.#taken(await this.gsm('POST', `/tasks/${id}/${action}/`, fields), 200);
  }

  /** A worker's URL. */
  async worker(label: string): Promise<string> {
    return this.url('users', this.operations.readTracker(await this.tracker(label))!.uuid);
  }

  /** The uuid of a task that Navixy made. */
  async navixyTask(fields: object = {}): Promise<{ readonly num: number; readonly id: string }> {
    const { id } = await this.do('task/create', { task: { ...NAVIXY_TASK, ...fields } });
    return { num: id, id: this.operations.readTask(id)!.uuid };
  }

  #taken({ status, body }: LiveAnswer, expected: number): Body {
    if (status !== expected) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return body;
  }
}

export const NAVIXY_TASK = {
  location: { lat: 51.283546, lng: 7.301086, address: 'Fichtenstrasse 11', radius: 150 },
  label: 'Deliver parcels',
  description: 'Quickly',
  from: '2026-03-01 08:00:00',
  to: '2026-03-02 10:00:00',
};

/** Of every task, by type: what a generated client insists on (fact sheet, section 4), and all else that is shown. */
const REQUIRED = {
  account: 'uri',
  actions: 'object',
  assignee_proximity: 'string',
  calendar_time: 'instant?',
  cancelled_at: 'instant?',
  completed_at: 'instant?',
  counts: 'object',
  created_at: 'instant',
  created_by: 'uri?',
  forms: 'array',
  issues: 'array',
  orderer_name: 'string',
  recurrence: 'uri?',
  state: 'string',
  trackers: 'array',
  updated_at: 'instant',
  url: 'uri',
} as const;

const KEYS = {
  ...REQUIRED,
  id: 'string',
  external_id: 'string?',
  reference: 'string',
  barcodes: 'array',
  category: 'string',
  assignee: 'uri?',
  auto_assign: 'boolean',
  order: 'uri?',
  route: 'uri?',
  contact: 'object',
  address: 'object',
  contact_address: 'uri?',
  contact_address_external_id: 'string?',
  description: 'string',
  complete_after: 'instant?',
  complete_before: 'instant?',
  scheduled_time: 'instant?',
  position: 'number?',
  priority: 'number',
  duration: 'string?',
  size: 'array?',
  form_default_values: 'object?',
  documents: 'array',
  signatures: 'array',
  signers: 'array',
  metafields: 'object',
} as const;

/** What is not as it has to be, by key; an answer with a key too many or too few is not either. */
export function misshapen(task: Body): readonly string[] {
  const names = new Set([...Object.keys(KEYS), ...Object.keys(task)]);
  return [...names].filter((name) => !isOf(KEYS[name as keyof typeof KEYS], task[name]));
}

function isOf(type: string | undefined, value: unknown): boolean {
  if (type === undefined || value === undefined) return false;
  if (type.endsWith('?')) return value === null || isOf(type.slice(0, -1), value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'uri') return typeof value === 'string' && /^http:\/\/[^/]+\/[a-z_]+\/[0-9a-f-]{36}\/$/.test(value);
  if (type === 'instant') return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(value);
  return typeof value === type;
}
