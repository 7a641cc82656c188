/** The audit trail under `/api`: who did what, and what was refused. */
import type { FastifyInstance } from 'fastify';
import type { AuditPage } from '../../operations/audit.ts';
import type { Operations } from '../../operations/operations.ts';
import { asking } from './door.ts';
import { instantText } from './read.ts';
import * as schemas from './schemas.ts';
import * as shapes from './shapes.ts';

type ListQuery = { readonly before?: string; readonly limit?: string };

export function addAuditRoutes(app: FastifyInstance, { operations }: { readonly operations: Operations }): void {
  app.get<{ Querystring: ListQuery }>(
    '/api/audit',
    asking('*', {
      summary: 'Lists what was done and what was refused, newest first',
      querystring: schemas.AUDIT_QUERY,
      gives: { 200: shapes.AUDIT },
    }),
    async ({ query }) => {
      const beforeId = Number(query.before ?? Number.MAX_SAFE_INTEGER);
      const { entries, hasMore } = operations.listAudit(beforeId, Number(query.limit ?? schemas.AUDIT_DEFAULT));
      return { entries: entries.map(entryView), hasMore };
    },
  );
}

function entryView({ timeMs, ...entry }: AuditPage['entries'][number]): object {
  const { id, ...others } = entry;
  return { id, at: instantText(timeMs), ...others };
}
