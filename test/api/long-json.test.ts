/** Answers with long lists, worded piece by piece. */
import { fastify } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jsonItems, sendWithItems } from '../../src/api/long-json.ts';

async function* given<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function answered(items: readonly object[], after?: object) {
  const app = fastify();
  onTestFinished(() => app.close());
  app.get('/', async (_request, reply) => {
    const list = await jsonItems(given(items), (item) => ('hidden' in item ? null : item));
    return sendWithItems(reply.code(201), { success: true }, ['list', list], after);
  });
  return app.inject({ method: 'GET', url: '/' });
}

const LONG = Array.from({ length: 5000 }, (_, id) => ({ id, label: `Brücke "${id}" 🚚` }));

describe('a list', () => {
  it.each<[string, readonly object[], readonly object[]]>([
    ['without items', [], []],
    ['of one', [{ id: 1 }], [{ id: 1 }]],
    ['with some left out', [{ hidden: 1 }, { id: 1 }, { hidden: 1 }, { id: 2 }, { hidden: 1 }], [{ id: 1 }, { id: 2 }]],
    ['of which nothing is left', [{ hidden: 1 }], []],
    ['of many pieces', LONG, LONG],
  ])('%s is valid JSON of the length it says', async (_, items, list) => {
    const response = await answered(items, { count: 7 });
    expect(response.json()).toEqual({ success: true, list, count: 7 });
    expect(Object.keys(response.json())).toEqual(['success', 'list', 'count']);
    expect(Number(response.headers['content-length'])).toBe(response.rawPayload.length);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.statusCode).toBe(201);
  });

  it('may be the last member', async () => {
    expect((await answered([{ id: 1 }])).body).toBe('{"success":true,"list":[{"id":1}]}');
  });

  it('comes in pieces when it is long', async () => {
    const pieces = await jsonItems(given(LONG), (item) => item);
    expect(pieces.length).toBeGreaterThan(2);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(200_000);
  });

  it('that fails on the way is told as a failure', async () => {
    async function* failing(): AsyncGenerator<object> {
      yield* LONG;
      throw new Error('the disk is gone');
    }
    await expect(jsonItems(failing(), (item) => item)).rejects.toThrow('the disk is gone');
  });
});
