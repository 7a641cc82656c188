/** Positions in GSMtasks' words: a phone's as it said them, a device's as far as it says the same. */
import type { TimeLocation } from '../../operations/time-locations.ts';
import type { ShownFix } from '../../operations/tracks.ts';
import { instantText, pointWire } from '../rest/wire.ts';
import type { Links } from './links.ts';

export const MOTION_STATES = ['unknown', 'stopped', 'moving'] as const;

type MotionState = (typeof MOTION_STATES)[number];

/** Of devices that do not say whether they move: slower is standing, as receivers wander. */
const MOVING_KMH_MIN = 5;

/** What is said of a position besides where and when. Metres, km/h, degrees. */
export function motionWire({ position, protocol }: ShownFix): Record<string, unknown> {
  const { altitudeM, speedKmh, courseDeg, attributes, io } = position;
  const isPhone = protocol === 'points';
  const { batteryLevel } = attributes;
  return {
    state: motionState(position),
    heading: isPhone ? wholeOrNull(io['heading']) : Math.round(courseDeg),
    speed: wholeOrNull(speedKmh),
    altitude: wholeOrNull(altitudeM),
    accuracy: isPhone ? wholeOrNull(io['accuracy']) : null,
    battery_level: batteryText(isPhone ? io['battery'] : typeof batteryLevel === 'number' ? batteryLevel / 100 : null),
  };
}

function motionState({ attributes, io, speedKmh }: ShownFix['position']): MotionState {
  const said = MOTION_STATES.find((state) => state === io['state']);
  if (said !== undefined) return said;
  const { motion } = attributes;
  if (typeof motion === 'boolean') return motion ? 'moving' : 'stopped';
  if (speedKmh === null) return 'unknown';
  return speedKmh >= MOVING_KMH_MIN ? 'moving' : 'stopped';
}

function wholeOrNull(value: unknown): number | null {
  return typeof value === 'number' ? Math.round(value) : null;
}

function batteryText(share: unknown): string | null {
  return typeof share === 'number' ? share.toFixed(3) : null;
}

export function timeLocationWire({ uuid, fix }: TimeLocation, userUuid: string, links: Links): object {
  const { position, receivedMs, protocol } = fix;
  const { io, attributes } = position;
  return {
    id: uuid,
    url: links('time_locations', uuid),
    user: links('users', userUuid),
    source: protocol,
    time: instantText(position.timeMs),
    location: pointWire(position),
    ...motionWire(fix),
    is_moving: typeof attributes['motion'] === 'boolean' ? attributes['motion'] : null,
    event: textOf(io['event']),
    activity_type: textOf(io['activity']),
    created_at: instantText(receivedMs),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function featureOf(geometry: object, id: string, properties: object): object {
  return { type: 'Feature', id, geometry, properties };
}

export function collectionOf(features: readonly object[]): object {
  return { type: 'FeatureCollection', features };
}

export function timeLocationFeature(location: TimeLocation, userUuid: string, links: Links): object {
  const { location: geometry, ...properties } = timeLocationWire(location, userUuid, links) as {
    readonly location: object;
  };
  return featureOf(geometry, location.uuid, { model: 'time_location', ...properties });
}
