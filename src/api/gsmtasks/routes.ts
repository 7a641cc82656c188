/** The GSMtasks dialect: its routes by resource. */
import type { FastifyInstance } from 'fastify';
import { readBodies } from '../rest/bodies.ts';
import { watchMethods } from '../rest/methods.ts';
import { addAccountRoutes } from './account-routes.ts';
import { addActionRoutes } from './action-routes.ts';
import { addAuthenticateRoutes } from './authenticate-routes.ts';
import { addCommandRoutes } from './command-routes.ts';
import { addContactAddressRoutes } from './contact-address-routes.ts';
import type { GsmtasksDesk } from './desk.ts';
import { addEventRoutes } from './event-routes.ts';
import { COLLECTIONS } from './links.ts';
import { addListRoutes } from './list-routes.ts';
import { addMetadataRoutes } from './metadata-routes.ts';
import { addMetafieldRoutes } from './metafield-routes.ts';
import { addOrderRoutes } from './order-routes.ts';
import { addReportRoutes } from './report-routes.ts';
import { addRunRoutes } from './run-routes.ts';
import { addTaskAddressRoutes } from './task-address-routes.ts';
import { addTaskRoutes } from './task-routes.ts';
import { addTimeLocationRoutes } from './time-location-routes.ts';
import { addAccountRoleRoutes, addUserRoutes } from './user-routes.ts';
import { negotiateVersion } from './version.ts';
import { addWebhookRoutes } from './webhook-routes.ts';
import { addWorkerRoutes } from './worker-routes.ts';

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

export function addGsmtasksRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  readBodies(app);
  negotiateVersion(app);
  const addMissingMethods = watchMethods(app);
  addListRoutes(app, desk);
  addTaskRoutes(app, desk);
  addActionRoutes(app, desk);
  addAuthenticateRoutes(app, desk);
  addAccountRoutes(app, desk);
  addUserRoutes(app, desk);
  addAccountRoleRoutes(app, desk);
  addOrderRoutes(app, desk);
  addContactAddressRoutes(app, desk);
  addRunRoutes(app, desk);
  addMetafieldRoutes(app, desk);
  addTimeLocationRoutes(app, desk);
  addWorkerRoutes(app, desk);
  addTaskAddressRoutes(app, desk);
  addCommandRoutes(app, desk);
  addEventRoutes(app, desk);
  addMetadataRoutes(app, desk);
  addReportRoutes(app, desk);
  addWebhookRoutes(app, desk);
  addMissingMethods();
}
