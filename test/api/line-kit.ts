/** The app over the real line and the real store, for calls that the engine decides on. */
import { createOperations } from '../../src/operations/operations.ts';
import { searchInPlace } from '../../src/operations/searches.ts';
import { LineKit, type Spot } from '../intake/line-kit.ts';
import { FIRST_KEY, NOW_MS } from '../operations/fake-line.ts';
import { presentApp } from './present-app.ts';

interface Answer {
  readonly status: number;
  /** Whatever it is; tests say what they expect of it. */
  readonly body: AnswerBody;
}

interface AnswerBody {
  readonly [member: string]: unknown;
  readonly id?: number;
  readonly result?: { readonly [member: string]: unknown; readonly id: number; readonly checkpoint_ids: number[] };
  readonly list?: readonly { readonly [member: string]: unknown; readonly id: number }[];
}

export interface ApiKit {
  /** POST JSON; with the first key in `hash` unless the parameters have one. */
  navixy(call: string, parameters?: object): Promise<Answer>;
  /** A key of its own with these rights. */
  key(...scopes: string[]): string;
  deliver(trackerId: number, spots: readonly Spot[]): Promise<unknown>;
  close(): Promise<void>;
}

const TAGS = 9;

/** With the tags 1 to TAGS, and the trackers 1 to `labels.length`; it is NOW_MS, and clocks on walls show UTC. One at a time. */
export async function createLineKit(...labels: string[]): Promise<ApiKit> {
  const kit = new LineKit(NOW_MS);
  const searches = searchInPlace(kit.directory);
  const { store, line } = kit;
  const operations = createOperations({
    ...{ store, searches, intake: line, now: () => NOW_MS, firstKey: FIRST_KEY },
    presence: { isOnline: () => true, clockSuspicion: () => null },
    deviceCommands: { expireMs: 60_000, queuedMax: 3 },
  });
  const app = presentApp({ operations, now: () => NOW_MS });
  for (const label of labels) await operations.createTracker({ label, imei: null, model: null, timeZone: 'utc' });
  for (let id = 1; id <= TAGS; id++) store.records.create('tag', { name: `tag ${id}`, color: 'FF0000' });
  let keys = 0;
  return {
    async navixy(call, parameters = {}) {
      const payload = { hash: FIRST_KEY, ...parameters };
      const response = await app.inject({ method: 'POST', url: `/v2/${call}`, payload });
      return { status: response.statusCode, body: response.json() };
    },
    key(...scopes) {
      keys += 1;
      const key = String(keys).padStart(32, 'a');
      store.keys.create(`key ${keys}`, key, scopes, NOW_MS, null);
      return key;
    },
    deliver: (trackerId, spots) => kit.deliver(trackerId, spots),
    async close() {
      await searches.close();
      kit.close();
    },
  };
}
