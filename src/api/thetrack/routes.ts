/** The TheTrack dialect: its routes by resource. */
import type { FastifyInstance } from 'fastify';
import { readBodies } from '../rest/bodies.ts';
import { watchMethods } from '../rest/methods.ts';
import type { ThetrackDesk } from './desk.ts';
import { addDriverRoutes } from './driver-routes.ts';
import { addLocationRoutes } from './location-routes.ts';
import { addTaskRoutes } from './task-routes.ts';

export function isThetrackPath(path: string): boolean {
  return path === '/v1' || path.startsWith('/v1/');
}

export function addThetrackRoutes(app: FastifyInstance, desk: ThetrackDesk): void {
  readBodies(app);
  // Schemas are for the document: what is wrong is told field by field, by those who read the fields.
  app.setValidatorCompiler(() => () => true);
  const addMissingMethods = watchMethods(app);
  addDriverRoutes(app, desk);
  addTaskRoutes(app, desk);
  addLocationRoutes(app, desk);
  addMissingMethods();
}
