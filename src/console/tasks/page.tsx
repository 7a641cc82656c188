/** One task: what it is, why it is in its state, what proved it, and what was told of it. */
import './tasks.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { clockNow } from '../live.ts';
import { Dwell } from '../parts/dwell.tsx';
import { Failure, Loading } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Status } from '../parts/status.tsx';
import { Ago, durationText, When } from '../parts/time.tsx';
import type { HistoryEvent, Task } from '../wire.ts';
import { TaskActions } from './actions.tsx';
import { chosenEvent } from './chain.ts';
import { Chain } from './chain-view.tsx';
import { Deliveries } from './deliveries.tsx';
import { EvidenceMap } from './evidence-map.tsx';
import { FormView } from './form-view.tsx';
import { HistoryTable } from './history.tsx';
import { Sentence } from './sentence.tsx';
import { NO_EVIDENCE } from './timeline.ts';
import { TimelineView } from './timeline-view.tsx';
import { TrackerLink } from './tracker-link.tsx';
import { type TaskStory, useTask } from './use-task.ts';
import { windowWords } from './window-words.ts';

interface PageProps {
  readonly params: Record<string, string>;
  readonly query: URLSearchParams;
}

const BACK = { href: '#/tasks', label: 'Tasks' };

export function TaskPage({ params, query }: PageProps) {
  const id = params['id'] ?? '';
  const story = useTask(id);
  const { task, error } = story;
  if (task === null) {
    return (
      <Page title={`Task ${id}`} back={BACK}>
        {error === null ? <Loading /> : <Failure error={error} onRetry={story.reload} />}
      </Page>
    );
  }
  return (
    <Page title={task.label} back={BACK} actions={<TaskActions task={task} isDeleted={story.isDeleted} />}>
      <TaskBody key={task.id} task={task} story={story} asked={query.get('event')} />
    </Page>
  );
}

interface BodyProps {
  readonly task: Task;
  readonly story: TaskStory;
  /** The event that the address names. */
  readonly asked: string | null;
}

function TaskBody({ task, story, asked }: BodyProps) {
  const { explanation, events, deliveries } = story;
  const [shown, setShown] = useState<HistoryEvent | null>(null);
  useEffect(() => setShown(null), [asked]);
  const chosen = shown ?? chosenEvent(events, asked);
  return (
    <div class="task-page">
      {story.isDeleted && <p class="notice notice-bad">This task has been deleted. What follows is its last state.</p>}
      <Head task={task} />
      <div class="task-proof">
        <div>
          <Why task={task} words={explanation?.words ?? []} />
          <section aria-labelledby="task-when">
            <h2 id="task-when">Timeline</h2>
            <TimelineView task={task} evidence={explanation ?? NO_EVIDENCE} />
          </section>
        </div>
        <EvidenceMap task={task} visits={explanation?.visits ?? []} events={events} chosen={chosen} />
      </div>
      <Chain event={chosen} deliveries={deliveries} />
      <HistoryTable events={events} deliveries={deliveries} chosen={chosen} onChoose={setShown} />
      {task.form !== null && <FormView form={task.form} />}
      <Deliveries deliveries={deliveries} />
    </div>
  );
}

function Why({ task, words }: { readonly task: Task; readonly words: readonly string[] }) {
  return (
    <section aria-labelledby="task-why">
      <h2 id="task-why">Why it is {task.status ?? task.state}</h2>
      <ul class="why">
        {words.map((sentence) => (
          <li key={sentence}>
            <Sentence words={sentence} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Head({ task }: { readonly task: Task }) {
  const { status, state, statusAt, trackerId, trackerLabel, maxDelay, address, zone, description, externalId } = task;
  return (
    <section class="task-head" aria-label="The task">
      <p class="task-status large">
        {status === 'arrived' && <Dwell task={task} />}
        {status === null ? <span>{state}</span> : <Status of={status} />}
        {task.isLate && status !== 'delayed' && <span class="late">late</span>}
        <span class="dim">
          <Ago at={statusAt} />
        </span>
      </p>
      <dl class="facts">
        <Fact name="Window">
          {windowWords(task, clockNow())}
          {maxDelay > 0 && `, or ${durationText(maxDelay)} late`}
        </Fact>
        <Fact name="Tracker">
          {trackerId === null ? 'nobody' : <TrackerLink id={trackerId} label={trackerLabel} />}
        </Fact>
        <Fact name="Place">{placeWords(task)}</Fact>
        <Fact name="Asks for">{wantedWords(task)}</Fact>
        {task.arrivedAt !== null && (
          <Fact name="Arrived">
            <When at={task.arrivedAt} />
          </Fact>
        )}
        {task.stay > 0 && <Fact name="Stay">{durationText(task.stay)}</Fact>}
        {task.issues.length > 0 && <Fact name="Missing">{task.issues.map(issueWords).join(', ')}</Fact>}
        {externalId !== null && <Fact name="External id">{externalId}</Fact>}
        <Fact name="Made by">{`${DIALECTS[task.dialect]}, task ${task.id}`}</Fact>
      </dl>
      {address === '' && zone === null && <p class="dim">It has no place yet: nothing can be proved by GPS.</p>}
      {description !== '' && <p class="description">{description}</p>}
    </section>
  );
}

const DIALECTS: Readonly<Record<Task['dialect'], string>> = {
  navixy: 'Navixy API or this console',
  gsmtasks: 'GSMtasks API',
  thetrack: 'TheTrack API',
};

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function placeWords({ address, zone }: Task): string {
  if (zone === null) return address === '' ? 'none' : address;
  const spot = `${zone.lat.toFixed(5)}, ${zone.lon.toFixed(5)}`;
  const size = zone.ring === null ? `within ${Math.round(zone.radius)} m` : `polygon of ${zone.ring.length} corners`;
  return [address, spot, size].filter((part) => part !== '').join(' · ');
}

function wantedWords({ minStay, minArrival, form }: Task): string {
  const wanted = ['a visit'];
  if (minStay > 0) wanted.push(`a stay of ${durationText(minStay)}`);
  if (minArrival > 0) wanted.push(`visits of at least ${durationText(minArrival)}`);
  if (form !== null) wanted.push('a form');
  return wanted.join(', ');
}

const ISSUES: Readonly<Record<string, string>> = {
  no_visit: 'no visit',
  short_stay: 'the stay was too short',
  form_missing: 'the form',
};

function issueWords(issue: string): string {
  return ISSUES[issue] ?? issue;
}
