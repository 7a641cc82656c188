/** Finding tasks by typed fields, page by page. The search goes to its thread; what an open visit adds is added here. */
import type { Intake } from '../intake/intake.ts';
import type { Metafield } from '../model/resources.ts';
import type { Task } from '../model/task.ts';
import type { PageEnds, TaskQuery } from '../model/task-query.ts';
import type { Store } from '../store/store.ts';
import { type TaskValues, taskOfValues } from '../store/task-rows.ts';
import type { Searches } from './searches.ts';
import { type Pacer, type Packed, unpack } from './slices.ts';

interface FoundPage<Tasks = readonly Task[]> {
  readonly tasks: Tasks;
  /** There are others in the direction that was asked for. */
  readonly isMore: boolean;
  /** Where the page began and ended: the places to go on from. */
  readonly ends: PageEnds;
}

export interface TaskSearchOperations {
  /** One by one, and the loop turns in between: a page may be long. */
  searchTasks(query: TaskQuery): Promise<FoundPage<AsyncIterable<Task>>>;
  /** The same, all of it at once. */
  findTasks(query: TaskQuery): Promise<FoundPage>;
  /** All that pages of such a query hold together. */
  countFound(query: Pick<TaskQuery, 'conditions' | 'search'>): Promise<number>;
  /** Metafields that lists may be searched by, as far as they are looked at. */
  searchableMetafields(): readonly Metafield[];
}

/** People define some dozens. */
const METAFIELDS_MAX = 1000;

export function taskSearchOperations(deps: {
  readonly store: Pick<Store, 'resources'>;
  readonly searches: Searches;
  readonly intake: Intake;
  readonly pacer: Pacer;
}): TaskSearchOperations {
  const { searches, intake, pacer } = deps;
  const { resources } = deps.store;

  const searchTasks = async (query: TaskQuery): Promise<FoundPage<AsyncIterable<Task>>> => {
    const { page, isMore, ends } = await searches.ask<'find_tasks'>({ kind: 'find_tasks', query });
    return { tasks: pacer.through(foundTasks(page, intake)), isMore, ends };
  };

  return {
    searchTasks,
    async findTasks(query) {
      const found = await searchTasks(query);
      const tasks: Task[] = [];
      for await (const task of found.tasks) tasks.push(task);
      return { ...found, tasks };
    },
    async countFound({ conditions, search }) {
      const query = { conditions, ...(search !== undefined && { search }) };
      const { count } = await searches.ask<'count_found'>({ kind: 'count_found', query });
      return count;
    },
    searchableMetafields: () =>
      resources
        .page('metafield', { limit: METAFIELDS_MAX })
        .map(({ body }) => body)
        .filter(({ isSearchable }) => isSearchable),
  };
}

/** Each with when it was last written. */
function* foundTasks(page: Packed, intake: Intake): Generator<Task> {
  for (const values of unpack<TaskValues>(page)) {
    yield intake.live({ ...taskOfValues(values), modifiedMs: values.at(-1) as number });
  }
}
