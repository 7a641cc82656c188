/** Milepost's own API in the API's document. */
import type { Part } from '../document.ts';
import { schemaNamed } from '../document.ts';
import { type AddedRoute, type Manner, routesPart } from '../route-part.ts';
import { NAMED_SHAPES, PROBLEM } from './shapes.ts';
import { NAMED_TASK_SHAPES } from './task-shapes.ts';

const PROBLEM_NAME = 'Problem';

const MANNER: Manner = {
  prefix: '',
  tagOf(url) {
    const [, first = '', second = ''] = url.split('/');
    return first === 'api' ? `milepost ${second}` : 'gateway';
  },
  names: new Map(
    Object.entries({ ...NAMED_SHAPES, ...NAMED_TASK_SHAPES }).map(([name, shape]) => [JSON.stringify(shape), name]),
  ),
  failure: {
    name: PROBLEM_NAME,
    response: {
      description: 'What went wrong, as problem details (RFC 9457)',
      content: { 'application/problem+json': { schema: schemaNamed(PROBLEM_NAME) } },
    },
  },
  schemas: { [PROBLEM_NAME]: PROBLEM },
  security: { name: 'key', scheme: { type: 'http', scheme: 'bearer', description: 'a key: 32 hex digits' } },
};

export function ownPart(routes: readonly AddedRoute[]): Part {
  return routesPart(routes, MANNER);
}
