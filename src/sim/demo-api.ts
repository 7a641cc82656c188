/** The demo as a customer of the gateway: trackers, tasks, a route, forms and a webhook over HTTP, like anyone else. */
import type { Job } from './demo-jobs.ts';
import type { Vehicle } from './fleet.ts';

const ANSWER_MS_MAX = 10_000;
/** Beginning of the external ids of what the demo makes itself. */
const OWN_PREFIX = 'demo-';

export class DemoApi {
  readonly #url: string;
  readonly #key: string;
  #made = 0;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  /** Returns the tracker's id. */
  async registerTracker(vehicle: Vehicle): Promise<number> {
    const { label, imei } = vehicle;
    return idIn(await this.#own('/api/trackers', { label, imei }));
  }

  /** Returns the task's id; null = it is refused, as when a visitor has blocked or deleted the tracker. */
  async createTask(trackerId: number, job: Job, formTemplateId: number | null): Promise<number | null> {
    const form = formTemplateId === null ? {} : { form_template_id: formTemplateId };
    const task = { tracker_id: trackerId, ...this.#taskOf(job), ...form };
    const parameters = { hash: this.#key, task, create_form: formTemplateId !== null };
    const response = await this.#post('/v2/task/create', parameters, {});
    const answer: unknown = await response.json();
    return response.ok ? idIn(answer) : null;
  }

  /** Returns the checkpoints' ids, in order. */
  async createRoute(trackerId: number, label: string, jobs: readonly Job[]): Promise<readonly number[]> {
    const checkpoints = jobs.map((job) => this.#taskOf(job));
    const description = 'One stop after the other';
    const { result } = (await this.#navixy('task/route/create', {
      route: { label, description, tracker_id: trackerId },
      checkpoints,
    })) as { readonly result: { readonly checkpoint_ids: readonly number[] } };
    return result.checkpoint_ids;
  }

  /** What whoever takes a delivery fills in. Returns the template's id. */
  async createFormTemplate(): Promise<number> {
    const fields = [
      { id: 'name', label: 'Received by', type: 'text', required: true, min_length: 1, max_length: 80 },
      { id: 'parcels', label: 'Parcels', type: 'dropdown', options: [{ label: 'one' }, { label: 'more' }] },
    ];
    const template = { label: 'Proof of delivery', fields, submit_in_zone: false, default: false };
    return idIn(await this.#navixy('form/template/create', { template }));
  }

  /** As the driver does at the door. Refused where the task is over. */
  async submitForm(taskId: number): Promise<void> {
    const values = { name: { type: 'text', value: 'A. Neighbour' }, parcels: { type: 'dropdown', value_index: 0 } };
    const response = await this.#post('/v2/task/form/submit', { hash: this.#key, task_id: taskId, values }, {});
    await response.arrayBuffer();
  }

  /** Returns its secret. */
  async createWebhook(name: string, url: string): Promise<string> {
    const { secret } = (await this.#own('/api/webhooks', { name, url })) as { readonly secret: string };
    return secret;
  }

  #taskOf(job: Job): object {
    return {
      label: job.label,
      description: job.description,
      external_id: `${OWN_PREFIX}${++this.#made}`,
      location: { lat: job.latDeg, lng: job.lonDeg, radius: job.radiusM, address: job.address },
      from: navixyDate(job.fromMs),
      to: navixyDate(job.toMs),
      min_stay_duration: job.minStayMinutes,
      max_delay: job.maxDelayMinutes,
    };
  }

  #navixy(call: string, parameters: object): Promise<unknown> {
    return this.#taken(`/v2/${call}`, { hash: this.#key, ...parameters }, {});
  }

  #own(path: string, body: object): Promise<unknown> {
    return this.#taken(path, body, { authorization: `Bearer ${this.#key}` });
  }

  async #taken(path: string, body: object, headers: Record<string, string>): Promise<unknown> {
    const response = await this.#post(path, body, headers);
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path} was answered ${response.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  }

  #post(path: string, body: object, headers: Record<string, string>): Promise<Response> {
    return fetch(this.#url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
  }
}

/** Whether the demo made the task itself: it is at a place that its vehicle comes to anyway. */
export function isOwnTask(externalId: string | null): boolean {
  return externalId?.startsWith(OWN_PREFIX) ?? false;
}

function idIn(answer: unknown): number {
  const id = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : undefined;
  if (typeof id !== 'number') throw new Error(`answered without an id: ${JSON.stringify(answer)}`);
  return id;
}

/** `yyyy-MM-dd HH:mm:ss` in the zone of the demo's gateway, UTC. */
function navixyDate(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');
}
