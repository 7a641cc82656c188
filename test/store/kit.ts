/** What the store's tests share: a directory of their own, plain values, and frames from the device ends. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import * as gt06 from '../../protocols/gt06/device.ts';
import { protocolNamed } from '../../protocols/index.ts';
import { ANY_DEVICE, type DeviceProfile } from '../../protocols/protocol.ts';
import { encodeRecords } from '../../protocols/teltonika/device.ts';
import type { RowChanges } from '../../src/model/command.ts';
import { type Fix, judgeFix } from '../../src/model/fix.ts';
import { FIRST_ATTEMPT, type Task, type TaskFacts } from '../../src/model/task.ts';
import type { Tracker } from '../../src/model/tracker.ts';
import { openStore, type StoreOptions } from '../../src/store/open.ts';
import type { Batch, FrameRecord, Store } from '../../src/store/store.ts';

export const T0 = Date.UTC(2026, 4, 1, 8);
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** In memory where the system has a place for that: most of the time would go into syncing, which proves nothing here. */
export const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A directory that is gone when the test is over. */
export function testDirectory(): string {
  const directory = mkdtempSync(join(PLACE, 'milepost-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function testStore(options: Partial<StoreOptions> = {}): Store {
  const store = openStore({ directory: testDirectory(), ...options });
  onTestFinished(() => store.close());
  return store;
}

const NO_ROWS: RowChanges = {
  trackers: [],
  routes: [],
  createdTasks: [],
  editedTasks: [],
  judgedTasks: [],
  foundTasks: [],
  deviceCommands: [],
};

export function batch(part: Partial<Omit<Batch, 'rows'>> & { readonly rows?: Partial<RowChanges> }): Batch {
  return { frames: [], events: [], clockMs: T0, ...part, rows: { ...NO_ROWS, ...part.rows } };
}

export function tracker(id: number, part: Partial<Tracker> = {}): Tracker {
  return {
    id,
    uuid: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    label: `Tracker ${id}`,
    imei: String(350_000_000_000_000 + id),
    model: null,
    timeZone: 'utc',
    isBlocked: false,
    createdMs: T0,
    ...part,
  };
}

export const NEW_FACTS: TaskFacts = {
  state: 'assigned',
  statusMs: T0,
  arrivalMs: null,
  completionMs: null,
  stayMs: 0,
  issues: [],
  isLate: false,
  isFaulty: false,
  closer: null,
  isSettled: false,
};

export function task(id: number, part: Partial<Task> = {}): Task {
  return {
    id,
    uuid: `10000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    dialect: 'navixy',
    createdMs: T0,
    deletedMs: null,
    text: {
      label: `Task ${id}`,
      description: 'Bring the "crate" — 5 × 3 \u0000 kg',
      externalId: null,
      address: 'Quay 4',
      tags: [],
      origin: 'manual',
      extra: {},
    },
    terms: {
      zone: { latDeg: 59.437, lonDeg: 24.7536, radiusM: 150 },
      fromMs: T0,
      toMs: T0 + HOUR,
      maxDelayMs: 0,
      minStayMs: 0,
      minArrivalMs: 0,
      isFormRequired: false,
      isFormInZone: false,
    },
    tenure: { trackerId: 1, givenMs: -Infinity, assignedMs: T0 },
    attempt: FIRST_ATTEMPT,
    facts: NEW_FACTS,
    checkpoint: null,
    ...part,
  };
}

export interface Spec {
  readonly timeMs: number;
  readonly hasPosition: boolean;
}

/** A frame of one tracker as the line would hand it in, made by the device's own encoder. */
export function frameOf(
  trackerId: number,
  specs: readonly Spec[],
  part: { receivedMs?: number; protocol?: 'teltonika' | 'gt06'; mask?: readonly boolean[]; salt?: number } = {},
): FrameRecord {
  const { receivedMs = T0, protocol = 'teltonika', salt = 0 } = part;
  const raw = protocol === 'teltonika' ? teltonikaFrame(specs, salt) : gt06Frame(specs[0], salt);
  const fixes = decoded(protocol, raw, receivedMs);
  const mask = fixes.map((_, i) => part.mask?.[i] ?? true);
  const kept = fixes.filter((_, i) => mask[i]);
  return {
    trackerId,
    receivedMs,
    protocol,
    raw,
    timesMs: kept.map(({ position }) => position.timeMs),
    kept: mask.includes(false) ? mask : null,
    hasValidFix: kept.some(({ invalidity }) => invalidity === null),
  };
}

function teltonikaFrame(specs: readonly Spec[], salt: number): Buffer {
  return encodeRecords(
    0x08,
    specs.map(({ timeMs, hasPosition }, i) => ({
      timeMs,
      latDeg: 59.4,
      lonDeg: 24.7 + salt / 1000,
      altitudeM: i,
      speedKmh: 50,
      courseDeg: 90,
      satellites: hasPosition ? 9 : 0,
    })),
  );
}

function gt06Frame(spec: Spec | undefined, salt: number): Buffer {
  if (spec === undefined) return gt06.encodeHeartbeat({ voltageLevel: 4, gsm: 3 }, salt);
  const timeMs = Math.floor(spec.timeMs / 1000) * 1000;
  return gt06.encodeLocation(
    {
      timeMs,
      latDeg: 59.4,
      lonDeg: 24.7,
      satellites: 9,
      speedKmh: salt,
      courseDeg: 90,
      hasPosition: spec.hasPosition,
    },
    1,
  );
}

/**
 * A GT06 position as its line hands it in when its clock is `clock` minutes ahead of UTC and is read as being `readAs`
 * minutes ahead.
 */
export function localFrame(
  trackerId: number,
  timeMs: number,
  part: { clock: number; readAs: number; receivedMs?: number; hasPosition?: boolean; salt?: number },
): FrameRecord {
  const { clock, readAs, receivedMs = timeMs, hasPosition = true, salt = 0 } = part;
  const raw = gt06Frame({ timeMs: timeMs + clock * MINUTE, hasPosition }, salt);
  const fixes = decoded('gt06', raw, receivedMs, { model: null, clockAheadMinutes: readAs });
  return {
    trackerId,
    receivedMs,
    protocol: 'gt06',
    raw,
    timesMs: fixes.map(({ position }) => position.timeMs),
    kept: null,
    hasValidFix: fixes.some(({ invalidity }) => invalidity === null),
    clockAheadMinutes: readAs,
  };
}

export function decoded(protocol: string, raw: Buffer, receivedMs: number, profile: DeviceProfile = ANY_DEVICE): Fix[] {
  const message = protocolNamed(protocol).decode(raw, profile);
  if (message.kind === 'malformed') throw new Error(message.message);
  return message.records.map((record) => judgeFix(record, receivedMs));
}
