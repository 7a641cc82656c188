/** What the program can do, a command each: reads its options, calls the rooms, shows the result. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PROTOCOL_NAMES } from '../protocols/index.ts';
import { transcribe, transcribeFields } from '../protocols/transcript.ts';
import { BACKUP, RESTORE } from './backup-command.ts';
import type { Command } from './command.ts';
import { DOCTOR } from './doctor-command.ts';
import { DEMO, REPLAY, SIMULATE } from './fleet-commands.ts';
import { HEALTHCHECK } from './healthcheck-command.ts';
import type { Host } from './host.ts';
import { Line } from './intake/line.ts';
import { emptyTally } from './model/tally.ts';
import { SCOPES } from './operations/access.ts';
import { explainTask } from './operations/explain-task.ts';
import { searchInPlace } from './operations/searches.ts';
import { type Arguments, optionValue } from './ops/arguments.ts';
import { systemClock } from './ops/clock.ts';
import { printConfig, type Resolved, readTextFile, resolveConfig, settingOptions } from './ops/config.ts';
import { createLog, standardStream, wantsPretty } from './ops/log.ts';
import { serviceManager } from './ops/service-manager.ts';
import { onShutdown } from './ops/shutdown.ts';
import { UsageError } from './ops/usage.ts';
import { choice, duration, instant, integer, text, unless, url } from './ops/values.ts';
import { hostText, StartError } from './ports.ts';
import { RETENTION } from './retention-command.ts';
import { engineSettings, type Served, serve } from './serve.ts';
import { DataDirectoryError } from './store/directory.ts';
import { openKeys, openStore } from './store/open.ts';
import type { ApiKey, AuditShelf, Keys, Store } from './store/store.ts';
import { EXPORT, IMPORT } from './track-commands.ts';

const SERVE: Command = {
  usage: 'serve [--SETTING VALUE]... [--config FILE] [--print-config]',
  summary: 'run the gateway',
  options: {
    ...settingOptions(),
    'print-config': { value: null, meaning: 'show the effective settings and where they come from, and end' },
  },
  operandsMin: 0,
  operandsMax: 0,
  notes:
    'A setting http.port is also MILEPOST_HTTP_PORT in the environment and `http.port = 8080` in the file.\nThe command line wins over the environment, the environment over the file.',
  async run(given, host) {
    const resolved = settle(given, host);
    if (given.options.has('print-config')) {
      host.write(`${printConfig(resolved)}\n`);
      return 0;
    }
    return runGateway(resolved, host);
  },
};

/** Never resolves while the gateway runs: a signal ends the program. */
async function runGateway(resolved: Resolved, host: Host): Promise<number> {
  const { config } = resolved;
  if (config.data === ':memory:') {
    throw new UsageError([
      `${resolved.found.data.origin}: got ":memory:", expected a directory: what is acknowledged must last`,
    ]);
  }
  const isPretty = wantsPretty(config['log.format'], host.isTerminal);
  const log = createLog({ level: config['log.level'], isPretty, destination: standardStream(1) });
  const served = await serve(config, systemClock, log);
  const manager = serviceManager({
    environment: host.environment,
    isAlive: turning(served),
    onTrouble: (error) => log.warn({ err: error }, 'systemd could not be told'),
  });
  const running = new Promise<never>(() => {});
  // Before the ready line: whoever reads it may send a signal at once.
  onShutdown({
    signals: host.signals,
    close: () => {
      manager.stopping();
      return served.close();
    },
    exit: host.exit,
    tell: (message) => log.info({}, message),
  });
  // Without certificates it ends the program, as it does when a terminal is closed.
  if (served.renewCertificates !== null) host.signals.on('SIGHUP', served.renewCertificates);
  log.info({ addresses: served.addresses }, readyText(served));
  manager.ready();
  return running;
}

/** Whether the line has turned since it was asked last, or has nothing to do. A disk that fails does not end it. */
function turning({ line, tally }: Served): () => boolean {
  let before = -1;
  return () => {
    const turns = tally.commitMs.count + tally.commitsFailed;
    const isTurning = turns !== before || line.load().queuedFrames === 0;
    before = turns;
    return isTurning;
  };
}

function readyText({ addresses }: Served): string {
  return `ready: ${addresses.map(({ name, host, port }) => `${name} ${hostText(host)}:${port}`).join(', ')}`;
}

const PROTOCOL_CHOICES = ['auto', ...PROTOCOL_NAMES] as const;

