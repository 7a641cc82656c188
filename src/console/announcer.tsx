/** Says aloud what became of a task, for whoever does not see it; not more often than can be listened to. */
import { useEffect, useState } from 'preact/hooks';
import { onTask } from './live.ts';
import type { LiveTaskEvent } from './wire.ts';

const EVERY_MS = 5000;

export function Announcer() {
  const [words, setWords] = useState('');
  useEffect(() => {
    let waiting: LiveTaskEvent[] = [];
    const end = onTask((event) => {
      if (event.toStatus === null || event.fromStatus === event.toStatus) return;
      // Of many, the number is enough.
      waiting = [...waiting.slice(-99), event];
    });
    const timer = setInterval(() => {
      if (waiting.length > 0) setWords(wordsOf(waiting));
      waiting = [];
    }, EVERY_MS);
    return () => {
      end();
      clearInterval(timer);
    };
  }, []);
  return (
    <p class="unseen" aria-live="polite" id="announcer">
      {words}
    </p>
  );
}

function wordsOf(events: readonly LiveTaskEvent[]): string {
  const [first] = events;
  if (events.length > 1) return `${events.length} tasks changed.`;
  return `${first?.task?.label ?? `Task ${first?.taskId}`} is ${first?.toStatus}.`;
}
