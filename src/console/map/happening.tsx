/** What became of tasks lately, newest first; each leads to its task. */
import { recent, trackerLabels } from '../live.ts';
import { Empty } from '../parts/notice.tsx';
import { Status } from '../parts/status.tsx';
import { When } from '../parts/time.tsx';
import type { LiveTaskEvent } from '../wire.ts';

const SHOWN_MAX = 50;

export function HappeningNow() {
  const events = recent.value.filter(isTransition).slice(0, SHOWN_MAX);
  if (events.length === 0) return <Empty>Nothing yet. It will appear here by itself.</Empty>;
  return (
    <ol class="map-list">
      {events.map((event) => (
        <li key={event.id}>
          <a href={`#/tasks/${event.taskId}`}>
            <Status of={event.toStatus} />
            <span class="map-list-name">
              {event.task?.label ?? `Task ${event.taskId}`}
              <span class="map-list-who">{nameOf(event)}</span>
            </span>
            <span class="map-list-more">
              {event.isRevised && <span class="map-revised">revised</span>}
              <When at={event.eventAt} />
            </span>
          </a>
        </li>
      ))}
    </ol>
  );
}

function isTransition({ toStatus, fromStatus }: LiveTaskEvent): boolean {
  return toStatus !== null && toStatus !== fromStatus;
}

function nameOf({ trackerId, task }: LiveTaskEvent): string {
  const id = trackerId ?? task?.trackerId ?? null;
  if (id === null) return '';
  return trackerLabels.value.get(id) ?? task?.trackerLabel ?? `#${id}`;
}
