/** A rule: which turns of tasks somebody wants to be told of. What it has asked for in its life is kept as spells. */
import type { NavixyStatus } from './projections.ts';

/** When a rule works, by the clock on the wall; ms after Monday 00:00, or instants. */
export type WorkingHours =
  | { readonly kind: 'weekly'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'fixed'; readonly fromMs: number; readonly toMs: number };

/** What a rule looks for. */
export interface RuleTerms {
  readonly trackerIds: readonly number[];
  /** Statuses that tasks, checkpoints and routes come to. */
  readonly statuses: readonly NavixyStatus[];
  readonly onForm: boolean;
  /** A form that was submitted before. */
  readonly onRepeatedForm: boolean;
  /** Empty = always. */
  readonly hours: readonly WorkingHours[];
}

/** While a rule asked for the same: it matches events after one of them, up to another; null = it still does. */
export interface RuleSpell {
  readonly afterId: number;
  readonly untilId: number | null;
  readonly terms: RuleTerms;
}

export interface TrackerRule {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly terms: RuleTerms;
  readonly primaryText: string;
  readonly secondaryText: string;
  readonly isEmergency: boolean;
  readonly isSuspended: boolean;
  /** Fields of a dialect that nothing here looks at; JSON-safe. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** What it found while it lived is shown on; null = it lives. */
  readonly deletedMs: number | null;
  /** Oldest first; suspended or deleted it has no open one. */
  readonly spells: readonly RuleSpell[];
}
