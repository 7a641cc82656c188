/** Wishes about tags: making and deleting them, and what bears them. */
import { setImmediate } from 'node:timers/promises';
import type { Intake } from '../intake/intake.ts';
import type { Tag, TrackerTags } from '../model/records.ts';
import { type Refusal, refuse } from '../model/refusal.ts';
import type { Route } from '../model/route.ts';
import type { Task } from '../model/task.ts';
import type { Store } from '../store/store.ts';
import { type TaskValues, taskOfValues } from '../store/task-rows.ts';
import { type Filed, fileNew, fileNext, knownIds, unknownRecord, unknownReference } from './filing.ts';
import type { Searches } from './searches.ts';
import { type Pacer, unpack } from './slices.ts';

export type TagBindings = TrackerTags['bindings'];

export interface TagOperations {
  createTag(content: Omit<Tag, 'id'>): Filed | Refusal;
  readTag(tagId: number): Tag | null;
  listTags(): readonly Tag[];
  editTag(tag: Tag): Filed | Refusal;
  /** And takes it from whatever bears it. */
  deleteTag(tagId: number): Promise<Filed | Refusal>;
  /** Those of the ids that no tag has. */
  unknownTags(tagIds: readonly number[]): readonly number[];
  /** Tasks that bear all of the tags, by id, at most `limit`. */
  taggedTasks(tagIds: readonly number[], limit: number): Promise<AsyncIterable<Task>>;
  taggedRoutes(tagIds: readonly number[], limit: number): Promise<AsyncIterable<Route>>;
  /** By tracker; those without tags are left out. */
  taggedTrackers(): ReadonlyMap<number, TagBindings>;
  /** In place of those it has. */
  tagTracker(trackerId: number, bindings: TagBindings): Filed | Refusal;
}

/** Tasks, or schedules, that lose a tag in one commit. */
const UNTAGGED_AT_ONCE = 500;

export function tagOperations(deps: {
  readonly store: Pick<Store, 'records'>;
  readonly searches: Searches;
  readonly intake: Intake;
  readonly pacer: Pacer;
}): TagOperations {
  const { searches, intake, pacer } = deps;
  const { records } = deps.store;

  function unknownTags(tagIds: readonly number[]): readonly number[] {
    return tagIds.filter((id) => records.read('tag', id) === null);
  }

  /** Slice by slice, so that the line goes on in between. What is left over by a fault is taken along by the next call. */
  async function untag(tagId: number): Promise<Refusal | null> {
    for (let afterId = 0; ; ) {
      const question = { kind: 'tag_bearers', tagId, afterId, limit: UNTAGGED_AT_ONCE } as const;
      const ids = await searches.ask<'tag_bearers'>(question);
      const last = ids.at(-1);
      if (last === undefined) return null;
      const outcome = await intake.command({ kind: 'untag', tagId, ids });
      if (outcome.kind === 'refused') return outcome;
      afterId = last;
    }
  }

  /** They go on as they are: no version of their own begins with this. */
  async function untagSchedules(tagId: number): Promise<void> {
    const bearers = records.list('task_schedule').filter(({ text }) => text.tags.includes(tagId));
    for (let start = 0; start < bearers.length; start += UNTAGGED_AT_ONCE) {
      records.atOnce(() => {
        for (const { id } of bearers.slice(start, start + UNTAGGED_AT_ONCE)) untagSchedule(id, tagId);
      });
      await setImmediate();
    }
  }

  /** As it is by now. */
  function untagSchedule(id: number, tagId: number): void {
    const schedule = records.read('task_schedule', id);
    if (schedule === null) return;
    const tags = schedule.text.tags.filter((tag) => tag !== tagId);
    records.update('task_schedule', { ...schedule, text: { ...schedule.text, tags } });
  }

  function bindingsOf(trackerId: number): TrackerTags | undefined {
    return records.list('tracker_tags').find((tags) => tags.trackerId === trackerId);
  }

  return {
    createTag: (content) => fileNew(records, 'tag', content),
    readTag: (tagId) => records.read('tag', tagId),
    listTags: () => records.list('tag'),
    editTag: (tag) => fileNext(records, 'tag', tag),
    async deleteTag(tagId) {
      // First the tag, so that nothing more is given it while it is taken away.
      if (!records.delete('tag', tagId)) return unknownRecord('tag', tagId);
      await untagSchedules(tagId);
      return (await untag(tagId)) ?? { kind: 'filed', id: tagId };
    },
    unknownTags,
    async taggedTasks(tagIds, limit) {
      const { page } = await searches.ask<'tagged_tasks'>({ kind: 'tagged_tasks', tagIds, limit });
      return pacer.through(tasksOf(unpack<TaskValues>(page), intake));
    },
    async taggedRoutes(tagIds, limit) {
      const { page } = await searches.ask<'tagged_routes'>({ kind: 'tagged_routes', tagIds, limit });
      return pacer.through(unpack<Route>(page));
    },
    taggedTrackers() {
      const known = knownIds(records, 'tag');
      return new Map(
        records
          .list('tracker_tags')
          .map(({ trackerId, bindings }) => [trackerId, bindings.filter(({ tagId }) => known.has(tagId))]),
      );
    },
    tagTracker(trackerId, bindings) {
      if (intake.tracker(trackerId) === null) return refuse('tracker_not_found', `there is no tracker ${trackerId}`);
      const unknown = unknownTags(bindings.map(({ tagId }) => tagId));
      if (unknown.length > 0) return unknownReference('bindings', unknown);
      const before = bindingsOf(trackerId);
      const content = { trackerId, bindings: [...bindings].sort((a, b) => a.ordinal - b.ordinal) };
      if (before === undefined) return fileNew(records, 'tracker_tags', content, TAGGED_TRACKERS_MAX);
      return fileNext(records, 'tracker_tags', { ...content, id: before.id });
    },
  };
}

const TAGGED_TRACKERS_MAX = 100_000;

function* tasksOf(rows: Iterable<TaskValues>, intake: Intake): Generator<Task> {
  for (const values of rows) yield intake.live(taskOfValues(values));
}
