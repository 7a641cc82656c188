/** Whether the system lets this user open as many files as the settings promise connections. */
import { readFileSync } from 'node:fs';
import { type Finding, fine, warning } from './finding.ts';

/** Of the database, the log, HTTP and webhooks. */
const BESIDE_CONNECTIONS = 256;

/** Node raises its own soft limit to the hard one at its start, so what is seen is what the gateway gets. */
export function openFilesMax(): number | null {
  try {
    const match = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    if (match === null) return null;
    return match[1] === 'unlimited' ? Infinity : Number(match[1]);
  } catch {
    return null;
  }
}

/** `filesMax`: null = the system does not say. */
export function fileLimitFinding(filesMax: number | null, connections: number): Finding {
  const needed = connections + BESIDE_CONNECTIONS;
  const wanted = `limits.connections is ${connections}`;
  if (filesMax === null) {
    return warning(
      'file limit',
      `this system does not say it; ${wanted}`,
      `see that a process may open ${needed} files`,
    );
  }
  if (filesMax >= needed) return fine('file limit', `${filesMax} open files, ${wanted}`);
  const affordable = Math.max(1, filesMax - BESIDE_CONNECTIONS);
  return warning(
    'file limit',
    `${filesMax} open files, but ${wanted}: connections beyond ${affordable} would fail`,
    `LimitNOFILE=${needed} in the systemd unit, \`ulimit -n ${needed}\` in the shell that starts it, ` +
      `--ulimit nofile=${needed} for docker run, or --limits-connections ${affordable}`,
  );
}
