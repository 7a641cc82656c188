/**
 * Commands to devices through the real program and real connections, with the program killed at every stage in between.
 * The devices count what they hear.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceLink, FleetTally } from '../../src/sim/device-link.ts';
import { imeiOf } from '../../src/sim/fleet.ts';
import { between, seededRandom } from '../../src/sim/random.ts';
import { SPEECH_NAMES, type SpeechName, speechOf } from '../../src/sim/speeches.ts';
import { SEED } from './crash-run.ts';
import { ask, type Gateway, kill, pause, startGateway, until } from './program.ts';

const PATIENCE = { answerMs: 1500, backoffMsMin: 20, backoffMsMax: 200 };
const KILLS = Number(process.env['PROOF_KILLS'] ?? 3);
/** How long an answer is waited for: by far long enough, or where nothing comes and that is to be seen. */
const LONG = '2m';
const SHORT = '3s';
/** Beyond every command. */
const FAR_ID = 999_999_999;
const TEST_MS_MAX = 60_000;

interface Command {
  readonly id: number;
  readonly text: string;
  readonly state: string;
  readonly sentAt: string | null;
  readonly closedAt: string | null;
  readonly answer: string | null;
}

interface Page {
  readonly commands: readonly Command[];
  readonly hasMore: boolean;
}

/** How a device takes a command. */
type Obey = (text: string, answer: (text: string) => void) => void;

/** A tracker with its device, which is not connected yet, and what that has heard. */
interface Party {
  readonly trackerId: number;
  readonly device: DeviceLink;
  readonly heard: string[];
}

let directory: string;
let gateway: Gateway;
let answerWithin: string;
let parties: Party[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'milepost-commands-'));
  parties = [];
});
afterEach(async () => {
  for (const { device } of parties) device.stop();
  await kill(gateway.process, 'SIGKILL');
  rmSync(directory, { recursive: true });
});

async function start(former?: Gateway): Promise<void> {
  // As many may wait as the kills leave behind.
  const settings = ['--commands-answer-within', answerWithin, '--limits-queued-commands', '1000'];
  gateway = await startGateway(join(directory, 'data'), former, ...settings);
}

async function killAndStart(): Promise<void> {
  await kill(gateway.process, 'SIGKILL');
  await start(gateway);
}

/** A gateway, and one tracker of each protocol; `obeyOf` gives each device its manners. */
async function assemble(obeyOf: (name: SpeechName) => Obey, patience = LONG): Promise<void> {
  answerWithin = patience;
  await start();
  for (const [i, name] of SPEECH_NAMES.entries()) {
    const imei = imeiOf(1, i);
    const { id: trackerId } = await ask<{ id: number }>(gateway, '/api/trackers', { label: name, imei });
    const heard: string[] = [];
    const obey = obeyOf(name);
    const device = new DeviceLink({
      imei,
      speech: speechOf(name),
      host: '127.0.0.1',
      port: gateway.trackersPort,
      stopwatch: () => performance.now(),
      random: seededRandom(SEED),
      tally: new FleetTally(),
      patience: PATIENCE,
      commandOnHeard(text, answer) {
        heard.push(text);
        obey(text, answer);
      },
    });
    parties.push({ trackerId, device, heard });
  }
}

function startDevices(): void {
  for (const { device } of parties) device.start();
}

const obediently: Obey = (text, answer) => answer(`${text}: OK`);

