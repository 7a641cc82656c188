/** Copies of a data directory: taken while the gateway runs, and put back while it does not. */
import type { Command } from './command.ts';
import type { Host } from './host.ts';
import { systemClock } from './ops/clock.ts';
import { readTextFile, resolveConfig, settingOptions } from './ops/config.ts';
import { type BackupReport, backUp, restore } from './store/backup.ts';

export const BACKUP: Command = {
  usage: 'backup FILE [--data DIR]',
  summary: 'a consistent copy of the database and the files of forms, also beside a running gateway',
  options: settingOptions(['data']),
  operandsMin: 1,
  operandsMax: 1,
  notes:
    'FILE is one SQLite database, of one commit, checked before it gets its name; it must not be there yet. It holds\nwhat the database holds: hashes of keys, secrets of webhooks, positions.',
  async run(given, host) {
    const [file = ''] = given.operands;
    const { config } = resolveConfig({ flags: given.options, environment: host.environment, readText: readTextFile });
    const report = await backUp({ directory: config.data, file, onProgress: progressOn(host) });
    host.write(`${file}: ${reportText(report)}; checked\n`);
    return 0;
  },
};

export const RESTORE: Command = {
  usage: 'restore FILE [--data DIR] [--replace]',
  summary: 'put a backup into a data directory that no gateway runs on',
  options: {
    ...settingOptions(['data']),
    replace: {
      value: null,
      meaning: 'also where there is a database: it is kept in replaced-TIME beside the restored one',
    },
  },
  operandsMin: 1,
  operandsMax: 1,
  async run(given, host) {
    const [file = ''] = given.operands;
    const { config } = resolveConfig({ flags: given.options, environment: host.environment, readText: readTextFile });
    const options = { file, directory: config.data, replaces: given.options.has('replace'), nowMs: systemClock() };
    const { keptIn, ...report } = restore(options);
    host.write(`${config.data}: ${reportText(report)}; restored\n`);
    if (keptIn !== null) host.write(`what was there before is in ${keptIn}\n`);
    return 0;
  },
};

function reportText({ bytes, files, version, clockMs }: BackupReport): string {
  const until = clockMs === null ? 'nothing committed yet' : `up to ${new Date(clockMs).toISOString()}`;
  return `${until}, ${bytes} bytes, ${files} files of forms, schema version ${version}`;
}

/** One line that is written over, where somebody watches. */
function progressOn(host: Host): (progress: number | 'verifying') => void {
  if (!host.isTerminal) return () => {};
  let shown = '';
  return (progress) => {
    const text = progress === 'verifying' ? 'verifying' : `${Math.floor(progress * 100)} % copied`;
    if (text === shown) return;
    shown = text;
    host.complain(`\r${text.padEnd(12)}${progress === 'verifying' ? '\n' : ''}`);
  };
}
