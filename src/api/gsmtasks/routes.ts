/** The GSMtasks dialect: its routes by resource. */
import type { FastifyInstance } from 'fastify';
import { readBodies } from '../rest/bodies.ts';
import { watchMethods } from '../rest/methods.ts';
import type { GsmtasksDesk } from './desk.ts';
import { COLLECTIONS } from './links.ts';

const FIRST_SEGMENTS: ReadonlySet<string> = new Set<string>([
  ...COLLECTIONS,
  'authenticate',
  'logout',
  'reports',
  'task_address_features',
  'task_event_tracks',
  'time_location_features',
  'worker_features',
  'worker_tracks',
]);

export function isGsmtasksPath(path: string): boolean {
  return FIRST_SEGMENTS.has(path.split('/')[1] ?? '');
}

export function addGsmtasksRoutes(app: FastifyInstance, _desk: GsmtasksDesk): void {
  readBodies(app);
  const addMissingMethods = watchMethods(app);
  addMissingMethods();
}
