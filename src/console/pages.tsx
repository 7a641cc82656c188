/** Every page of the console by its address, and the way to it. A `:name` stands for one segment; the first that fits is shown. */
import type { ComponentType } from 'preact';
import { AlertsPage } from './alerts/page.tsx';
import { AuditPage } from './audit/page.tsx';
import { KeysPage } from './keys/page.tsx';
import { MapPage } from './map/page.tsx';
import { PendingPage } from './pending/page.tsx';
import type { Place } from './route-match.ts';
import { TaskEditorPage } from './tasks/editor.tsx';
import { TaskListPage } from './tasks/list.tsx';
import { TaskPage } from './tasks/page.tsx';
import { FramesPage } from './trackers/frames.tsx';
import { TrackerListPage } from './trackers/list.tsx';
import { TrackerPage } from './trackers/page.tsx';
import { WebhookListPage } from './webhooks/list.tsx';
import { WebhookPage } from './webhooks/page.tsx';

export interface Route {
  readonly path: string;
  readonly page: ComponentType<Place>;
}

export const ROUTES: readonly Route[] = [
  { path: '/', page: MapPage },
  { path: '/tasks', page: TaskListPage },
  { path: '/tasks/new', page: TaskEditorPage },
  { path: '/tasks/:id', page: TaskPage },
  { path: '/tasks/:id/edit', page: TaskEditorPage },
  { path: '/trackers', page: TrackerListPage },
  { path: '/trackers/:id', page: TrackerPage },
  { path: '/trackers/:id/frames', page: FramesPage },
  { path: '/pending', page: PendingPage },
  { path: '/webhooks', page: WebhookListPage },
  { path: '/webhooks/:uuid', page: WebhookPage },
  { path: '/alerts', page: AlertsPage },
  { path: '/keys', page: KeysPage },
  { path: '/audit', page: AuditPage },
];

export interface Link {
  readonly path: string;
  readonly label: string;
  /** The right without which there is nothing to see. */
  readonly scope: string;
}

export const LINKS: readonly Link[] = [
  { path: '/', label: 'Map', scope: 'tasks:read' },
  { path: '/tasks', label: 'Tasks', scope: 'tasks:read' },
  { path: '/trackers', label: 'Trackers', scope: 'trackers:read' },
  { path: '/pending', label: 'Pending', scope: 'trackers:read' },
  { path: '/alerts', label: 'Alerts', scope: 'trackers:read' },
  { path: '/webhooks', label: 'Webhooks', scope: 'webhooks:write' },
  { path: '/keys', label: 'Keys', scope: '*' },
  { path: '/audit', label: 'Audit', scope: '*' },
];
