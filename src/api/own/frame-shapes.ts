/** What `/api` takes and answers about raw frames, as JSON Schema. */
import { BOOLEAN, INTEGER, listOf, nullable, record, STRING } from '../navixy/shapes.ts';
import { INSTANT } from './schemas.ts';
import { FIX_MEMBERS, TIME } from './shapes.ts';

export const FRAMES_DEFAULT = 50;

export const FRAMES_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    from: INSTANT,
    to: INSTANT,
    before: INSTANT,
    fix: INSTANT,
    limit: { type: 'string', pattern: '^([1-9][0-9]?|100)$', description: 'an integer from 1 to 100' },
  },
};

export const TRANSITIONS_QUERY = {
  type: 'object',
  required: ['fix'],
  additionalProperties: false,
  properties: { fix: INSTANT },
};

const FIELD = record({ offset: INTEGER, length: INTEGER, path: STRING, name: STRING, value: STRING });

const FRAME = record({
  receivedAt: TIME,
  protocol: STRING,
  hex: STRING,
  message: STRING,
  error: nullable(STRING),
  reply: nullable(STRING),
  fields: listOf(FIELD),
  fixes: listOf(record({ ...FIX_MEMBERS, isKept: BOOLEAN })),
});

export const FRAMES = record({ trackerId: INTEGER, frames: listOf(FRAME), hasMore: BOOLEAN });
