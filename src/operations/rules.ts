/** Wishes about rules: which turns of tasks somebody wants to be told of. What a rule asked for when is kept with it. */
import type { Intake } from '../intake/intake.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { RuleSpell, RuleTerms, TrackerRule } from '../model/rule.ts';
import type { Store } from '../store/store.ts';

/** What people say of a rule. */
export type RuleDraft = Omit<TrackerRule, 'id' | 'deletedMs' | 'spells'>;

interface RuleKept {
  readonly kind: 'rule';
  readonly rule: TrackerRule;
}

export interface RuleOperations {
  /** It asks for what is concluded from now on. null = there are RULES_MAX. */
  createRule(draft: RuleDraft): RuleKept | Refusal | null;
  /** `trackerId`: those bound to it; null = all. */
  listRules(trackerId: number | null): readonly TrackerRule[];
  /** What it found before stays found. null = no such rule. */
  updateRule(ruleId: number, draft: RuleDraft): RuleKept | Refusal | null;
  /** Trackers that are not there are passed over; false = no such rule. */
  bindRule(ruleId: number, trackerIds: readonly number[]): boolean;
  unbindRule(ruleId: number, trackerIds: readonly number[]): boolean;
  /** false = no such rule. */
  deleteRule(ruleId: number): boolean;
}

/** Each entry of the feed is held against all of them. */
const RULES_MAX = 1000;
/** Of deleted rules the latest so many are known still, and of a rule's life so many spells; what older ones found shows no rule. */
const DELETED_MAX = 1000;
const SPELLS_MAX = 100;

export function ruleOperations(deps: {
  readonly store: Pick<Store, 'records' | 'lastEventId'>;
  readonly intake: Pick<Intake, 'tracker'>;
  readonly now: () => number;
}): RuleOperations {
  const { store, intake, now } = deps;
  const { records } = store;

  function living(ruleId: number): TrackerRule | null {
    const rule = records.read('tracker_rule', ruleId);
    return rule === null || rule.deletedMs !== null ? null : rule;
  }

  /** The next version of a rule, with the spell that begins or ends here. */
  function turned(rule: TrackerRule, spells: readonly RuleSpell[]): TrackerRule {
    const isAsking = !rule.isSuspended && rule.deletedMs === null;
    return { ...rule, spells: respelled(spells, store.lastEventId(), isAsking ? rule.terms : null) };
  }

  function unknownTracker({ trackerIds }: RuleTerms): Refusal | null {
    const id = trackerIds.find((trackerId) => intake.tracker(trackerId) === null);
    return id === undefined ? null : refuse('invalid', `must be trackers that exist, not ${id}`, 'trackers');
  }

  /** Without the trackers that are gone; what it found of them stays found. */
  function standing(rule: TrackerRule): TrackerRule {
    const trackerIds = rule.terms.trackerIds.filter((trackerId) => intake.tracker(trackerId) !== null);
    return { ...rule, terms: { ...rule.terms, trackerIds } };
  }

  function rebind(ruleId: number, bound: (before: readonly number[]) => number[]): boolean {
    const before = living(ruleId);
    if (before === null) return false;
    const terms = { ...before.terms, trackerIds: bound(before.terms.trackerIds) };
    return records.update('tracker_rule', turned({ ...before, terms }, before.spells));
  }

  function forgetOldest(): void {
    const deleted = records.list('tracker_rule').filter(({ deletedMs }) => deletedMs !== null);
    deleted.sort((a, b) => (a.deletedMs ?? 0) - (b.deletedMs ?? 0));
    for (const { id } of deleted.slice(0, -DELETED_MAX)) records.delete('tracker_rule', id);
  }

  return {
    createRule(draft) {
      const refusal = unknownTracker(draft.terms);
      if (refusal !== null) return refusal;
      if (records.list('tracker_rule').filter(({ deletedMs }) => deletedMs === null).length >= RULES_MAX) return null;
      const { id: _, ...content } = turned({ ...draft, id: 0, deletedMs: null, spells: [] }, []);
      return { kind: 'rule', rule: records.create('tracker_rule', content) };
    },
    listRules: (trackerId) =>
      records
        .list('tracker_rule')
        .filter(({ deletedMs }) => deletedMs === null)
        .map(standing)
        .filter(({ terms }) => trackerId === null || terms.trackerIds.includes(trackerId)),
    updateRule(ruleId, draft) {
      const before = living(ruleId);
      if (before === null) return null;
      const refusal = unknownTracker(draft.terms);
      if (refusal !== null) return refusal;
      const rule = turned({ ...before, ...draft }, before.spells);
      records.update('tracker_rule', rule);
      return { kind: 'rule', rule };
    },
    bindRule: (ruleId, trackerIds) =>
      rebind(ruleId, (before) => [
        ...new Set([...before, ...trackerIds.filter((trackerId) => intake.tracker(trackerId) !== null)]),
      ]),
    unbindRule: (ruleId, trackerIds) =>
      rebind(ruleId, (before) => before.filter((trackerId) => !trackerIds.includes(trackerId))),
    deleteRule(ruleId) {
      const before = living(ruleId);
      if (before === null) return false;
      records.update('tracker_rule', turned({ ...before, deletedMs: now() }, before.spells));
      forgetOldest();
      return true;
    },
  };
}

/** `terms`: what it asks for after the newest event; null = nothing. Spells in which nothing happened are left out. */
function respelled(spells: readonly RuleSpell[], lastId: number, terms: RuleTerms | null): readonly RuleSpell[] {
  const last = spells.at(-1);
  const isTheSame = last?.untilId === null && JSON.stringify(last.terms) === JSON.stringify(terms);
  if (isTheSame) return spells;
  const over = spells
    .map((spell) => ({ ...spell, untilId: spell.untilId ?? lastId }))
    .filter(({ afterId, untilId }) => untilId > afterId);
  const next = terms === null ? [] : [{ afterId: lastId, untilId: null, terms }];
  return [...over, ...next].slice(-SPELLS_MAX);
}
