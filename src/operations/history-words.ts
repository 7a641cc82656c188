/** What happened to a task in one sentence for a person; explain-words.ts tells the whole story of a task. */
import type { FactsThen, RecordedEvent, Remark, Witness } from '../model/event.ts';
import type { Issue } from '../model/task.ts';
import { CAUSES, clock, span } from './explain-words.ts';
import { statusThen } from './story.ts';

/** What a tracker is called; null = it is gone. */
export type TrackerName = (trackerId: number) => string | null;

export function historyWords({ body }: Pick<RecordedEvent, 'body'>, nameOf: TrackerName): string {
  switch (body.kind) {
    case 'create':
      return `Made, for ${holder(body.task.tenure.trackerId, nameOf)}.`;
    case 'update':
      return `Changed: ${changedWords([...Object.keys(body.text), ...Object.keys(body.terms)])}${said(body.remark)}.`;
    case 'assign':
      return `Given to ${holder(body.trackerId, nameOf)}${said(body.remark)}.`;
    case 'presence': {
      const where = body.isNear ? 'is near' : 'has gone away';
      return `Its tracker ${where}${body.witness === null ? ', somebody said' : fixWords(body.witness)}${said(body.remark)}.`;
    }
    case 'delete':
      return 'Deleted.';
    case 'form':
      return body.isCorrection ? 'The form was filled in anew.' : 'The form was submitted.';
    case 'place':
      if (body.checkpoint === null) return 'Taken out of its route.';
      return `Made checkpoint ${body.checkpoint.order + 1} of route ${body.checkpoint.routeId}.`;
    case 'route_create':
      return `Route made with ${body.route.checkpointIds.length} checkpoints, for ${holder(body.route.trackerId, nameOf)}.`;
    case 'route_update':
      return body.checkpointIds === null
        ? `Route changed: ${changedWords(Object.keys(body.text))}.`
        : `Route changed: it has ${body.checkpointIds.length} checkpoints in another order.`;
    case 'route_status':
      return `Route ${body.revised ? 'revised' : 'moved'} from ${body.from} to ${body.to}.`;
    case 'status_change':
      return statusWords(body);
  }
}

/** Who answered for the task after it; null = nobody, or the event does not say. */
export function trackerThen({ body }: Pick<RecordedEvent, 'body'>): number | null {
  if (body.kind === 'status_change') return body.to.trackerId;
  if (body.kind === 'assign') return body.trackerId;
  if (body.kind === 'create') return body.task.tenure.trackerId;
  if (body.kind === 'delete') return body.from?.trackerId ?? null;
  return body.kind === 'route_create' ? body.route.trackerId : null;
}

type StatusChange = Extract<RecordedEvent['body'], { readonly kind: 'status_change' }>;

function statusWords({ from, to, stayMs, revised, reason, witness, remark }: StatusChange): string {
  const [before, after] = [statusThen(from) ?? from.state, statusThen(to) ?? to.state];
  const change = before === after ? `Still ${after}, with other dates or issues` : `From ${before} to ${after}`;
  const why = revised ? `: ${CAUSES[reason ?? ''] ?? 'late evidence'} revised it` : causeWords(from, to, reason);
  const stay = to.state === 'completed' && stayMs > 0 ? `, after a stay of ${span(stayMs)}` : '';
  return `${change}${why}${fixWords(witness)}${stay}${issueWords(to.issues)}${said(remark)}.`;
}

/** Who finished it; what moves an open task is told by its fix, or by what was asked. */
function causeWords(from: FactsThen, to: FactsThen, reason: string | null): string {
  if (to.closer === 'clock') return ', closed by the clock';
  if (to.closer === 'person') return `, ${to.state} by a person`;
  if (reason === 'late_fix') return ', by late evidence';
  return from.closer !== null && to.closer === null ? ', open again' : '';
}

function fixWords(witness: Witness | null): string {
  return witness === null ? '' : `, by the fix of ${clock(witness.timeMs)} at ${witness.latDeg}, ${witness.lonDeg}`;
}

const ISSUES: Readonly<Record<Issue, string>> = {
  no_visit: 'it was never there',
  short_stay: 'it stayed too short',
  form_missing: 'the form is missing',
};

function issueWords(issues: readonly Issue[]): string {
  return issues.length === 0 ? '' : `; ${issues.map((issue) => ISSUES[issue]).join(', ')}`;
}

function said(remark: Remark | undefined): string {
  return remark === undefined || remark.notes === '' ? '' : `: ${JSON.stringify(remark.notes)}`;
}

function holder(trackerId: number | null, nameOf: TrackerName): string {
  if (trackerId === null) return 'nobody';
  const name = nameOf(trackerId);
  return name === null ? `tracker ${trackerId}` : JSON.stringify(name);
}

const MEMBERS: Readonly<Record<string, string>> = {
  externalId: 'external id',
  extra: 'own fields',
  zone: 'place',
  fromMs: 'beginning of the window',
  toMs: 'end of the window',
  openEnds: 'open ends of the window',
  maxDelayMs: 'longest delay',
  minStayMs: 'stay',
  minArrivalMs: 'shortest visit',
  isFormRequired: 'whether a form is asked for',
  isFormInZone: 'whether the form is taken in the zone only',
  position: 'place in the queue',
};

function changedWords(members: readonly string[]): string {
  return members.length === 0 ? 'nothing' : members.map((member) => MEMBERS[member] ?? member).join(', ');
}
