/**
 * One app for all the kits of a file, one kit at a time: an app takes longer to build than a store. It asks whatever was
 * presented last.
 */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createServer, type ServerDeps } from '../../src/api/server.ts';

/** What a kit puts behind the app. */
export interface Present
  extends Pick<ServerDeps, 'operations' | 'now' | 'live' | 'requestsPerSecond'>,
    Partial<Pick<ServerDeps, 'explain' | 'timeZone'>> {
  /** It is for this kit alone, which closes it; so is one that remembers who has asked how often. */
  readonly isAlone?: boolean;
}

let present: Present | null = null;
const apps = new Map<string, FastifyInstance>();

/** Unless it is alone, not to be closed: the next test asks it, too. */
export function presentApp(behind: Present): FastifyInstance {
  const { timeZone = 'UTC', live, requestsPerSecond = null, isAlone = requestsPerSecond !== null } = behind;
  if (isAlone) return newApp(behind, () => behind);
  present = behind;
  const kind = `${timeZone} ${live === undefined}`;
  const app = apps.get(kind) ?? newApp(behind, () => present!);
  apps.set(kind, app);
  return app;
}

/** Where it is asked over a real socket. */
export async function originOf(app: FastifyInstance): Promise<string> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

function newApp(
  { timeZone = 'UTC', live, requestsPerSecond = null }: Present,
  inCharge: () => Present,
): FastifyInstance {
  return createServer({
    operations: passedOn(() => inCharge().operations),
    ...(live !== undefined && { live: passedOn(() => inCharge().live!) }),
    metrics: { contentType: 'text/plain', text: async () => '' },
    explain: async (taskId) => inCharge().explain?.(taskId) ?? null,
    now: () => inCharge().now(),
    timeZone,
    requestsPerSecond,
    refusePastTo: false,
  });
}

type Method = (...parameters: unknown[]) => unknown;

/** Something of which another one may be in charge at each call. */
function passedOn<T extends object>(inCharge: () => T): T {
  return new Proxy({} as T, {
    get: (_, name) => {
      const member = (): unknown => (inCharge() as Record<PropertyKey, unknown>)[name];
      if (typeof member() !== 'function') return member();
      return (...parameters: unknown[]) => (member() as Method).apply(inCharge(), parameters);
    },
  });
}
