/** Wishes about taking down what a tracker's device and the gateway say to each other, byte for byte. */
import type { Intake } from '../intake/intake.ts';
import { type Refusal, refuse } from '../model/refusal.ts';

/** What the gateway takes down (gateway/captures.ts). */
export interface CaptureDesk {
  /** Until then; what was taken down before is kept. false = as many trackers are captured as may be. */
  start(trackerId: number, untilMs: number): boolean;
  /** What was taken down stays until it is forgotten. */
  stop(trackerId: number): void;
  /** null = it is not captured at this moment. */
  untilMs(trackerId: number): number | null;
  /** As a talk that `milepost replay` plays and `milepost decode` reads; null = nothing is kept. */
  talk(trackerId: number): string | null;
}

export interface CaptureOperations {
  /** `minutes`: 0 = no longer. */
  capture(trackerId: number, minutes: number): CaptureSet | Refusal;
  captureUntil(trackerId: number): number | null;
  captured(trackerId: number): string | null;
}

interface CaptureSet {
  readonly kind: 'captured';
  readonly untilMs: number | null;
}

const MINUTE_MS = 60_000;
const NO_DESK: CaptureDesk = { start: () => false, stop: () => undefined, untilMs: () => null, talk: () => null };

export function captureOperations(deps: {
  readonly intake: Pick<Intake, 'tracker'>;
  readonly now: () => number;
  readonly captures?: CaptureDesk;
}): CaptureOperations {
  const { intake, now, captures = NO_DESK } = deps;
  return {
    capture(trackerId, minutes) {
      if (intake.tracker(trackerId) === null) return refuse('tracker_not_found', `there is no tracker ${trackerId}`);
      if (minutes === 0) captures.stop(trackerId);
      else if (!captures.start(trackerId, now() + minutes * MINUTE_MS)) {
        return refuse('too_many_records', 'as many trackers are captured as may be at once: end another one first');
      }
      return { kind: 'captured', untilMs: captures.untilMs(trackerId) };
    },
    captureUntil: (trackerId) => captures.untilMs(trackerId),
    captured: (trackerId) => (intake.tracker(trackerId) === null ? null : captures.talk(trackerId)),
  };
}
