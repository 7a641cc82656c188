/** Who is meant by an e-mail address: a tracker, by its profile, by the person who has it, or by the address it goes by. */
import type { Intake } from '../intake/intake.ts';
import type { Tracker } from '../model/tracker.ts';
import type { Store } from '../store/store.ts';

export interface AssigneeOperations {
  /** null = nobody is known by it. */
  trackerOfEmail(email: string): Tracker | null;
}

/** Of a tracker without an address of its own, whatever the domain (common model, section 2). */
const OWN_ADDRESS = /^tracker-(\d{1,15})@/i;
const PROFILES_AT_ONCE = 500;
/** Looked at, one after the other: this way of naming someone is for few people. */
const PROFILES_MAX = 10_000;

export function assigneeOperations(deps: {
  readonly store: Pick<Store, 'records' | 'resources'>;
  readonly intake: Pick<Intake, 'tracker' | 'trackers'>;
}): AssigneeOperations {
  const { intake } = deps;
  const { records, resources } = deps.store;

  function uuidByProfile(email: string): string | null {
    for (let afterId = 0, seen = 0; seen < PROFILES_MAX; seen += PROFILES_AT_ONCE) {
      const page = resources.page('profile', { limit: PROFILES_AT_ONCE, afterId });
      const found = page.find(({ body }) => isSame(body.email, email));
      if (found !== undefined) return found.uuid;
      const last = page.at(-1);
      if (last === undefined) return null;
      afterId = last.id;
    }
    return null;
  }

  return {
    trackerOfEmail(email) {
      const uuid = uuidByProfile(email);
      const byProfile = uuid === null ? undefined : intake.trackers().find((tracker) => tracker.uuid === uuid);
      if (byProfile !== undefined) return byProfile;
      const person = records.list('employee').find((employee) => isSame(employee.email, email));
      const trackerId = person?.trackerId ?? Number(OWN_ADDRESS.exec(email)?.[1] ?? Number.NaN);
      return Number.isInteger(trackerId) ? intake.tracker(trackerId) : null;
    },
  };
}

function isSame(known: string | null, email: string): boolean {
  return known !== null && known !== '' && known.toLowerCase() === email.toLowerCase();
}
