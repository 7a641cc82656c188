/** What routes and their checkpoints look like in answers. */
import {
  HEAD,
  INSTANT,
  INTEGER,
  type JsonSchema,
  listOf,
  maybe,
  oneOfWords,
  record,
  TASK,
  TASK_SHAPE,
} from './shapes.ts';

export const CHECKPOINT = record({
  ...TASK_SHAPE,
  type: oneOfWords(['checkpoint']),
  parent_id: INTEGER,
  order: INTEGER,
});

export const ROUTE = record({
  ...HEAD,
  from: INSTANT,
  to: INSTANT,
  type: oneOfWords(['route']),
  checkpoint_ids: listOf(INTEGER),
  fields: maybe({ type: 'object' }),
});

/** What an id of the one space that they share may stand for. */
export const TASK_OR_ROUTE: JsonSchema = { anyOf: [TASK, CHECKPOINT, ROUTE] };
