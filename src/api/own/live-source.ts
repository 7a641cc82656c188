/** What the live stream listens to, in the words of `/api`: every event is worded once for all who listen. */
import type { LiveEvent } from '../../feed/live/live-client.ts';
import type { LiveSource } from '../../feed/live/live-stream.ts';
import type { RecordedEvent } from '../../model/event.ts';
import type { Task } from '../../model/task.ts';
import { type TrackerName, trackerThen } from '../../operations/history-words.ts';
import type { Operations } from '../../operations/operations.ts';
import { liveEventView } from './event-view.ts';
import { nameIn } from './task-view.ts';
import { deliveryView } from './webhook-read.ts';

/** Where the events come from. */
type Springs = Pick<LiveSource, 'onCommitted' | 'onSeen' | 'onPresence'>;

type AskedOperations = Pick<Operations, 'readTask' | 'readTracker' | 'eventsAfter' | 'onDelivery'>;

export function liveSource(operations: AskedOperations, springs: Springs): LiveSource {
  const nameOf = nameIn(operations);
  return {
    ...springs,
    onDelivery(listener) {
      return operations.onDelivery((made) => listener(made.taskId, JSON.stringify(deliveryView(made))));
    },
    eventOf: (event) => liveEvent(event, operations.readTask(event.taskId), nameOf),
    async eventsAfter(id, limit) {
      const { events, throughId, isMore } = await operations.eventsAfter(id, limit);
      return { events: events.map(({ event, task }) => liveEvent(event, task, nameOf)), throughId, isMore };
    },
  };
}

function liveEvent(event: RecordedEvent, task: Task | null, nameOf: TrackerName): LiveEvent {
  const trackerIds = [trackerThen(event), task?.tenure.trackerId ?? null].filter((id) => id !== null);
  const { id, taskId } = event;
  return { id, taskId, trackerIds, data: JSON.stringify(liveEventView(event, task, nameOf)) };
}
