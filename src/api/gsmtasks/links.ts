/** Addresses of GSMtasks' things: relations are absolute URLs there. */
import type { FastifyRequest } from 'fastify';
import { baseUrl } from '../rest/base-url.ts';

export const COLLECTIONS = [
  'tasks',
  'task_commands',
  'task_events',
  'task_metadatas',
  'orders',
  'accounts',
  'users',
  'account_roles',
  'contact_addresses',
  'routes',
  'metafields',
  'webhooks',
  'time_locations',
  'trackers',
] as const;

export type Collection = (typeof COLLECTIONS)[number];

export type Links = (collection: Collection, uuid: string) => string;

/** Absolute, under the address that the gateway is known by: the setting `public-url`, or as the request was addressed. */
export function linksOf(request: FastifyRequest, publicUrl: string | null): Links {
  return linksAt(baseUrl(request, publicUrl));
}

/** `base`: without a slash at the end. */
export function linksAt(base: string): Links {
  return (collection, uuid) => `${base}/${collection}/${uuid}/`;
}

export function linkOrNull(links: Links, collection: Collection, uuid: string | null | undefined): string | null {
  return uuid === null || uuid === undefined ? null : links(collection, uuid);
}
