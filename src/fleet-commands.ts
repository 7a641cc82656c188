/** The commands with vehicles in them: demo, simulate, replay. They stand at the other end of the wire. */
import { randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, stopSignal } from './command.ts';
import type { FactsThen } from './model/event.ts';
import { type NavixyStatus, navixyStatus } from './model/projections.ts';
import { deadlineMs, isOpen } from './model/task.ts';
import { type Arguments, optionValue } from './ops/arguments.ts';
import { acceleratedClock, type Clock, pinnedClock, stopwatch, systemClock } from './ops/clock.ts';
import { defaultConfig } from './ops/config.ts';
import { createLog, silentLog, standardStream } from './ops/log.ts';
import { type Config, NO_OWN_PORTS } from './ops/settings.ts';
import { UsageError } from './ops/usage.ts';
import { address, choice, decimal, duration, instant, integer, unless } from './ops/values.ts';
import { type Served, serve } from './serve.ts';
import { DEMO_FACTOR, type DemoGateway, demo, demoRoads } from './sim/demo.ts';
import { isOwnTask } from './sim/demo-api.ts';
import type { Errand } from './sim/demo-errands.ts';
import { imeiOf } from './sim/fleet.ts';
import { type ReplayResult, replay } from './sim/replay.ts';
import { type Report, type SimulateHooks, type SimulateOptions, simulate } from './sim/simulate.ts';
import type { DeviceRecord } from './sim/speech.ts';
import { SPEECH_NAMES } from './sim/speeches.ts';
import { parseTalk, type Talk, TalkError } from './sim/talk.ts';
import { TalkRecorder } from './sim/talk-recorder.ts';

const SEED = integer(0, 2_147_483_647);
const SECONDS = unless('none', decimal(0.1, 1_000_000));

export const DEMO: Command = {
  usage: 'demo [--seconds S] [--seed N]',
  summary: 'a gateway with a simulated fleet and a console, twenty times faster than life',
  options: {
    seconds: { value: 'S', meaning: 'end after so long; exit 1 when an outcome did not show (default until Ctrl-C)' },
    seed: { value: 'N', meaning: 'another fleet in another town (default 1)' },
  },
  operandsMin: 0,
  operandsMax: 0,
  async run(given, host) {
    const options = {
      seed: optionValue(given, 'seed', SEED, '1'),
      seconds: optionValue(given, 'seconds', SECONDS, 'none'),
      isTerminal: host.isTerminal,
    };
    const stopped = stopSignal(host);
    const clock = acceleratedClock(DEMO_FACTOR, systemClock());
    const apiKey = randomBytes(16).toString('hex');
    const log = createLog({ level: 'error', isPretty: false, destination: standardStream(2) });
    const settings = {
      'api-key': apiKey,
      // Shorter than usual, so that jobs fail and late evidence revises them while someone watches.
      'engine.grace': 3 * 60_000,
      // The webhook sink listens on this machine.
      'webhooks.private-targets': true,
    };
    const shown = { roads: demoRoads(options.seed), clockFactor: DEMO_FACTOR };
    const missing = await onTemporaryGateway({ settings, clock, log, shown }, (served) => {
      const gateway = demoGateway(served, apiKey);
      host.write(`Milepost demo: ${served.httpUrl}, API key ${apiKey}; ready\n`);
      host.write(`Console: ${gateway.consoleUrl} (opens once, within ten minutes; the key opens it at any time)\n`);
      return demo(gateway, options, { now: clock, stopwatch, stopped, write: host.write });
    });
    if (missing.length === 0 || options.seconds === null) return 0;
    host.complain(`milepost: within ${options.seconds} s no task was ${missing.join(', ')}\n`);
    return 1;
  },
};

function demoGateway(served: Served, apiKey: string): DemoGateway {
  return {
    ...trackerPort(served),
    httpUrl: served.httpUrl,
    consoleUrl: `${served.httpUrl}/#token=${served.operations.issueLoginToken()}`,
    apiKey,
    recordsStored: () => served.tally.recordsStored,
    countByStatus: () => served.store.tasks.countByStatus(),
    onTransition(listener) {
      served.line.onCommitted((events) => {
        for (const { taskId, eventMs, body } of events) {
          if (body.kind !== 'status_change') continue;
          listener({ taskId, eventMs, from: statusThen(body.from), to: statusThen(body.to), isRevised: body.revised });
        }
      });
    },
    onErrand(listener) {
      served.line.onCommitted((events) => {
        for (const { taskId, body } of events) {
          if (body.kind === 'create' ? !isOwnTask(body.task.text.externalId) : ERRAND_KINDS.has(body.kind)) {
            listener(taskId);
          }
        }
      });
    },
    errandOf: (taskId) => errandOf(served, taskId),
    trackerIdOf: (imei) => served.line.trackers().find((tracker) => tracker.imei === imei)?.id ?? null,
  };
}

/** Changes of a task after which its vehicle is sent anew. */
const ERRAND_KINDS: ReadonlySet<string> = new Set(['assign', 'update']);

