/** `/tracker/rule/*`: which turns of tasks are marked in the event feed as asked for. */
import type { Refusal } from '../../model/refusal.ts';
import { listing, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { type Failure, failure, invalid } from './errors.ts';
import { optional, required } from './parameters.ts';
import { EDITED_RULE, NEW_RULE, RULE_SHAPE, ruleDraft, ruleWire, TRACKERS } from './rule-write.ts';
import { INTEGER, listOf } from './shapes.ts';
import { id } from './usual.ts';

const RULE_ID = { rule_id: required(id) };

export const RULE_CALLS: readonly Call[] = [
  call(
    {
      path: 'tracker/rule/create',
      scope: 'tasks:write',
      summary: 'Creates a rule of type task_status_change',
      takes: { rule: required(NEW_RULE) },
      gives: { id: INTEGER },
    },
    ({ rule }, { operations }) => {
      const outcome = operations.createRule(ruleDraft(rule));
      if (outcome === null) return failure(267);
      return outcome.kind === 'refused' ? refused(outcome) : success({ id: outcome.rule.id });
    },
  ),
  call(
    {
      path: 'tracker/rule/list',
      scope: 'tasks:read',
      summary: 'Lists the rules, or those bound to one tracker',
      takes: { tracker_id: optional(id) },
      gives: { list: listOf(RULE_SHAPE) },
    },
    ({ tracker_id }, { operations }, pen) => listing(operations.listRules(tracker_id), (rule) => ruleWire(rule, pen)),
  ),
  call(
    {
      path: 'tracker/rule/update',
      scope: 'tasks:write',
      summary: 'Replaces a rule; what it found before stays found',
      takes: { rule: required(EDITED_RULE) },
      gives: {},
    },
    ({ rule }, { operations }) => {
      const outcome = operations.updateRule(rule.id, ruleDraft(rule));
      if (outcome === null) return failure(201);
      return outcome.kind === 'refused' ? refused(outcome) : success();
    },
  ),
  call(
    {
      path: 'tracker/rule/delete',
      scope: 'tasks:write',
      summary: 'Deletes a rule; what it found stays found',
      takes: RULE_ID,
      gives: {},
    },
    ({ rule_id }, { operations }) => (operations.deleteRule(rule_id) ? success() : failure(201)),
  ),
  call(
    {
      path: 'tracker/rule/bind',
      scope: 'tasks:write',
      summary: 'Binds a rule to more trackers',
      takes: { ...RULE_ID, trackers: TRACKERS },
      gives: {},
    },
    ({ rule_id, trackers }, { operations }) => (operations.bindRule(rule_id, trackers) ? success() : failure(201)),
  ),
  call(
    {
      path: 'tracker/rule/unbind',
      scope: 'tasks:write',
      summary: 'Takes trackers from a rule',
      takes: { ...RULE_ID, trackers: TRACKERS },
      gives: {},
    },
    ({ rule_id, trackers }, { operations }) => (operations.unbindRule(rule_id, trackers) ? success() : failure(201)),
  ),
];

function refused({ parameter, message }: Refusal): Failure {
  return invalid([{ parameter: `rule.${parameter}`, error: message }]);
}