const DECODE: Command = {
  usage: `decode [--protocol ${PROTOCOL_CHOICES.join('|')}] [--model M] [--udp] [--explain] [--now ISO] [FILE|-]`,
  summary: 'decode recorded bytes offline, one JSON object per message',
  options: {
    protocol: { value: 'NAME', meaning: `${PROTOCOL_CHOICES.join(', ')} (default auto)` },
    model: { value: 'NAME', meaning: 'the tracker, such as FMB640: decides between layouts' },
    udp: { value: null, meaning: 'each line is a datagram' },
    explain: { value: null, meaning: 'each frame field by field, as text: offsets, bytes, name, value' },
    now: { value: 'ISO', meaning: 'the clock that time answers carry (default the time)' },
  },
  operandsMin: 0,
  operandsMax: 1,
  notes: 'Input: one hex string per line = one chunk as received; an empty line starts a new connection; # comments.',
  async run(given, host) {
    const protocol = optionValue(given, 'protocol', choice(...PROTOCOL_CHOICES), 'auto');
    const nowMs = optionValue(given, 'now', unless('now', instant), 'now') ?? systemClock();
    const model = optionValue(given, 'model', unless('unknown', text), 'unknown');
    const options = { protocol, nowMs, model, isUdp: given.options.has('udp') };
    const [path = '-'] = given.operands;
    const lines = linesOf(path === '-' ? await readAll(host.input) : readFileSync(path, 'utf8'));
    if (given.options.has('explain')) {
      for (const line of transcribeFields(lines, options)) host.write(`${line}\n`);
    } else {
      for (const entry of transcribe(lines, options)) host.write(`${JSON.stringify(entry)}\n`);
    }
    return 0;
  },
};

async function readAll(input: Host['input']): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** The newline that ends a file begins no line of its own. */
function linesOf(recorded: string): string[] {
  return recorded.replace(/\r?\n$/, '').split(/\r?\n/);
}

const KEYS: Command = {
  usage: 'keys create NAME | list | revoke NAME [--data DIR]',
  summary: 'API keys, also beside a running gateway',
  options: {
    ...settingOptions(['data']),
    scopes: {
      value: 'LIST',
      meaning: `rights of a new key, comma-separated: ${SCOPES.join(', ')} or * for all (default *)`,
    },
    expires: { value: 'DURATION', meaning: 'life of a new key, such as 90d (default never)' },
  },
  operandsMin: 1,
  operandsMax: 2,
  async run(given, host) {
    const [action = '', name] = given.operands;
    const verb = KEY_ACTIONS.parse(action);
    if (verb === undefined) throw new UsageError([`${action}: expected ${KEY_ACTIONS.expects}`]);
    if ((name === undefined) !== (verb === 'list')) throw new UsageError([`expected: milepost ${KEYS.usage}`]);
    const order = verb === 'create' ? newKey(given) : null;
    const { keys, audit, close } = openKeys(settle(given, host).config.data);
    try {
      if (verb === 'list') return listKeys(keys, host);
      const code = order !== null ? createKey(keys, name ?? '', order, host) : revokeKey(keys, name ?? '', host);
      if (code === 0) audit.append([keyEntry(keys, verb, name ?? '')]);
      return code;
    } finally {
      close();
    }
  },
};

const KEY_ACTIONS = choice('create', 'list', 'revoke');

interface KeyOrder {
  readonly scopes: readonly string[];
  readonly lifeMs: number | null;
}

function newKey(given: Arguments): KeyOrder {
  const scopes = optionValue(given, 'scopes', text, '*').split(',');
  const known: readonly string[] = ['*', ...SCOPES];
  const unknown = scopes.filter((scope) => !known.includes(scope));
  if (unknown.length > 0) {
    throw new UsageError(
      unknown.map((scope) => `--scopes: got ${JSON.stringify(scope)}, expected one of ${known.join(', ')}`),
    );
  }
  return { scopes, lifeMs: optionValue(given, 'expires', unless('never', duration), 'never') };
}

/** The key goes to the output alone, so that a script can take it from there. */
function createKey(keys: Keys, name: string, { scopes, lifeMs }: KeyOrder, host: Host): number {
  const key = randomBytes(16).toString('hex');
  const nowMs = systemClock();
  keys.create(name, key, scopes, nowMs, lifeMs === null ? null : nowMs + lifeMs);
  host.complain(`key ${JSON.stringify(name)} created; it is shown this once:\n`);
  host.write(`${key}\n`);
  return 0;
}

/** For the audit trail: who may open this directory is nobody that has a name here. */
function keyEntry(keys: Keys, verb: string, name: string): Parameters<AuditShelf['append']>[0][number] {
  const key = keys.list().find((each) => each.name === name);
  const after =
    verb === 'create' && key !== undefined ? { prefix: key.prefix, scopes: key.scopes, expires: key.expiresMs } : null;
  const who = { keyName: null, address: null, before: null };
  return {
    timeMs: systemClock(),
    ...who,
    action: verb === 'create' ? 'key.create' : 'key.revoke',
    subject: `key ${name}`,
    after,
  };
}