function errandOf({ operations }: Served, taskId: number): Errand | null {
  const task = operations.readTask(taskId);
  if (task === null || task.tenure.trackerId === null || task.terms.zone === null || !isOpen(task.facts.state))
    return null;
  const { zone, fromMs, minStayMs, minArrivalMs } = task.terms;
  return {
    trackerId: task.tenure.trackerId,
    place: { latDeg: zone.latDeg, lonDeg: zone.lonDeg },
    fromMs,
    deadlineMs: deadlineMs(task.terms),
    stayMs: Math.max(minStayMs, minArrivalMs),
  };
}

function statusThen(facts: FactsThen): NavixyStatus | null {
  return navixyStatus({
    ...facts,
    hasTracker: facts.trackerId !== null,
    hasArrived: facts.arrivalMs !== null,
    hasIssues: facts.issues.length > 0,
  });
}

interface Temporary {
  readonly settings: Partial<Config>;
  readonly clock: Clock;
  readonly log: Parameters<typeof serve>[2];
  readonly shown?: Parameters<typeof serve>[3];
}

/** A gateway on free loopback ports and a directory of its own, which is gone afterwards. */
async function onTemporaryGateway<T>(
  { settings, clock, log, shown }: Temporary,
  use: (served: Served) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'milepost-'));
  try {
    const config = defaultConfig({
      data: directory,
      'tcp.host': '127.0.0.1',
      'tcp.port': 0,
      ...NO_OWN_PORTS,
      'http.port': 0,
      ...settings,
    });
    const served = await serve(config, clock, log, shown);
    try {
      return await use(served);
    } finally {
      await served.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function trackerPort({ addresses }: Served): { host: string; port: number } {
  const { host, port } = addresses.find(({ name }) => name === 'auto')!;
  return { host, port };
}

export const SIMULATE: Command = {
  usage: 'simulate [--devices N] [--protocol teltonika|gt06|mix] [--rate R] [--seconds S] [--seed N] [--to HOST:PORT]',
  summary: 'a fleet of simulated trackers sends to a gateway, and a report',
  options: {
    devices: { value: 'N', meaning: 'trackers, each with a connection of its own (default 10)' },
    protocol: { value: 'NAME', meaning: 'teltonika, gt06 or mix (default mix)' },
    rate: { value: 'R', meaning: 'records per second of each tracker (default 1)' },
    seconds: { value: 'S', meaning: 'how long they send (default until Ctrl-C)' },
    seed: { value: 'N', meaning: 'which trackers and which drives (default 1)' },
    to: { value: 'HOST:PORT', meaning: 'the gateway (default 127.0.0.1:5020)' },
    drain: { value: 'DURATION', meaning: 'how long they then go on for what is not acknowledged (default 60s)' },
    scale: { value: 'N', meaning: "how many times faster the devices' clocks run (default 1)" },
    from: {
      value: 'ISO',
      meaning: "what the devices' clocks show at first (default such that they end with the time)",
    },
    ledger: { value: 'FILE', meaning: 'append each acknowledged record: imei,time,lat,lon' },
    record: { value: 'FILE', meaning: "write the first tracker's talk, for replay" },
    imeis: { value: null, meaning: 'only print the IMEIs, to register them' },
    json: { value: null, meaning: 'the report as JSON' },
  },
  operandsMin: 0,
  operandsMax: 0,
  notes: 'Exit code 1: something that was sent was never acknowledged.',
  async run(given, host) {
    const options = simulateOptions(given);
    if (given.options.has('imeis')) {
      for (let i = 0; i < options.devices; i++) host.write(`${imeiOf(options.seed, i)}\n`);
      return 0;
    }
    const ledger = openLedger(given.options.get('ledger'));
    const recorder = new TalkRecorder(stopwatch, systemClock);
    const hooks: SimulateHooks = {
      stopwatch,
      stopped: stopSignal(host),
      recordOnAcknowledged: ledger.note,
      ...(given.options.has('record') && { recorder }),
      ...(host.isTerminal && { progress: (report) => host.write(`\r${progressText(report)}\x1b[K`) }),
    };
    const report = await simulate(options, hooks).finally(ledger.close);
    saveTalk(given.options.get('record'), recorder, options);
    if (host.isTerminal) host.write('\r\x1b[K');
    host.write(given.options.has('json') ? `${JSON.stringify(report)}\n` : reportText(report));
    return report.lost === 0 ? 0 : 1;
  },
};

function simulateOptions(given: Arguments): SimulateOptions {
  const seconds = optionValue(given, 'seconds', SECONDS, 'none');
  const scale = optionValue(given, 'scale', decimal(0.01, 10_000), '1');
  const fromMs = optionValue(given, 'from', unless('now', instant), 'now');
  if (seconds === null && scale !== 1)
    throw new UsageError(['--scale: needs --seconds, so that no device is ahead of time']);
  return {
    devices: optionValue(given, 'devices', integer(1, 100_000), '10'),
    mix: optionValue(given, 'protocol', choice(...SPEECH_NAMES, 'mix'), 'mix'),
    rate: optionValue(given, 'rate', decimal(0.001, 1000), '1'),
    seconds,
    seed: optionValue(given, 'seed', SEED, '1'),
    ...optionValue(given, 'to', address, '127.0.0.1:5020'),
    scale,
    startMs: fromMs ?? Math.round(systemClock() - (scale - 1) * (seconds ?? 0) * 1000),
    drainMs: optionValue(given, 'drain', duration, '60s'),
  };
}

interface Ledger {
  readonly note: (imei: string, record: DeviceRecord) => void;
  readonly close: () => void;
}

/** Written at once: what is in it was acknowledged, whatever becomes of either side. */
function openLedger(path: string | undefined): Ledger {
  if (path === undefined) return { note: () => {}, close: () => {} };
  const file = openSync(path, 'a');
  return {
    note: (imei, { timeMs, latDeg, lonDeg }) =>
      appendFileSync(file, `${imei},${new Date(timeMs).toISOString()},${latDeg.toFixed(7)},${lonDeg.toFixed(7)}\n`),
    close: () => closeSync(file),
  };
}

function saveTalk(path: string | undefined, recorder: TalkRecorder, options: SimulateOptions): void {
  if (path === undefined) return;
  const { mix, seed, rate, seconds, scale, startMs } = options;
  const drive = `--protocol ${mix} --seed ${seed} --rate ${rate} --seconds ${seconds} --scale ${scale}`;
  const source = `milepost simulate ${drive} --from ${new Date(startMs).toISOString()}`;
  writeFileSync(path, recorder.text({ source, imei: imeiOf(seed, 0) }));
}

function progressText({ seconds, online, devices, sent, acknowledged, lost, latencyMs }: Report): string {
  return `${Math.round(seconds)} s  online ${online}/${devices}  sent ${sent}  acknowledged ${acknowledged}  waiting ${lost}  p99 ${msText(latencyMs.p99)}`;
}

function reportText(report: Report): string {
  const { devices, seconds, sent, acknowledged, repeated, lost, connects, disconnects, refusals, latencyMs } = report;
  const rows: [string, string][] = [
    ['devices', `${devices}`],
    ['seconds', seconds.toFixed(1)],
    ['sent', `${sent}`],
    ['acknowledged', `${acknowledged}`],
    ['repeated', `${repeated}`],
    ['lost', `${lost}`],
    ['connections', `${connects} made, ${disconnects} lost, ${refusals} refused at login`],
    ['latency', `p50 ${msText(latencyMs.p50)}, p90 ${msText(latencyMs.p90)}, p99 ${msText(latencyMs.p99)}`],
  ];
  const advice =
    acknowledged === 0 && refusals > 0
      ? 'The gateway knows none of these trackers: register them (--imeis lists them), or run it with --unknown-trackers accept.\n'
      : '';
  return rows.map(([name, value]) => `${name.padEnd(13)} ${value}\n`).join('') + advice;
}

function msText(ms: number | null): string {
  return ms === null ? '-' : `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
}

export const REPLAY: Command = {
  usage: 'replay FILE... [--to HOST:PORT] [--speed N]',
  summary: 'play recorded talks into a gateway and compare its answers byte for byte',
  options: {
    to: { value: 'HOST:PORT', meaning: "the gateway (default one of its own, with the talk's clock)" },
    speed: { value: 'N', meaning: '1 = as recorded, 10 = ten times faster (default as fast as it goes)' },
  },
  operandsMin: 1,
  operandsMax: 10_000,
  notes: "Against a running gateway the time in a GT06 time answer is not compared: its clock is not the talk's.",
  async run(given, host) {
    const to = optionValue(given, 'to', unless('none', address), 'none');
    const speed = optionValue(given, 'speed', unless('none', decimal(0.001, 1_000_000)), 'none');
    let different = 0;
    for (const path of given.operands) {
      const talk = readTalk(path);
      const play = (place: { host: string; port: number }): Promise<ReplayResult> =>
        replay(talk, { ...place, speed, isClockPinned: to === null, patienceMs: REPLAY_PATIENCE_MS, stopwatch });
      const result = to === null ? await replayAlone(talk, play) : await play(to);
      host.write(resultText(path, result));
      different += result.difference === null ? 0 : 1;
    }
    return different === 0 ? 0 : 1;
  },
};

const REPLAY_PATIENCE_MS = 5000;

function readTalk(path: string): Talk {
  try {
    return parseTalk(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof TalkError) throw new UsageError([`${path} ${error.message}`]);
    throw error;
  }
}

function replayAlone(
  talk: Talk,
  play: (place: { host: string; port: number }) => Promise<ReplayResult>,
): Promise<ReplayResult> {
  const clock = pinnedClock(talk.clockMs ?? systemClock());
  const settings = { 'unknown-trackers': 'accept' } as const;
  return onTemporaryGateway({ settings, clock, log: silentLog() }, (served) => play(trackerPort(served)));
}

function resultText(path: string, { said, answered, difference }: ReplayResult): string {
  if (difference === null) return `${path}: ${said} said, ${answered} answered as recorded\n`;
  return `${path} ${difference}\n`;
}
