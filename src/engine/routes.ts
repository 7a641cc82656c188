/** What a route comes to by its checkpoints (engine rules, section 5): a pure sum, made anew whenever one of them moves. */
import { navixyStatus } from '../model/projections.ts';
import type { Route, RouteFacts } from '../model/route.ts';
import { isOpen, type JudgedTask } from '../model/task.ts';
import type { Draft } from './draft.ts';
import { checkpointsOf, frameOf } from './itinerary.ts';

/** `checkpoints`: in the route's order, deleted ones left out. */
function routeFacts(route: Route, checkpoints: readonly JudgedTask[]): RouteFacts {
  return { ...outcomeOf(route, checkpoints), ...frameOf(checkpoints.map(({ terms }) => terms)) };
}

function outcomeOf(route: Route, checkpoints: readonly JudgedTask[]): Pick<RouteFacts, 'status' | 'statusMs'> {
  const waiting = route.trackerId === null ? 'unassigned' : 'assigned';
  if (checkpoints.some(({ facts }) => isOpen(facts.state))) {
    return { status: waiting, statusMs: route.sinceMs };
  }
  const judged = checkpoints.filter(({ facts }) => facts.state !== 'cancelled');
  const dated = judged.length === 0 ? checkpoints : judged;
  const statusMs = dated.reduce((latest, { facts }) => Math.max(latest, facts.statusMs), Number.NEGATIVE_INFINITY);
  const outcomes = judged.map(statusOf);
  if (judged.length === 0 || outcomes.includes('failed')) return { status: 'failed', statusMs };
  const isFaulty = outcomes.includes('faulty') || !isInOrder(judged);
  return { status: isFaulty ? 'faulty' : 'done', statusMs };
}

function statusOf({ facts, tenure }: JudgedTask): string | null {
  return navixyStatus({
    ...facts,
    hasTracker: tenure.trackerId !== null,
    hasArrived: facts.arrivalMs !== null,
    hasIssues: facts.issues.length > 0,
  });
}

/** Arrivals as the list has them; ties are fine, and what was finished without an arrival says nothing. */
function isInOrder(checkpoints: readonly JudgedTask[]): boolean {
  const arrivals = checkpoints.flatMap(({ facts }) => facts.arrivalMs ?? []);
  return arrivals.every((arrivalMs, i) => i === 0 || arrivals[i - 1]! <= arrivalMs);
}

/** Sums up every route of which a checkpoint has moved in this draft, and tells what turned. */
export function settleRoutes(draft: Draft): void {
  for (const routeId of draft.takeTouchedRoutes()) {
    const route = draft.route(routeId);
    if (route === null) continue;
    const facts = routeFacts(route, checkpointsOf(draft, route));
    const { status, statusMs, fromMs, toMs } = route.facts;
    const isTurned = facts.status !== status || facts.statusMs !== statusMs;
    if (isTurned || facts.fromMs !== fromMs || facts.toMs !== toMs) draft.setRoute({ ...route, facts });
    if (!isTurned) continue;
    const revised = status !== 'unassigned' && status !== 'assigned';
    draft.events.push({
      taskId: routeId,
      eventMs: facts.statusMs,
      recordedMs: draft.nowMs,
      body: { kind: 'route_status', from: status, to: facts.status, revised },
    });
  }
}
