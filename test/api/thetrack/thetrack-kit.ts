/** TheTrack's calls over the real line and the real store, with a clock to set and devices that send. */
import { FIRST_KEY, NOW_MS } from '../../operations/fake-line.ts';
import { RealKit } from '../real-kit.ts';

export interface Told {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export const SECRET_KEY = `sk_${FIRST_KEY}`;
export const MINUTE_MS = 60_000;

/** A place in Berlin, and one 11 km south of it. */
export const GOAL = { latDeg: 52.5, lonDeg: 13.4 };
export const FAR = { latDeg: 52.4, lonDeg: 13.4 };
export const GOAL_POINT = { type: 'Point', coordinates: [GOAL.lonDeg, GOAL.latDeg] };

export class ThetrackKit extends RealKit {
  #keys = 0;

  constructor() {
    super(NOW_MS);
  }

  async ask(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    url: string,
    body?: unknown,
    key = SECRET_KEY,
  ): Promise<Told> {
    const response = await this.app.inject({
      method,
      url,
      headers: { authorization: `token ${key}` },
      ...(body !== undefined && { payload: body as object }),
    });
    const isJson = String(response.headers['content-type']).includes('json');
    return {
      status: response.statusCode,
      body: isJson ? response.json() : null,
      headers: response.headers,
      text: response.body,
    };
  }

  /** A key of its own with these rights, as TheTrack writes keys. */
  key(prefix: 'sk' | 'pk', ...scopes: string[]): string {
    this.#keys += 1;
    const key = String(this.#keys).padStart(32, 'd');
    this.store.keys.create(`key ${this.#keys}`, key, scopes, this.nowMs, null);
    return `${prefix}_${key}`;
  }

  async make(what: 'drivers' | 'tasks' | 'locations', body: object = {}): Promise<Told['body']> {
    const told = await this.ask('POST', `/v1/${what}/`, body);
    if (told.status !== 201) throw new Error(`${told.status} ${told.text}`);
    return told.body;
  }

  task(id: string): Promise<Told['body']> {
    return this.ask('GET', `/v1/tasks/${id}/`).then(({ body }) => body);
  }

  async assign(driver: { readonly id: string }, ...tasks: readonly { readonly id: string }[]): Promise<Told['body']> {
    const told = await this.ask('POST', `/v1/drivers/${driver.id}/assign_tasks/`, {
      task_ids: tasks.map(({ id }) => id),
    });
    if (told.status !== 200) throw new Error(`${told.status} ${told.text}`);
    return told.body;
  }

  /** The driver's phone or device says where it is, now and one second later than anything before. */
  async drive(
    driver: { readonly id: string },
    ...spots: readonly { readonly latDeg: number; readonly lonDeg: number }[]
  ) {
    const tracker = this.line.trackers().find(({ uuid }) => uuid === driver.id)!;
    for (const spot of spots) {
      this.nowMs += 10_000;
      await this.send(tracker.id, [{ ...spot, timeMs: this.nowMs }]);
    }
  }
}
