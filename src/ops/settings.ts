/** Every setting, once: its name, its grammar, its default and what it does. Flags, help and README follow from this table. */
import {
  DATAGRAM_PROTOCOL_NAMES,
  type DatagramProtocolName,
  PROTOCOL_NAMES,
  type ProtocolName,
  protocolNamed,
} from '../../protocols/index.ts';
import {
  choice,
  decimal,
  duration,
  flag,
  integer,
  type Kind,
  key,
  port,
  text,
  timeZone,
  unless,
  url,
} from './values.ts';

export interface Setting<T> {
  readonly kind: Kind<T>;
  /** In the grammar of `kind`, as a user would write it. */
  readonly fallback: string;
  readonly meaning: string;
  /** Never shown. */
  readonly isSecret: boolean;
}

export const SETTINGS = {
  data: setting(text, './data', 'directory of the database; created when missing'),
  'tcp.host': setting(text, '0.0.0.0', 'address the tracker ports listen on'),
  'tcp.port': setting(unless('off', port), '5020', 'tracker port that detects the protocol; 0 = any free port'),
  ...ownPorts(),
  ...datagramPorts(),
  'http.host': setting(text, '127.0.0.1', 'address of the HTTP API; beyond loopback only once an API key exists'),
  'http.port': setting(port, '8080', 'port of the HTTP API; 0 = any free port'),
  'public-url': setting(unless('auto', url), 'auto', 'address in links; auto = as the request was addressed'),
  'api-key': secret(setting(unless('none', key), 'none', 'a first API key with all rights, for scripts and tests')),
  'time-zone': setting(timeZone, 'UTC', 'zone of the local times of the Navixy API'),
  'unknown-trackers': setting(
    choice('pending', 'accept', 'reject'),
    'pending',
    'devices not registered: wait in a list, are registered at once, or are turned away',
  ),
  'engine.grace': setting(
    duration,
    '10m',
    'how long after a deadline devices may still deliver before the clock closes',
  ),
  'engine.late-data-horizon': setting(duration, '7d', 'how long after a deadline late fixes still revise the outcome'),
  'engine.incomplete-visit': setting(
    choice('faulty', 'failed'),
    'faulty',
    'outcome of a task that was visited but not completed',
  ),
  'engine.min-satellites': setting(unless('off', integer(1, 64)), 'off', 'fixes with fewer satellites are no evidence'),
  'engine.max-hdop': setting(
    unless('off', decimal(0, 100)),
    'off',
    'fixes with a larger HDOP are no evidence; one that does not say passes',
  ),
  'engine.max-gap': setting(unless('off', duration), 'off', 'two inside fixes further apart end a visit'),
  'engine.exit-margin': setting(
    unless('off', decimal(0, 10_000)),
    'off',
    'metres beyond the edge of the zone before a visit ends',
  ),
  'engine.pass-through': setting(
    unless('off', duration),
    'off',
    'between two outside fixes not further apart, the line through the zone is a visit',
  ),
  'navixy.refuse-past-to': setting(flag, 'false', 'refuse tasks whose window is already over'),
  'navixy.session-life': setting(duration, '30d', 'how long a session of `user/auth` lives without being used'),
  'geocoder.url': setting(
    unless('off', url),
    'off',
    'a server that is asked as Nominatim is, where addresses without a point are looked up; off = they are not',
  ),
  'geocoder.email': setting(unless('none', text), 'none', 'whom the operator of the geocoder may write to'),
  'commands.expire-after': setting(
    duration,
    '24h',
    'how long a command waits for its device, where its caller does not say',
  ),
  'commands.answer-within': setting(
    duration,
    '5m',
    'how long a device may take to answer a command before it is given up and the next one is sent',
  ),
  'webhooks.private-targets': setting(
    flag,
    'false',
    'whether webhooks may lead to private addresses: this machine and its network',
  ),
  'limits.connections': setting(integer(1, 1_000_000), '50000', 'open tracker connections; one more is closed at once'),
  'limits.connections-per-address': setting(
    integer(1, 1_000_000),
    '25000',
    'the same from one address; wide, because a mobile carrier puts a whole fleet behind one',
  ),
  'limits.login-deadline': setting(duration, '15s', 'a connection that has not logged in by then is closed'),
  'limits.idle-timeout': setting(duration, '30m', 'a connection without a whole frame for so long is closed'),
  'limits.stranger-bytes': setting(integer(64, 65_536), '2048', 'bytes kept of a connection that has not logged in'),
  'limits.unsettled-frames': setting(
    integer(1, 100_000),
    '256',
    'frames of one connection waiting for their commit before its socket is paused',
  ),
  'limits.unsent-bytes': setting(
    integer(1024, 16_777_216),
    '65536',
    'answers waiting for a device that does not read them before its socket is paused',
  ),
  'limits.refused-frames': setting(
    integer(1, 1_000_000),
    '50',
    'unreadable frames in a row before a connection is closed',
  ),
  'limits.junk-bytes': setting(
    integer(1, 1_000_000_000),
    '65536',
    'bytes between frames before a connection is closed',
  ),
  'limits.unsettled-datagrams': setting(
    integer(1, 1_000_000),
    '4096',
    'datagrams waiting for their commit before others are dropped; their devices send them again',
  ),
  'limits.strange-datagrams': setting(
    integer(1, 1_000_000),
    '100',
    'datagrams per second of devices that were not let in yet; more are dropped',
  ),
  'limits.complaints-per-minute': setting(integer(0, 100_000), '30', 'log lines about broken input; more are counted'),
  'limits.queue-bytes': setting(
    integer(65_536, 4_294_967_296),
    '8388608',
    'memory for frames that wait for a commit before sockets are paused, bytes; a frame takes about 1500 and its own',
  ),
  'limits.free-disk': setting(
    integer(0, 1_000_000_000_000),
    '1073741824',
    'bytes; with less room on the disk of the database the log warns',
  ),
  'limits.pending-trackers': setting(integer(1, 1_000_000), '1000', 'length of the list of unknown trackers'),
  'limits.queued-commands': setting(
    integer(1, 1000),
    '20',
    'commands of one tracker that wait to be sent; one more is refused',
  ),
  'limits.searches': setting(integer(1, 10_000), '100', 'lists and counts waiting for their turn; one more is refused'),
  'limits.requests-per-second': setting(
    unless('off', integer(1, 1_000_000)),
    '50',
    'requests to the Navixy API by one key, and by one address; one more is refused',
  ),
  'retention.fixes': setting(
    duration,
    '90d',
    'how long positions and their raw frames are kept; what a task is still judged by stays',
  ),
  'retention.frames': setting(
    duration,
    '7d',
    'how long raw frames without positions are kept: heartbeats, answers to commands, unreadable ones',
  ),
  'log.level': setting(
    choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
    'least level that is logged',
  ),
  'log.format': setting(choice('auto', 'json', 'pretty'), 'auto', 'auto = pretty on a terminal, JSON lines elsewhere'),
} as const;

