/**
 * Looks at everything that keeps a gateway from running well, and names the repair. It works where the program does not:
 * what needs a package that may be missing is loaded only while it is looked at.
 */
import type { Command } from './command.ts';
import type { Host } from './host.ts';
import { type Arguments, optionValue } from './ops/arguments.ts';
import { systemClock } from './ops/clock.ts';
import { defaultConfig, readTextFile, resolveConfig, settingOptions } from './ops/config.ts';
import { certificateFindings } from './ops/doctor/certificates.ts';
import { clockFindings, hardwareClockMs, serverClockFinding } from './ops/doctor/clock.ts';
import { databaseFinding, keyFinding, lockFinding } from './ops/doctor/database.ts';
import { fileLimitFinding, openFilesMax } from './ops/doctor/file-limit.ts';
import { type Finding, failure, findingText, fine, warning } from './ops/doctor/finding.ts';
import { nativeModuleFinding } from './ops/doctor/packages.ts';
import { placeReport } from './ops/doctor/place.ts';
import { portFinding, wantedPorts } from './ops/doctor/ports.ts';
import { askTimeServer, type ServerAddress } from './ops/doctor/sntp.ts';
import type { Config } from './ops/settings.ts';
import { UsageError } from './ops/usage.ts';
import { address, type Kind, unless } from './ops/values.ts';
import type { DirectoryLook } from './store/examine.ts';

const NTP_PORT = 123;
const NTP_MS_MAX = 3000;

/** `HOST` alone is asked on the customary port. */
const timeServer: Kind<ServerAddress> = {
  expects: 'HOST or HOST:PORT',
  parse: (value) => address.parse(value) ?? address.parse(`${value}:${NTP_PORT}`),
};

export const DOCTOR: Command = {
  usage: 'doctor [--SETTING VALUE]... [--config FILE] [--ntp HOST[:PORT]] [--json]',
  summary: 'what keeps a gateway with these settings from running well, and the repair',
  options: {
    ...settingOptions(),
    ntp: {
      value: 'HOST',
      meaning: 'compare the clock with this time server (default none: nothing leaves the machine)',
    },
    json: { value: null, meaning: 'one JSON array of {check, level, seen, repair}' },
  },
  operandsMin: 0,
  operandsMax: 0,
  notes: 'Exit code: 0 nothing failed, 1 something did. It may be run beside a running gateway and changes nothing.',
  async run(given, host) {
    const server = optionValue(given, 'ntp', unless('none', timeServer), 'none');
    const findings = await examine(given, host, server);
    if (given.options.has('json')) host.write(`${JSON.stringify(findings, null, 2)}\n`);
    else host.write(findings.map(findingText).join(''));
    return findings.some(({ level }) => level === 'failure') ? 1 : 0;
  },
};

async function examine(given: Arguments, host: Host, server: ServerAddress | null): Promise<readonly Finding[]> {
  const { config, findings: settings } = settle(given, host);
  const native = await nativeModuleFinding(async () => (await import('./store/examine.ts')).sqliteVersion());
  const place = placeReport(config.data, config['limits.free-disk']);
  const isReadable = native.level === 'ok' && place.probedMs !== null;
  const look = isReadable ? (await import('./store/examine.ts')).lookAt(config.data) : null;
  const committedMs = look?.database.kind === 'found' ? look.database.committedMs : null;
  const clocks = { committedMs, fileMs: place.probedMs, hardwareMs: hardwareClockMs() };
  return [
    fine('runtime', `Node.js ${process.versions.node} on ${process.platform} ${process.arch}`),
    native,
    ...settings,
    fileLimitFinding(openFilesMax(), config['limits.connections']),
    ...place.findings,
    ...(look === null ? [] : directoryFindings(config, look)),
    ...(await Promise.all(wantedPorts(config).map((port) => portFinding(port, look?.isHeld ?? false)))),
    ...certificateFindings(config, systemClock()),
    ...clockFindings(systemClock(), clocks),
    ...(server === null ? [] : [await serverFinding(server)]),
    zoneFinding(config),
  ];
}

/** With the defaults where the settings cannot be read: there may be more to repair. */
function settle(given: Arguments, host: Host): { readonly config: Config; readonly findings: readonly Finding[] } {
  const sources = { flags: given.options, environment: host.environment, readText: readTextFile };
  try {
    return {
      config: resolveConfig(sources).config,
      findings: [fine('settings', 'all of them are known and well-formed')],
    };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const repair = 'correct it where it is set; `milepost serve --help` lists the settings';
    const findings = error.problems.map((problem) => failure('settings', problem, repair));
    return { config: defaultConfig(), findings };
  }
}

function directoryFindings(config: Config, { isHeld, database }: DirectoryLook): readonly Finding[] {
  const hasKey = config['api-key'] !== null || (database.kind === 'found' && database.hasKeys);
  return [
    lockFinding(isHeld),
    databaseFinding(config.data, database),
    keyFinding(config['http.host'], hasKey, config.data),
  ];
}

async function serverFinding(server: ServerAddress): Promise<Finding> {
  const name = `${server.host}:${server.port}`;
  try {
    return serverClockFinding(name, await askTimeServer(server, systemClock, NTP_MS_MAX));
  } catch (error) {
    const seen = `${name} could not be asked for the time (${(error as Error).message})`;
    return warning('clock', seen, 'see that UDP to it is let through, or ask another server');
  }
}

function zoneFinding(config: Config): Finding {
  const { timeZone } = new Intl.DateTimeFormat('en').resolvedOptions();
  return fine(
    'time zone',
    `${config['time-zone']} for the local times of the Navixy API; the machine's is ${timeZone}`,
  );
}
