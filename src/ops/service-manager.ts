/**
 * Tells systemd how the gateway is: ready, stopping, alive (sd_notify(3)). Its socket takes datagrams over a UNIX path, which
 * Node.js does not speak, so `systemd-notify` says it; the unit needs NotifyAccess=all. Without systemd nothing is told.
 */
import { execFile } from 'node:child_process';
import type { Environment } from './config.ts';

export interface ServiceManagerOptions {
  readonly environment: Environment;
  /** Asked before each sign of life; false = none is given, and systemd starts the gateway anew. */
  readonly isAlive: () => boolean;
  readonly onTrouble: (error: Error) => void;
}

export interface ServiceManager {
  ready(): void;
  stopping(): void;
}

const SILENT: ServiceManager = { ready: () => {}, stopping: () => {} };
/** A sign of life is given this often in the time that systemd waits for one. */
const SIGNS_IN_TIME = 3;
const TELLING_MS_MAX = 5000;

export function serviceManager({ environment, isAlive, onTrouble }: ServiceManagerOptions): ServiceManager {
  if (environment['NOTIFY_SOCKET'] === undefined) return SILENT;
  let hasFailed = false;
  const tell = (state: string): void => {
    const options = { env: { ...environment }, timeout: TELLING_MS_MAX };
    execFile('systemd-notify', [state], options, (error) => {
      // Once is enough: the next one fails alike.
      if (error !== null && !hasFailed) onTrouble(error);
      hasFailed = error !== null;
    });
  };
  let signs: NodeJS.Timeout | undefined;
  return {
    ready() {
      tell('READY=1');
      const patienceMs = Number(environment['WATCHDOG_USEC'] ?? 0) / 1000;
      if (!(patienceMs > 0)) return;
      signs = setInterval(() => {
        if (isAlive()) tell('WATCHDOG=1');
      }, patienceMs / SIGNS_IN_TIME);
      signs.unref();
    },
    stopping() {
      clearInterval(signs);
      tell('STOPPING=1');
    },
  };
}
