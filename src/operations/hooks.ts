/** GSMtasks' webhooks: who is told of what happens to tasks, in its way. */
import { randomBytes } from 'node:crypto';
import type { Hook, Resource } from '../model/resources.ts';
import type { Store } from '../store/store.ts';
import { ENDPOINTS_MAX, endpointShelf } from './endpoints.ts';

type HookResource = Resource<'hook'>;

/** What its owner says of a hook. */
export type HookText = Pick<
  Hook,
  'name' | 'target' | 'version' | 'headers' | 'topics' | 'notificationEmails' | 'sharedSecret'
>;

export interface HookOperations {
  /** In the order of their creation. */
  hooks(): readonly HookResource[];
  /** It is told of what happens from now on. Without a secret it gets one. null = there are as many as there may be. */
  createHook(text: HookText): HookResource | null;
  /** null = there is none. An empty secret gives it a new one. */
  changeHook(uuid: string, text: Partial<HookText>): HookResource | null;
  /** false = there is none. */
  removeHook(uuid: string): boolean;
  /** It is told of what happens from now on, and its failures are forgotten; one that is active stays as it is. */
  activateHook(uuid: string): HookResource | null;
  deactivateHook(uuid: string): HookResource | null;
  /** It did not take what it was told. */
  failHook(uuid: string, words: string): HookResource | null;
  /** Called after every change. Returns the unsubscribe function. */
  onHooksChanged(listener: () => void): () => void;
}

export const HOOKS_MAX = ENDPOINTS_MAX;
const SECRET_BYTES = 20;

export function hookOperations(deps: {
  readonly store: Pick<Store, 'resources' | 'deliveries' | 'records' | 'lastEventId'>;
  readonly now: () => number;
}): HookOperations {
  const shelf = endpointShelf('hook', deps);
  return {
    hooks: shelf.list,
    createHook: (text) =>
      shelf.create({ ...text, sharedSecret: text.sharedSecret || newSecret(), ...shelf.beginning() }),
    changeHook: (uuid, text) =>
      shelf.change(uuid, { ...text, ...(text.sharedSecret === '' && { sharedSecret: newSecret() }) }),
    removeHook: shelf.remove,
    activateHook: shelf.activate,
    deactivateHook: shelf.deactivate,
    failHook: shelf.fail,
    onHooksChanged: shelf.onChanged,
  };
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('hex');
}
