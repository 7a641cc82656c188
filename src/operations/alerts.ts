/**
 * Trackers that somebody should look after. Every beat looks at the next few, so that no moment has to look at all of
 * them, and keeps only those that are silent.
 */
import type { Intake } from '../intake/intake.ts';
import type { Tracker } from '../model/tracker.ts';
import type { Store } from '../store/store.ts';

interface Silence {
  /** When it was last heard; where it never was, when it was registered. */
  readonly sinceMs: number;
  readonly hasBeenHeard: boolean;
}

export type Alert =
  | ({ readonly kind: 'silent'; readonly tracker: Tracker } & Silence)
  | { readonly kind: 'clock'; readonly tracker: Tracker; readonly sinceMs: number; readonly aheadMinutes: number };

/** What has changed with one tracker. */
interface SilenceChange {
  readonly tracker: Tracker;
  readonly isSilent: boolean;
  readonly sinceMs: number;
}

export interface AlertRules {
  /** null = nobody is called silent. */
  readonly silentAfterMs: number | null;
}

export interface AlertOperations {
  /** Those that have stood for longest first; at most ALERTS_MAX. */
  alerts(): readonly Alert[];
  silentTrackers(): number;
  /**
   * Looks at the next few trackers; to be called every second. Returns what has changed with them, but in the first round
   * after the start, which finds out how things are.
   */
  lookForSilence(): readonly SilenceChange[];
}

export const ALERTS_MAX = 1000;
/** Trackers looked at in one beat: of 50 000 each one is looked at every two minutes. */
const LOOKS_MAX = 400;

const NO_ALERTS: AlertRules = { silentAfterMs: null };

export function alertOperations(deps: {
  readonly store: Pick<Store, 'tracks'>;
  readonly intake: Pick<Intake, 'tracker' | 'trackers'>;
  readonly clockSuspicion: (trackerId: number) => { readonly aheadMinutes: number; readonly sinceMs: number } | null;
  readonly now: () => number;
  readonly alertRules?: AlertRules;
}): AlertOperations {
  const { store, intake, now, clockSuspicion, alertRules = NO_ALERTS } = deps;
  const silences = new Map<number, Silence>();
  const suspects = new Set<number>();
  let round: readonly Tracker[] = [];
  let at = 0;
  let rounds = 0;

  function lookAt(trackerId: number): SilenceChange | null {
    const tracker = intake.tracker(trackerId);
    const before = silences.get(trackerId);
    if (tracker !== null && clockSuspicion(trackerId) !== null) suspects.add(trackerId);
    else suspects.delete(trackerId);
    const silence = tracker === null ? null : silenceOf(tracker);
    if (silence === null) silences.delete(trackerId);
    else silences.set(trackerId, silence);
    if (tracker === null || (silence === null) === (before === undefined)) return null;
    return { tracker, isSilent: silence !== null, sinceMs: (silence ?? before)!.sinceMs };
  }

  /** Of people, and of devices that are kept out, nothing is expected. */
  function silenceOf({ id, imei, isBlocked, createdMs }: Tracker): Silence | null {
    const { silentAfterMs } = alertRules;
    if (silentAfterMs === null || imei === null || isBlocked) return null;
    const heardMs = store.tracks.lastReceivedMs(id);
    const sinceMs = heardMs ?? createdMs;
    return now() - sinceMs > silentAfterMs ? { sinceMs, hasBeenHeard: heardMs !== null } : null;
  }

  return {
    alerts() {
      const found: Alert[] = [];
      for (const [trackerId, silence] of silences) {
        const tracker = intake.tracker(trackerId);
        if (tracker !== null) found.push({ kind: 'silent', tracker, ...silence });
      }
      for (const trackerId of suspects) {
        const tracker = intake.tracker(trackerId);
        const suspicion = tracker && clockSuspicion(trackerId);
        if (tracker !== null && suspicion !== null) found.push({ kind: 'clock', tracker, ...suspicion });
      }
      return found.sort((a, b) => a.sinceMs - b.sinceMs).slice(0, ALERTS_MAX);
    },
    silentTrackers: () => silences.size,
    lookForSilence() {
      if (at >= round.length) {
        round = intake.trackers();
        at = 0;
        rounds += 1;
        for (const trackerId of silences.keys()) if (intake.tracker(trackerId) === null) silences.delete(trackerId);
      }
      const slice = round.slice(at, at + LOOKS_MAX);
      at += LOOKS_MAX;
      const changes = slice.map(({ id }) => lookAt(id)).filter((change) => change !== null);
      return rounds === 1 ? [] : changes;
    },
  };
}
