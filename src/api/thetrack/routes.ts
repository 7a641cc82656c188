/** The TheTrack dialect: its routes by resource. */
import type { FastifyInstance } from 'fastify';
import { readBodies } from '../rest/bodies.ts';
import { watchMethods } from '../rest/methods.ts';
import type { ThetrackDesk } from './desk.ts';

export function isThetrackPath(path: string): boolean {
  return path === '/v1' || path.startsWith('/v1/');
}

export function addThetrackRoutes(app: FastifyInstance, _desk: ThetrackDesk): void {
  readBodies(app);
  const addMissingMethods = watchMethods(app);
  addMissingMethods();
}
