/** The level of the log, while the gateway runs. */
import type { FastifyInstance } from 'fastify';
import { asking } from './door.ts';
import { sendProblem } from './problem.ts';
import * as schemas from './schemas.ts';
import * as shapes from './shapes.ts';

export interface LogLevelSwitch {
  level(): string;
  /** One of the levels of the setting `log.level`; until the next start. */
  set(level: string): void;
}

export function addLogRoutes(
  app: FastifyInstance,
  { logLevel }: { readonly logLevel?: LogLevelSwitch | undefined },
): void {
  app.get(
    '/api/log',
    asking('*', { summary: 'The least level that is logged', gives: { 200: shapes.LOG_LEVEL } }),
    async (_request, reply) => {
      return logLevel === undefined ? sendProblem(reply, NO_LOG) : { level: logLevel.level() };
    },
  );
  app.put<{ Body: { readonly level: string } }>(
    '/api/log',
    asking('*', {
      summary: 'Changes the least level that is logged, until the next start',
      body: schemas.LOG_LEVEL,
      gives: { 200: shapes.LOG_LEVEL },
    }),
    async ({ body }, reply) => {
      if (logLevel === undefined) return sendProblem(reply, NO_LOG);
      logLevel.set(body.level);
      return { level: logLevel.level() };
    },
  );
}

const NO_LOG = { status: 409, code: 'no_log', detail: 'this gateway was started without a log' };