/** The same with both trackers at once. */
function each<T>(act: (party: Party, index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(parties.map(act));
}

const queue = ({ trackerId }: Party, text: string) =>
  ask<Command>(gateway, `/api/trackers/${trackerId}/commands`, { text });
const read = ({ id }: Pick<Command, 'id'>) => ask<Command>(gateway, `/api/commands/${id}`);

async function becomes(command: Pick<Command, 'id'>, state: string): Promise<Command> {
  await until(`command ${command.id} is ${state}`, async () => (await read(command)).state === state);
  return read(command);
}

describe('a command, to a device of each protocol,', { timeout: TEST_MS_MAX }, () => {
  it('comes back answered, or refused in the words of the device', async () => {
    await assemble(() => (text, answer) => answer(text === 'bad' ? 'ERROR: unknown command' : `${text}: OK`));
    startDevices();
    await each(async (party) => {
      const [good, bad] = [await queue(party, 'getinfo'), await queue(party, 'bad')];
      expect(await becomes(good, 'answered')).toMatchObject({
        answer: 'getinfo: OK',
        sentAt: expect.any(String),
        closedAt: expect.any(String),
      });
      expect(await becomes(bad, 'refused')).toMatchObject({ answer: 'ERROR: unknown command', reason: null });
      expect(party.heard).toEqual(['getinfo', 'bad']);
    });
  });

  it('that was queued when the gateway was killed is sent once both are back', async () => {
    await assemble(() => obediently);
    const commands = await each((party) => queue(party, 'getinfo'));
    await killAndStart();
    for (const command of commands) expect(await read(command)).toMatchObject({ state: 'queued', sentAt: null });
    startDevices();
    await each(async ({ heard }, i) => {
      await becomes(commands[i]!, 'answered');
      expect(heard).toEqual(['getinfo']);
    });
  });

  it('that had left when the gateway was killed is not sent again, and its answer is still taken', async () => {
    const answers = new Map<SpeechName, (text: string) => void>();
    await assemble((name) => (_text, answer) => answers.set(name, answer));
    startDevices();
    const commands = await each((party) => queue(party, 'getinfo'));
    await until('both have heard it', () => answers.size === SPEECH_NAMES.length);
    await killAndStart();
    for (const command of commands) expect(await read(command)).toMatchObject({ state: 'sent', answer: null });
    await until('both are back', () => parties.every(({ device }) => device.isOnline));
    for (const answer of answers.values()) answer('late but true');
    await each(async ({ heard }, i) => {
      expect(await becomes(commands[i]!, 'answered')).toMatchObject({ answer: 'late but true' });
      expect(heard).toEqual(['getinfo']);
    });
  });

  it('that had left and is never answered is given up, and the next one is sent', async () => {
    await assemble(() => (text, answer) => text === 'second' && answer('second: OK'), SHORT);
    startDevices();
    const firsts = await each((party) => queue(party, 'first'));
    const seconds = await each((party) => queue(party, 'second'));
    await until('both have heard one', () => parties.every(({ heard }) => heard.length > 0));
    await killAndStart();
    await each(async ({ heard }, i) => {
      expect(await becomes(firsts[i]!, 'expired')).toMatchObject({ sentAt: expect.any(String), answer: null });
      await becomes(seconds[i]!, 'answered');
      expect(heard).toEqual(['first', 'second']);
    });
  });
});

it(`commands are heard once and none is lost while the gateway is killed ${KILLS} times, seed ${SEED}`, {
  timeout: TEST_MS_MAX + KILLS * 15_000,
}, async () => {
  const random = seededRandom(SEED);
  await assemble(() => obediently, SHORT);
  startDevices();
  const accepted: number[] = [];
  for (let n = 0; n < KILLS; n++) {
    const before = heardInAll();
    const orders = parties.flatMap((party) =>
      Array.from({ length: 8 }, (_, i) => queue(party, `order ${n}.${i}`)).map((order) =>
        // A request may die with the gateway.
        order.then(({ id }) => accepted.push(id)).catch(() => {}),
      ),
    );
    await until('the first of them has left', () => heardInAll() > before, { everyMs: 1 });
    await pause(between(random, 0, 40));
    await kill(gateway.process, 'SIGKILL');
    await Promise.all(orders);
    await start(gateway);
  }
  const known = await each((party) => whenAllClosed(party));
  expect(accepted.length).toBeGreaterThan(0);
  expect(known.flat().map(({ id }) => id)).toEqual(expect.arrayContaining(accepted));
});

function heardInAll(): number {
  return parties.reduce((sum, { heard }) => sum + heard.length, 0);
}

/** A tracker's commands once all have come to their end. */
async function whenAllClosed({ trackerId, heard }: Party): Promise<readonly Command[]> {
  const isClosed = ({ closedAt }: Command) => closedAt !== null;
  const withinMs = 30_000 + KILLS * 5_000;
  await until('all have come to their end', async () => (await allOf(trackerId)).every(isClosed), { withinMs });
  const commands = await allOf(trackerId);
  expect(heard.filter((text, i) => heard.indexOf(text) !== i)).toEqual([]);
  for (const { text, state, sentAt } of commands) {
    // One that was about to leave when the gateway died, or whose answer died with it, says so: it expires as sent.
    expect([text, state, sentAt !== null]).toEqual([text, state === 'expired' ? 'expired' : 'answered', true]);
    if (state === 'answered') expect(heard).toContain(text);
  }
  return commands;
}

async function allOf(trackerId: number): Promise<readonly Command[]> {
  const commands: Command[] = [];
  for (let before = FAR_ID, hasMore = true; hasMore; before = commands.at(-1)?.id ?? 0) {
    const page = await ask<Page>(gateway, `/api/trackers/${trackerId}/commands?before=${before}&limit=100`);
    commands.push(...page.commands);
    hasMore = page.hasMore;
  }
  return commands;
}
