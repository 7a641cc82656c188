/** All tasks, or those that the filters take: a table on a desk, cards on a telephone. */
import './tasks.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { clockNow, may } from '../live.ts';
import { Dwell } from '../parts/dwell.tsx';
import { Button, SelectField, TextField, TimeField } from '../parts/form.tsx';
import { Empty, Failure, Loading } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { Status } from '../parts/status.tsx';
import { TableHead } from '../parts/table.tsx';
import { Ago, durationText } from '../parts/time.tsx';
import { replace } from '../route.ts';
import type { Task, Status as TaskStatus } from '../wire.ts';
import { filtersHash, NO_FILTERS, readFilters, STATUSES, type TaskFilters, toggled } from './filters.ts';
import { TrackerLink, trackerOptions } from './tracker-link.tsx';
import { type LiveList, useTaskList } from './use-task-list.ts';
import { windowWords } from './window-words.ts';

interface PageProps {
  readonly params: Record<string, string>;
  readonly query: URLSearchParams;
}

export function TaskListPage({ query }: PageProps) {
  const filters = readFilters(query);
  const list = useTaskList(filters);
  const actions = may('tasks:write') && (
    <a class="button button-primary" href="#/tasks/new">
      New task
    </a>
  );
  return (
    <Page title="Tasks" actions={actions}>
      <Filters filters={filters} />
      <p class="task-count" role="status">
        {countWords(list)}
      </p>
      {list.error !== null && <Failure error={list.error} onRetry={list.reload} />}
      {list.tasks.length > 0 && <TaskTable tasks={list.tasks} />}
      {list.tasks.length === 0 && !list.isLoading && list.error === null && <NoTasks filters={filters} />}
      {list.isLoading && <Loading />}
      <More list={list} />
    </Page>
  );
}

function countWords({ tasks, nextCursor, isLoading }: LiveList): string {
  if (isLoading && tasks.length === 0) return '';
  const count = tasks.length === 1 ? '1 task' : `${tasks.length} tasks`;
  return nextCursor === null ? count : `The newest ${count}`;
}

function More({ list }: { readonly list: LiveList }) {
  if (list.nextCursor === null || list.isLoading) return null;
  if (list.isFull) return <p class="dim">There are more. Filters bring up what is not among these.</p>;
  return (
    <Button kind="plain" onClick={list.more}>
      Show more
    </Button>
  );
}

function NoTasks({ filters }: { readonly filters: TaskFilters }) {
  if (filtersHash(filters) === filtersHash(NO_FILTERS)) {
    return <Empty>There are no tasks yet. They come from the APIs, or are made here on the map.</Empty>;
  }
  return (
    <Empty>
      No task is like that. <a href={filtersHash(NO_FILTERS)}>Show all</a>
    </Empty>
  );
}

/** What is chosen goes to the page's address: it can be kept, sent, and gone back to. */
function Filters({ filters }: { readonly filters: TaskFilters }) {
  const [isPeriodOpen] = useState(filters.from !== null || filters.to !== null);
  const change = (some: Partial<TaskFilters>): void => {
    replace(filtersHash({ ...filters, ...some }).slice(1));
  };
  return (
    <search class="task-filters">
      <fieldset class="chips">
        <legend>Status</legend>
        {STATUSES.map((status) => (
          <Chip
            key={status}
            status={status}
            isOn={filters.statuses.includes(status)}
            onToggle={() => change({ statuses: toggled(filters.statuses, status) })}
          />
        ))}
      </fieldset>
      <SearchField words={filters.words} onSearch={(words) => change({ words })} />
      <SelectField
        label="Tracker"
        name="tracker"
        value={filters.trackerId === null ? '' : String(filters.trackerId)}
        options={trackerOptions('All trackers')}
        onInput={(id) => change({ trackerId: id === '' ? null : Number(id) })}
      />
      <details open={isPeriodOpen}>
        <summary>Period</summary>
        <div class="field-row">
          <TimeField label="Window from" name="from" value={filters.from} onInput={(from) => change({ from })} />
          <TimeField label="Window to" name="to" value={filters.to} onInput={(to) => change({ to })} />
        </div>
      </details>
    </search>
  );
}

interface ChipProps {
  readonly status: TaskStatus;
  readonly isOn: boolean;
  onToggle(): void;
}

function Chip({ status, isOn, onToggle }: ChipProps) {
  return (
    <button type="button" class="chip" aria-pressed={isOn} onClick={onToggle}>
      <Status of={status} />
    </button>
  );
}

const TYPING_MS = 300;

/** Asks the gateway when the typing rests. */
function SearchField({ words, onSearch }: { readonly words: string; onSearch(words: string): void }) {
  const [typed, setTyped] = useState(words);
  // Another filter may have been chosen since the typing began.
  const search = useRef(onSearch);
  search.current = onSearch;
  useEffect(() => setTyped(words), [words]);
  useEffect(() => {
    if (typed.trim() === words) return;
    const timer = setTimeout(() => search.current(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return <TextField label="Search" name="search" type="search" maxLength={200} value={typed} onInput={setTyped} />;
}

const HEAD = ['Task', 'Status', 'Window', 'Tracker', 'Changed'];

function TaskTable({ tasks }: { readonly tasks: readonly Task[] }) {
  return (
    <table class="task-table">
      <TableHead names={HEAD} />
      <tbody>
        {tasks.map((task) => (
          <TaskRow key={task.id} task={task} />
        ))}
      </tbody>
    </table>
  );
}

function TaskRow({ task }: { readonly task: Task }) {
  const { id, label, address, status, state, trackerId, trackerLabel, maxDelay, isLate, statusAt } = task;
  return (
    <tr>
      <th scope="row">
        <a href={`#/tasks/${id}`}>{label}</a>
        {address !== '' && <small class="dim">{address}</small>}
      </th>
      <td>
        <span class="task-status">
          {status === 'arrived' && <Dwell task={task} />}
          {status === null ? <span class="dim">{state}</span> : <Status of={status} />}
          {isLate && status !== 'delayed' && <span class="late">late</span>}
        </span>
      </td>
      <td>
        {windowWords(task, clockNow())}
        {maxDelay > 0 && <small class="dim">or {durationText(maxDelay)} late</small>}
      </td>
      <td>
        {trackerId === null ? <span class="dim">nobody</span> : <TrackerLink id={trackerId} label={trackerLabel} />}
      </td>
      <td>
        <Ago at={statusAt} />
      </td>
    </tr>
  );
}
