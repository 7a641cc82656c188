/** For machines that watch this one: alive, ready, and the metrics. */
import type { FastifyInstance } from 'fastify';
import type { HealthOperations } from '../operations/health.ts';
import type { Access } from './access.ts';
import { OWN_DOOR } from './own/door.ts';

export interface MetricsPage {
  readonly contentType: string;
  text(): Promise<string>;
}

const OPEN: Access = { kind: 'open' };
const METRICS: Access = { kind: 'key', scope: 'metrics:read', door: OWN_DOOR, isOpenOnLoopback: true };

export function addHealthRoutes(app: FastifyInstance, operations: HealthOperations, metrics: MetricsPage): void {
  app.get('/healthz', { config: { access: OPEN }, exposeHeadRoute: true }, async () => ({ status: 'ok' }));
  app.get('/readyz', { config: { access: OPEN }, exposeHeadRoute: true }, async (_request, reply) => {
    const reason = operations.trouble();
    if (reason === null) return { status: 'ready', reason: null };
    return reply.code(503).send({ status: 'not ready', reason });
  });
  app.get('/metrics', { config: { access: METRICS } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
}