function listKeys(keys: Keys, host: Host): number {
  for (const key of keys.list()) host.write(`${keyText(key)}\n`);
  return 0;
}

function keyText({ name, prefix, scopes, createdMs, expiresMs, revokedMs }: ApiKey): string {
  const state =
    revokedMs !== null
      ? `revoked ${iso(revokedMs)}`
      : expiresMs !== null
        ? `expires ${iso(expiresMs)}`
        : 'never expires';
  return [name, `${prefix}...`, scopes.join(','), `created ${iso(createdMs)}`, state].join('\t');
}

function revokeKey(keys: Keys, name: string, host: Host): number {
  if (keys.revoke(name, systemClock())) return 0;
  host.complain(`milepost: there is no key ${JSON.stringify(name)} that could be revoked\n`);
  return 1;
}

const EXPLAIN: Command = {
  usage: 'explain TASK [--url URL --api-key KEY | --data DIR]',
  summary: 'why a task is in its state',
  options: {
    ...settingOptions(['data', 'api-key']),
    url: { value: 'URL', meaning: 'ask the gateway running there instead of opening the data directory' },
  },
  operandsMin: 1,
  operandsMax: 1,
  async run(given, host) {
    const taskId = integer(1, 2_147_483_647).parse(given.operands[0] ?? '');
    if (taskId === undefined)
      throw new UsageError([`TASK: got ${JSON.stringify(given.operands[0])}, expected a task's number`]);
    const resolved = settle(given, host);
    const address = optionValue(given, 'url', unless('none', url), 'none');
    const words = await (address === null ? explainHere(taskId, resolved) : explainThere(taskId, address, resolved));
    if (words === null) {
      host.complain(`milepost: there is no task ${taskId}\n`);
      return 1;
    }
    host.write(`${words.join('\n')}\n`);
    return 0;
  },
};

/** Opens the data directory, which only works while no gateway does. */
async function explainHere(taskId: number, { config }: Resolved): Promise<readonly string[] | null> {
  let store: Store;
  try {
    store = openStore({ directory: config.data });
  } catch (error) {
    if (!(error instanceof DataDirectoryError && error.code === 'locked')) throw error;
    throw new StartError(
      `a gateway runs on ${config.data}: ask it with --url http://${config['http.host']}:${config['http.port']} --api-key KEY`,
      error,
    );
  }
  const searches = searchInPlace(config.data);
  try {
    const settings = engineSettings(config);
    const line = new Line({
      store,
      now: systemClock,
      tally: emptyTally(),
      settings,
      unknownTrackers: 'reject',
      queueBytesMax: 0,
      pendingMax: 0,
    });
    const explanation = await explainTask({ store, searches, intake: line, settings, now: systemClock }, taskId);
    return explanation?.words ?? null;
  } finally {
    await searches.close();
    store.close();
  }
}

const ANSWER_MS_MAX = 10_000;

async function explainThere(taskId: number, address: string, { config }: Resolved): Promise<readonly string[] | null> {
  const place = `${address}/api/tasks/${taskId}/explain`;
  const response = await fetch(place, {
    headers: config['api-key'] === null ? {} : { authorization: `Bearer ${config['api-key']}` },
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  }).catch((error: Error) => {
    const { cause } = error;
    throw new StartError(`${place}: ${cause instanceof Error ? cause.message : error.message}`, error);
  });
  if (response.status === 404) return null;
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && isWorded(answer)) return answer.words;
  const detail = typeof answer === 'object' && answer !== null && 'detail' in answer ? `: ${answer.detail}` : '';
  throw new StartError(`${place} was answered ${response.status}${detail}`);
}

function isWorded(answer: unknown): answer is { words: readonly string[] } {
  return typeof answer === 'object' && answer !== null && 'words' in answer && Array.isArray(answer.words);
}

/** The settings as command line, environment and file give them. */
function settle(given: Arguments, host: Host): Resolved {
  return resolveConfig({ flags: given.options, environment: host.environment, readText: readTextFile });
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

export const COMMANDS: Readonly<Record<string, Command>> = {
  serve: SERVE,
  demo: DEMO,
  decode: DECODE,
  replay: REPLAY,
  simulate: SIMULATE,
  keys: KEYS,
  explain: EXPLAIN,
  doctor: DOCTOR,
  backup: BACKUP,
  restore: RESTORE,
  retention: RETENTION,
  export: EXPORT,
  import: IMPORT,
  healthcheck: HEALTHCHECK,
};
