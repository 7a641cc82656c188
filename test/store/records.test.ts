import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { testDirectory, testStore } from './kit.ts';

const TAG = { name: 'urgent', color: 'FF0000' };

describe('records', () => {
  it('are there after a restart, in the order of their making, each kind for itself', () => {
    const directory = testDirectory();
    const first = openStore({ directory });
    const { id } = first.records.create('tag', TAG);
    first.records.create('garage', { label: 'north', place: null });
    const later = first.records.create('tag', { ...TAG, name: 'later' });
    first.close();
    const { records } = testStore({ directory });
    expect(records.list('tag')).toEqual([{ id, ...TAG }, later]);
    expect(records.read('tag', id)).toEqual({ id, ...TAG });
    expect(records.read('garage', id)).toBeNull();
  });

  it('are replaced and deleted by kind and id, and say when there is none', () => {
    const { records } = testStore();
    const tag = records.create('tag', TAG);
    expect(records.update('tag', { ...tag, name: 'new' })).toBe(true);
    expect(records.read('tag', tag.id)).toEqual({ ...tag, name: 'new' });
    expect([records.delete('garage', tag.id), records.delete('tag', tag.id), records.delete('tag', tag.id)]).toEqual([
      false,
      true,
      false,
    ]);
    expect([records.update('tag', tag), records.list('tag')]).toEqual([false, []]);
    expect(records.create('tag', TAG).id).toBeGreaterThan(tag.id);
  });
});
