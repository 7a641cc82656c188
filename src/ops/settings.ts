/** Every setting, once: its name, its grammar, its default and what it does. Flags, help and README follow from this table. */
import {
  DATAGRAM_PROTOCOL_NAMES,
  type DatagramProtocolName,
  PROTOCOL_NAMES,
  type ProtocolName,
  protocolNamed,
} from '../../protocols/index.ts';
import {
  broker,
  choice,
  decimal,
  duration,
  flag,
  integer,
  type Kind,
  key,
  names,
  networks,
  port,
  text,
  tiles,
  timeZone,
  unless,
  url,
  words,
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
  'tcp.tls.port': setting(unless('off', port), 'off', 'tracker port that speaks TLS and detects the protocol'),
  ...ownPorts(),
  ...datagramPorts(),
  'tls.cert': setting(
    unless('none', text),
    'none',
    'PEM file of the certificate of tcp.tls.port, intermediate ones behind it',
  ),
  'tls.key': setting(unless('none', text), 'none', 'PEM file of its private key; both are read again when they change'),
  'tls.min-version': setting(choice('1.2', '1.3'), '1.2', 'oldest TLS that trackers and clients may speak'),
  'proxy.listeners': setting(
    unless('off', names),
    'off',
    'tracker ports that only load balancers reach, by name such as auto,teltonika,tls: each connection begins with a PROXY header',
  ),
  'proxy.trusted': setting(
    unless('none', networks),
    'none',
    'addresses of these load balancers, such as 10.0.0.0/8; others are turned away from those ports',
  ),
  'http.host': setting(text, '127.0.0.1', 'address of the HTTP API; beyond loopback only once an API key exists'),
  'http.port': setting(port, '8080', 'port of the HTTP API; 0 = any free port'),
  'http.tls.cert': setting(
    unless('none', text),
    'none',
    'PEM file of a certificate: then the HTTP port speaks HTTPS only',
  ),
  'http.tls.key': setting(unless('none', text), 'none', 'PEM file of its private key'),
  'http.trusted-proxies': setting(
    unless('none', networks),
    'none',
    'addresses of reverse proxies that are believed about whom they speak for (X-Forwarded-For, -Proto, -Host)',
  ),
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
  'console.tile-url': setting(
    unless('off', tiles),
    'off',
    'where the maps of the console get their tiles, which tells that server where the fleet is; off = from nowhere',
  ),
  'console.tile-attribution': setting(unless('none', text), 'none', 'who made the tiles, as they want to be named'),
  'console.pmtiles': setting(
    unless('off', text),
    'off',
    'a .pmtiles file for the maps of the console, on this machine',
  ),
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
  'alerts.silent-after': setting(
    unless('off', duration),
    '24h',
    'a tracker that is not heard of for so long is an alert; off = none is',
  ),
  'webhooks.private-targets': setting(
    flag,
    'false',
    'whether webhooks may lead to private addresses: this machine and its network',
  ),
  'forward.mqtt.url': secret(
    setting(
      unless('off', broker('mqtt', 'mqtts')),
      'off',
      'MQTT broker that all fixes and events of tasks are handed on to',
    ),
  ),
  'forward.mqtt.topic': setting(words('/'), 'milepost', 'first part of its topics'),
  'forward.mqtt.home-assistant': setting(flag, 'false', 'whether trackers are announced to Home Assistant over MQTT'),
  'forward.nats.url': secret(
    setting(
      unless('off', broker('nats', 'tls')),
      'off',
      'NATS server with JetStream that all fixes and events of tasks are handed on to',
    ),
  ),
  'forward.nats.stream': setting(words(''), 'MILEPOST', 'its stream; made when it is missing'),
  'forward.nats.subject': setting(words('.'), 'milepost', 'first part of its subjects'),
  'limits.connections': setting(integer(1, 1_000_000), '50000', 'open tracker connections; one more is closed at once'),
  'limits.connections-per-address': setting(
    integer(1, 1_000_000),
    '25000',
    'the same from one address; wide, because a mobile carrier puts a whole fleet behind one',
  ),
  'limits.new-connections-per-second': setting(
    unless('off', integer(1, 1_000_000)),
    '500',
    'new tracker connections of one address, a burst of a minute of them apart; one more is closed at once',
  ),
  'limits.login-deadline': setting(duration, '15s', 'a connection that has not logged in by then is closed'),
  'limits.idle-timeout': setting(duration, '30m', 'a connection without a whole frame for so long is closed'),
  'limits.session-hold': setting(
    unless('off', duration),
    'off',
    'how long after its last frame a session keeps its tracker, so that other logins are refused; off = the newest wins',
  ),
  'limits.stranger-bytes': setting(integer(64, 65_536), '2048', 'bytes kept of a connection that has not logged in'),
  'limits.unsettled-frames': setting(
    integer(1, 100_000),
    '256',
    'frames of one connection waiting for their commit before its socket is paused',
  ),
  'limits.frames-per-second': setting(
    unless('off', integer(1, 1_000_000)),
    '1000',
    'frames of one tracker, a burst of a minute of them apart; then it is read at that pace, and its datagrams are dropped',
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
  'limits.stream-clients': setting(integer(0, 10_000), '100', 'clients of the live stream; one more is refused'),
  'limits.stream-bytes': setting(
    integer(262_144, 268_435_456),
    '1048576',
    'what waits for a client of the live stream that does not read before it is let go, bytes',
  ),
  'limits.requests-per-second': setting(
    unless('off', integer(1, 1_000_000)),
    '50',
    'requests to the Navixy API by one key, and by one address; one more is refused',
  ),
  'limits.http-connections': setting(
    integer(1, 1_000_000),
    '2000',
    'open connections to the HTTP port; one more is closed at once',
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
  'retention.audit': setting(
    duration,
    '400d',
    'how long the audit trail is kept; of more than a million entries the oldest go sooner',
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
