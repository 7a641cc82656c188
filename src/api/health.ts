/** For machines that watch this one: alive, ready, and the metrics. */
import type { FastifyInstance } from 'fastify';
import type { HealthOperations } from '../operations/health.ts';
import type { Access } from './access.ts';
import { OWN_DOOR } from './own/door.ts';
import { ALIVE, NOT_READY, READY } from './own/shapes.ts';

export interface MetricsPage {
  readonly contentType: string;
  text(): Promise<string>;
}

const OPEN: Access = { kind: 'open' };
const METRICS: Access = { kind: 'key', scope: 'metrics:read', door: OWN_DOOR, isOpenOnLoopback: true };

const ALIVE_SCHEMA = { summary: 'Whether the program is alive', gives: { 200: ALIVE } };
const READY_SCHEMA = { summary: 'Whether it can accept and commit', gives: { 200: READY, 503: NOT_READY } };
const METRICS_SCHEMA = { summary: 'The metrics, in the text form of Prometheus', gives: { 200: 'text/plain' } };

export function addHealthRoutes(app: FastifyInstance, operations: HealthOperations, metrics: MetricsPage): void {
  const open = { config: { access: OPEN }, exposeHeadRoute: true };
  app.get('/healthz', { ...open, schema: ALIVE_SCHEMA }, async () => ({ status: 'ok' }));
  app.get('/readyz', { ...open, schema: READY_SCHEMA }, async (_request, reply) => {
    const reason = operations.trouble();
    if (reason === null) return { status: 'ready', reason: null };
    return reply.code(503).send({ status: 'not ready', reason });
  });
  app.get('/metrics', { config: { access: METRICS }, schema: METRICS_SCHEMA }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
}
