/** What every broker is to us, and what it is told. */

export interface Message {
  /** Below the root of the setting, of words between slashes. */
  readonly topic: string;
  /** The same whenever the same is sent: brokers and receivers tell repeats by it. */
  readonly id: string;
  readonly payload: string;
  /** The broker keeps the last of its topic for who comes later. */
  readonly isRetained?: boolean;
}

export interface Broker {
  /** Resolves once the broker has it; may wait until it is back, or reject. */
  publish(message: Message): Promise<void>;
  close(): Promise<void>;
}

/** Told when it is lost, with the reason, and when it is back: null. */
export type OnBroker = (reason: unknown) => void;

export interface Login {
  /** '' = none. */
  readonly user: string;
  readonly password: string;
}

/** What an address says of who comes: written as in any URL, with %40 for an @ (RFC 3986, section 3.2.1). */
export function loginOf({ username, password }: Pick<URL, 'username' | 'password'>): Login {
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** Topics name trackers by their ids alone: nothing that a user or a device wrote can mean something to a broker. */
export function fixTopic(trackerId: number): string {
  return `trackers/${trackerId}/fix`;
}

export function openTasksTopic(trackerId: number): string {
  return `trackers/${trackerId}/open-tasks`;
}

/** `trackerId`: who answers for the task; null = nobody does. */
export function taskTopic(trackerId: number | null): string {
  return trackerId === null ? 'tasks/unassigned' : `trackers/${trackerId}/task`;
}

/**
 * The same broker, of which what is under way rejects when it is closed. A broker that is away may never answer; and a race
 * of each message with one promise for all of them would hold every message until then.
 */
export function endable({ publish, close }: Broker): Broker {
  const ends = new Set<(reason: Error) => void>();
  let isClosed = false;
  return {
    publish(message) {
      if (isClosed) return Promise.reject(new Error(CLOSED));
      return new Promise((resolve, reject) => {
        ends.add(reject);
        publish(message)
          .then(resolve, reject)
          .finally(() => ends.delete(reject));
      });
    },
    async close() {
      isClosed = true;
      for (const end of ends) end(new Error(CLOSED));
      await close();
    },
  };
}

const CLOSED = 'the broker is told nothing any more';
