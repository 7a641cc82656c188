/** TheTrack's calls about locations. */
import type { FastifyInstance } from 'fastify';
import { baseUrl } from '../rest/base-url.ts';
import { type Faults, sendFaults, sendNotFound } from '../rest/faults.ts';
import { isUuid } from '../rest/wire.ts';
import { asking, askingOne, type ThetrackDesk } from './desk.ts';
import { LOCATION_FIELDS, location, placeWire } from './location.ts';
import { envelope, isThere, offsetOf, pageWished, sendNoPage } from './paging.ts';
import { anyOfFields, LOCATION, PAGE_QUERY, pageOf } from './shapes.ts';

const PATH = '/v1/locations/';

const MAKING = {
  summary: 'Creates a location',
  body: anyOfFields(LOCATION_FIELDS),
  gives: { 201: LOCATION },
};
const LISTING = { summary: 'Lists locations', querystring: PAGE_QUERY, gives: { 200: pageOf(LOCATION) } };

export function addLocationRoutes(app: FastifyInstance, { operations, publicUrl }: ThetrackDesk): void {
  app.post(PATH, asking('task:create', MAKING), async (request, reply) => {
    const reading = location.read(request.body ?? {});
    // Of an object, so by field.
    if ('faults' in reading) return sendFaults(reply, reading.faults as Faults);
    return reply.code(201).send(placeWire(operations.keepPlace(reading.value)));
  });
  app.get(PATH, asking('tasks:read', LISTING), async (request, reply) => {
    const wish = pageWished(request);
    if (wish === null) return sendNoPage(reply);
    const { places, count } = operations.listPlaces(offsetOf(wish), wish.size);
    if (!isThere(wish, count)) return sendNoPage(reply);
    return envelope(request, baseUrl(request, publicUrl), wish, count, places.map(placeWire));
  });
  app.get<{ readonly Params: { readonly id: string } }>(
    `${PATH}:id/`,
    askingOne('task:read', { summary: 'Reads a location', gives: { 200: LOCATION } }),
    async (request, reply) => {
      const { id } = request.params;
      const place = isUuid(id) ? operations.readPlace(id.toLowerCase()) : null;
      return place === null ? sendNotFound(reply) : placeWire(place);
    },
  );
}
