/** What somebody should look after: trackers that have fallen silent, and clocks that seem wrong. */
import type { FastifyInstance } from 'fastify';
import { zoneText } from '../../model/tracker.ts';
import type { Alert } from '../../operations/alerts.ts';
import type { Operations } from '../../operations/operations.ts';
import { asking } from './door.ts';
import { instantText } from './read.ts';
import * as shapes from './shapes.ts';

export function addAlertRoutes(app: FastifyInstance, { operations }: { readonly operations: Operations }): void {
  app.get(
    '/api/alerts',
    asking('trackers:read', {
      summary: 'Lists trackers that are silent and clocks that seem wrong, longest first',
      gives: { 200: shapes.ALERTS },
    }),
    async () => ({ alerts: operations.alerts().map(alertView) }),
  );
}

function alertView(alert: Alert): object {
  const { kind, tracker, sinceMs } = alert;
  const words = wordsOf(alert);
  return { kind, trackerId: tracker.id, trackerLabel: tracker.label, since: instantText(sinceMs), words };
}

function wordsOf(alert: Alert): string {
  switch (alert.kind) {
    case 'silent':
      return alert.hasBeenHeard
        ? `Nothing has been heard of it since ${instantText(alert.sinceMs)}.`
        : `Nothing has been heard of it since it was registered at ${instantText(alert.sinceMs)}.`;
    case 'clock':
      return `Its clock seems to be set to ${zoneText(alert.aheadMinutes)}; set its time zone to that, or the device to UTC.`;
  }
}
