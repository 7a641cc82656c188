/** The demo as a customer of the gateway: registers trackers and creates tasks over HTTP like anyone else. */
import type { Job } from './demo-jobs.ts';
import type { Vehicle } from './fleet.ts';

const ANSWER_MS_MAX = 10_000;

export class DemoApi {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  /** Returns the tracker's id. */
  async registerTracker(vehicle: Vehicle): Promise<number> {
    const { label, imei } = vehicle;
    const answer = await this.#post('/api/trackers', { label, imei }, { authorization: `Bearer ${this.#key}` });
    return idOf('/api/trackers', answer);
  }

  /** Returns the task's id. */
  async createTask(trackerId: number, job: Job): Promise<number> {
    const task = {
      tracker_id: trackerId,
      label: job.label,
      description: job.description,
      location: { lat: job.latDeg, lng: job.lonDeg, radius: job.radiusM, address: job.address },
      from: navixyDate(job.fromMs),
      to: navixyDate(job.toMs),
      min_stay_duration: job.minStayMinutes,
      max_delay: job.maxDelayMinutes,
    };
    return idOf('/v2/task/create', await this.#post('/v2/task/create', { hash: this.#key, task }, {}));
  }

  async #post(path: string, body: object, headers: Record<string, string>): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path} was answered ${response.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text);
  }
}

function idOf(path: string, answer: unknown): number {
  const id = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : undefined;
  if (typeof id !== 'number') throw new Error(`POST ${path} was answered without an id: ${JSON.stringify(answer)}`);
  return id;
}

/** `yyyy-MM-dd HH:mm:ss` in the zone of the demo's gateway, UTC. */
function navixyDate(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');
}
