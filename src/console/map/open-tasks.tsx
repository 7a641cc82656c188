/** Tasks that are open: where somebody is now first, then what is due next. */
import { hasMoreTasks, openTasks } from '../live.ts';
import { Dwell } from '../parts/dwell.tsx';
import { Empty } from '../parts/notice.tsx';
import { Status } from '../parts/status.tsx';
import { Ago } from '../parts/time.tsx';
import type { Task } from '../wire.ts';
import { byUrgency } from './urgency.ts';

const SHOWN_MAX = 100;

export function OpenTasks() {
  const open = [...openTasks.value.values()].filter(({ isOpen }) => isOpen).sort(byUrgency);
  if (open.length === 0) {
    return (
      <Empty>
        No task is open. <a href="#/tasks/new">Create one</a>
      </Empty>
    );
  }
  const isMore = open.length > SHOWN_MAX || hasMoreTasks.value;
  return (
    <>
      <ul class="map-list">
        {open.slice(0, SHOWN_MAX).map((task) => (
          <OpenTask key={task.id} task={task} />
        ))}
      </ul>
      {isMore && <a href="#/tasks">All tasks</a>}
    </>
  );
}

function OpenTask({ task }: { readonly task: Task }) {
  return (
    <li>
      <a href={`#/tasks/${task.id}`}>
        <Status of={task.status} />
        <span class="map-list-name">
          {task.label}
          <span class="map-list-who">{task.trackerLabel ?? 'nobody'}</span>
        </span>
        <span class="map-list-more">
          <Dwell task={task} />
          {task.to !== null && (
            <span>
              due <Ago at={task.to} />
            </span>
          )}
        </span>
      </a>
    </li>
  );
}
