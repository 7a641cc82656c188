/**
 * Finds the points of addresses, and the addresses of points, for tasks of GSMtasks and TheTrack that came with only one
 * of the two: behind everybody's back, one after the other. What waits is not remembered anywhere but in the tasks
 * themselves: whoever was never looked up has no provider. A geocoder that cannot be asked is asked again; one that did
 * not know is not, until somebody changes what it was asked for.
 */
import type { Intake } from '../intake/intake.ts';
import { type Geocoding, NO_PARTS, type TaskDetails } from '../model/details.ts';
import type { TaskEvent } from '../model/event.ts';
import { type Dialect, isOpen, type Task, type TaskText } from '../model/task.ts';
import type { Store } from '../store/store.ts';
import type { Geocoder } from './geocoder.ts';
import type { Searches } from './searches.ts';

export interface GeocodingDeps {
  readonly store: {
    readonly tasks: Pick<Store['tasks'], 'read'>;
    readonly resources: Pick<Store['resources'], 'read' | 'update'>;
  };
  readonly searches: Pick<Searches, 'ask'>;
  readonly intake: Pick<Intake, 'command' | 'onCommitted'>;
  readonly geocoder: Geocoder;
  /** As GSMtasks calls it. */
  readonly provider: string;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** Runs something once after so many ms; returns what calls it off. */
  readonly after: (run: () => void, delayMs: number) => () => void;
  /** Told when it cannot be done, and with null when it can again. */
  readonly onTrouble: (reason: unknown) => void;
}

const PAGE = 100;
/** After the first failure, doubled with each one that follows. */
const PAUSE_MS = 10_000;
const PAUSE_MS_MAX = 3_600_000;
const ADDRESS_CHARACTERS_MAX = 250;

/** What is asked about a task. */
type Wish =
  | { readonly kind: 'point'; readonly address: string }
  | { readonly kind: 'address'; readonly latDeg: number; readonly lonDeg: number };

/** What the geocoder knows; `point` null = it was asked for an address. */
interface Found {
  readonly point: { readonly latDeg: number; readonly lonDeg: number } | null;
  readonly address: string;
}

export class GeocodingRunner {
  readonly #deps: GeocodingDeps;
  #unsubscribe: () => void = () => {};
  /** Ends what it waits for: a pause, or an answer. */
  #interrupt: () => void = () => {};
  /** Something may be waiting that the pass under way has not seen. */
  #isDue = false;
  #isStopped = false;
  #failures = 0;
  #working: Promise<void> | null = null;

  constructor(deps: GeocodingDeps) {
    this.#deps = deps;
  }

