/** The log: JSON lines for machines, readable lines for a terminal. The only door to pino. */
import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './settings.ts';

export type Log = Logger;

export interface LogOptions {
  readonly level: Config['log.level'];
  readonly isPretty: boolean;
  readonly destination: DestinationStream;
}

/** Written synchronously: the last line before a crash is the one that is needed. */
export function createLog({ level, isPretty, destination }: LogOptions): Log {
  const stream = isPretty
    ? pretty({ sync: true, colorize: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l', destination })
    : destination;
  return pino({ level, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

/** The level of several logs at once: one that was made from another has a level of its own from then on. */
export function levelSwitch(logs: readonly Log[]): { level(): string; set(level: string): void } {
  return {
    level: () => logs[0]?.level ?? 'silent',
    set(level) {
      for (const log of logs) log.level = level;
    },
  };
}

/** A log that goes nowhere, for tests and short-lived gateways. */
export function silentLog(): Log {
  return pino({ level: 'silent' });
}

/** The standard output or error as a destination. */
export function standardStream(fd: 1 | 2): DestinationStream {
  return pino.destination({ fd, sync: true });
}

export function wantsPretty(format: Config['log.format'], isTerminal: boolean): boolean {
  return format === 'pretty' || (format === 'auto' && isTerminal);
}
