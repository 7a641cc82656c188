/** Wishes about TheTrack's locations: places by UUID, which tasks copy. */
import { randomUUID } from 'node:crypto';
import type { NamedPlace, Resource } from '../model/resources.ts';
import type { Store } from '../store/store.ts';

export type KnownPlace = Resource<'place'>;

export interface PlaceOperations {
  /** `uuid`: its identity, where that follows from something else; then what is there already stays as it is. */
  keepPlace(body: NamedPlace, uuid?: string): KnownPlace;
  /** null = there is none. */
  readPlace(uuid: string): KnownPlace | null;
  /** Newest first; `count`: all of them, before paging. */
  listPlaces(offset: number, limit: number): { readonly places: readonly KnownPlace[]; readonly count: number };
  dropPlace(uuid: string): void;
}

export function placeOperations(deps: {
  readonly store: Pick<Store, 'resources'>;
  readonly now: () => number;
}): PlaceOperations {
  const { now } = deps;
  const shelf = deps.store.resources;
  return {
    keepPlace(body, uuid = randomUUID()) {
      const kept = shelf.create('place', { uuid, externalId: null, body, nowMs: now() }) ?? shelf.read('place', uuid);
      if (kept === null) throw new Error(`the UUID ${uuid} belongs to something that is no place`);
      return kept;
    },
    readPlace: (uuid) => shelf.read('place', uuid),
    listPlaces: (offset, limit) => ({
      places: shelf.page('place', { isNewestFirst: true, offset, limit }),
      count: shelf.count('place', {}),
    }),
    dropPlace(uuid) {
      shelf.delete('place', uuid);
    },
  };
}
