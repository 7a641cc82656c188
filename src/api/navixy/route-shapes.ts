/** What routes and their checkpoints look like in answers. */
import {
  EXTENDED,
  EXTENDED_TASK,
  HEAD,
  INSTANT,
  INTEGER,
  type JsonSchema,
  listOf,
  maybe,
  oneOfWords,
  record,
  TASK_SHAPE,
} from './shapes.ts';

const CHECKPOINT_SHAPE = { ...TASK_SHAPE, type: oneOfWords(['checkpoint']), parent_id: INTEGER, order: INTEGER };

export const CHECKPOINT = record(CHECKPOINT_SHAPE);

export const EXTENDED_CHECKPOINT = record({ ...CHECKPOINT_SHAPE, ...EXTENDED });

export const ROUTE = record({
  ...HEAD,
  from: INSTANT,
  to: INSTANT,
  type: oneOfWords(['route']),
  checkpoint_ids: listOf(INTEGER),
  fields: maybe({ type: 'object' }),
});

/** What an id of the one space that they share may stand for. */
export const TASK_OR_ROUTE: JsonSchema = { anyOf: [EXTENDED_TASK, EXTENDED_CHECKPOINT, ROUTE] };