export type SettingKey = keyof typeof SETTINGS;

/** What gives no protocol a port of its own, for whoever wants nothing but `tcp.port`. */
export const NO_OWN_PORTS = Object.fromEntries(
  [...Object.keys(ownPorts()), ...Object.keys(datagramPorts())].map((key) => [key, null]),
) as Partial<Config>;

/** Effective values by key; durations in ms. */
export type Config = {
  readonly [K in SettingKey]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;
};

export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

/** `http.port` is `--http-port` on the command line. */
export function flagOf(name: string): string {
  return `--${name.replaceAll('.', '-')}`;
}

/** `http.port` is `MILEPOST_HTTP_PORT` in the environment. */
export function variableOf(name: string): string {
  return `MILEPOST_${name.replaceAll(/[.-]/g, '_').toUpperCase()}`;
}

type PortSetting = Setting<number | null>;

/** Each protocol has a port by custom, which its devices are set to. */
function ownPorts(): Readonly<Record<`${ProtocolName}.port`, PortSetting>> {
  return portSettings('port', PROTOCOL_NAMES, 'only');
}

function datagramPorts(): Readonly<Record<`${DatagramProtocolName}.udp`, PortSetting>> {
  return portSettings('udp', DATAGRAM_PROTOCOL_NAMES, 'over UDP');
}

function portSettings<Name extends string, Suffix extends string>(
  suffix: Suffix,
  names: readonly Name[],
  manner: string,
): Record<`${Name}.${Suffix}`, PortSetting> {
  const entries = names.map((name) => {
    const { title, port: byCustom } = protocolNamed(name);
    return [`${name}.${suffix}`, setting(unless('off', port), `${byCustom}`, `tracker port for ${title} ${manner}`)];
  });
  return Object.fromEntries(entries) as Record<`${Name}.${Suffix}`, PortSetting>;
}

function setting<T>(kind: Kind<T>, fallback: string, meaning: string): Setting<T> {
  return { kind, fallback, meaning, isSecret: false };
}

function secret<T>(plain: Setting<T>): Setting<T> {
  return { ...plain, isSecret: true };
}