  /** Begins with what was left from the last run. */
  start(): void {
    this.#unsubscribe = this.#deps.intake.onCommitted((events) => {
      if (events.some(mayAsk)) this.#wake();
    });
    this.#wake();
  }

  /** Resolves when nothing is being written any more; an answer that is awaited comes to nothing. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unsubscribe();
    this.#interrupt();
    await this.#working;
  }

  /** Resolves when nothing is left to be done; for tests. */
  async idle(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  #wake(): void {
    this.#isDue = true;
    if (this.#working !== null || this.#isStopped) return;
    this.#working = this.#work().finally(() => {
      this.#working = null;
      if (this.#isDue) this.#wake();
    });
  }

  async #work(): Promise<void> {
    while (this.#isDue && !this.#isStopped) {
      this.#isDue = false;
      await this.#tried(() => this.#pass());
    }
  }

  /** Over all that wait, a page at a time. One that fails does not hold up the others. */
  async #pass(): Promise<void> {
    for (let afterId = 0; !this.#isStopped; ) {
      const ids = await this.#deps.searches.ask<'unlocated_tasks'>({ kind: 'unlocated_tasks', afterId, limit: PAGE });
      for (const id of ids) {
        if (!this.#isStopped) await this.#tried(() => this.#lookUp(id));
      }
      if (ids.length < PAGE) return;
      afterId = ids.at(-1)!;
    }
  }

  async #tried(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#failures += 1;
      this.#isDue = true;
      if (this.#failures === 1) this.#deps.onTrouble(error);
      await this.#pause(Math.min(PAUSE_MS * 2 ** (this.#failures - 1), PAUSE_MS_MAX));
    }
  }

  #pause(delayMs: number): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const callOff = this.#deps.after(resolve, delayMs);
      this.#interrupt = () => {
        callOff();
        resolve();
      };
    });
  }

  #unlessStopped<T>(answer: Promise<T>): Promise<T | 'stopped'> {
    return new Promise((resolve, reject) => {
      this.#interrupt = () => resolve('stopped');
      answer.then(resolve, reject);
    });
  }

  async #lookUp(taskId: number): Promise<void> {
    const { store } = this.#deps;
    const wish = wishOf(store.tasks.read(taskId));
    if (wish === null) return;
    const found = await this.#unlessStopped(this.#ask(wish));
    if (found === 'stopped') return;
    if (this.#failures > 0) this.#deps.onTrouble(null);
    this.#failures = 0;
    // Whatever was said meanwhile stays; what was asked for may be something else by now.
    const task = store.tasks.read(taskId);
    if (JSON.stringify(wishOf(task)) !== JSON.stringify(wish)) {
      this.#isDue = true;
      return;
    }
    if (task !== null) await this.#write(task, this.#finding(task, wish, found));
  }

  async #ask(wish: Wish): Promise<Found | null> {
    const { geocoder } = this.#deps;
    if (wish.kind === 'address') {
      const address = await geocoder.addressAt(wish.latDeg, wish.lonDeg, null);
      return address === null ? null : { point: null, address };
    }
    const [place] = await geocoder.locate(wish.address, null);
    if (place === undefined) return null;
    const { latDeg, lonDeg, address } = place;
    return { point: { latDeg, lonDeg }, address };
  }

  #finding(task: Task, wish: Wish, found: Found | null): Pick<Task, 'text' | 'terms'> {
    const { now, provider } = this.#deps;
    const { text, terms } = task;
    if (found === null) {
      const geocoding: Geocoding = { provider, atMs: null, failedMs: now() };
      return { text: { ...text, details: { ...text.details, geocoding } }, terms };
    }
    const geocoding: Geocoding = { provider, atMs: now(), failedMs: null };
    const { radiusM, details } = radiusOf(text.details);
    const zone = found.point === null ? terms.zone : { ...found.point, radiusM };
    return {
      text: addressed({ ...text, details: { ...details, geocoding } }, task.dialect, wish, found),
      terms: { ...terms, zone },
    };
  }

  async #write({ id, dialect, text, terms }: Task, found: Pick<Task, 'text' | 'terms'>): Promise<void> {
    const { intake } = this.#deps;
    const before = { text, terms };
    const outcome = await intake.command({ kind: 'amend_task', taskId: id, before, after: found, by: dialect });
    // What refuses it otherwise is finished, or gone.
    if (outcome.kind === 'refused' && outcome.code === 'storage_unavailable') throw new Error(outcome.message);
    if (outcome.kind === 'task') this.#tellPlace(found);
  }

  /** TheTrack's location, which the task was made of, is known now as well. */
  #tellPlace({ text: { details, address }, terms: { zone } }: Pick<Task, 'text' | 'terms'>): void {
    const { store, now } = this.#deps;
    const place = details?.locationUuid === undefined ? null : store.resources.read('place', details.locationUuid);
    if (place === null || zone === null || (place.body.point !== null && place.body.address !== '')) return;
    const { latDeg, lonDeg } = zone;
    const body = {
      ...place.body,
      point: place.body.point ?? { latDeg, lonDeg },
      address: place.body.address || address,
    };
    store.resources.update('place', { ...place, modifiedMs: now(), body });
  }
}

/** An event after which there may be something to look up. */
function mayAsk({ body }: Pick<TaskEvent, 'body'>): boolean {
  if (body.kind === 'create') return wishOf(body.task) !== null;
  return body.kind === 'update' && (body.text.address !== undefined || body.text.details !== undefined);
}

/** null = nothing is missing, or it was looked for already. */
function wishOf(task: Task | null): Wish | null {
  if (task === null || task.dialect === 'navixy' || !isOpen(task.facts.state)) return null;
  const { text, terms } = task;
  if ((text.details?.geocoding?.provider ?? null) !== null) return null;
  const { zone } = terms;
  if (zone !== null) return text.address === '' ? { kind: 'address', latDeg: zone.latDeg, lonDeg: zone.lonDeg } : null;
  return text.address === '' ? null : { kind: 'point', address: text.details?.parts?.raw || text.address };
}

/**
 * What people typed as their one line stays what it is: GSMtasks keeps it apart from the line that is shown, where nobody has
 * written that one.
 */
function addressed(text: TaskText, dialect: Dialect, wish: Wish, { address }: Found): TaskText {
  const { details } = text;
  const raw = details?.parts?.raw ?? text.address;
  if (dialect !== 'gsmtasks') return wish.kind === 'address' ? { ...text, address: cut(address) } : text;
  if (wish.kind === 'point' && text.address !== raw) return text;
  return { ...text, address: cut(address), details: { ...details, parts: { ...(details?.parts ?? NO_PARTS), raw } } };
}

/** Metres around a point that was found, where nobody has said how far the place is to reach. */
const RADIUS_M = 150;
/** How far it is to reach, which GSMtasks keeps here as long as there is no place. */
const RADIUS_KEY = 'navixy:radius';

function radiusOf({ metafields = {}, ...details }: TaskDetails = {}): {
  readonly radiusM: number;
  readonly details: TaskDetails;
} {
  const { [RADIUS_KEY]: radiusM, ...others } = metafields;
  const kept = Object.keys(others).length === 0 ? details : { ...details, metafields: others };
  return { radiusM: typeof radiusM === 'number' ? radiusM : RADIUS_M, details: kept };
}

function cut(address: string): string {
  return [...address].slice(0, ADDRESS_CHARACTERS_MAX).join('');
}
