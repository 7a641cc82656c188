/** A point of a phone, and the frame that it is kept as: its JSON text, always in this order, so that the same is the same. */

/** What is absent was not said. */
export interface Point {
  /** By the phone's clock, integer ms since 1970 UTC. */
  readonly time: number;
  /** WGS84 degrees. */
  readonly lat: number;
  readonly lon: number;
  /** Metres. */
  readonly altitude?: number;
  /** km/h. */
  readonly speed?: number;
  /** Degrees from north, clockwise. */
  readonly heading?: number;
  /** Metres around it. */
  readonly accuracy?: number;
  /** 0 empty, 1 full. */
  readonly battery?: number;
  readonly state?: string;
  readonly isMoving?: boolean;
  /** What made the phone send it, and what its owner is doing, in its own words. */
  readonly event?: string;
  readonly activity?: string;
}

export type PointMember = keyof Point;

/** Type of each member, in the order of the frame. */
export const MEMBERS: Readonly<Record<PointMember, 'number' | 'string' | 'boolean'>> = {
  time: 'number',
  lat: 'number',
  lon: 'number',
  altitude: 'number',
  speed: 'number',
  heading: 'number',
  accuracy: 'number',
  battery: 'number',
  state: 'string',
  isMoving: 'boolean',
  event: 'string',
  activity: 'string',
};

export const MEMBER_NAMES = Object.keys(MEMBERS) as readonly PointMember[];

export function encodePoint(point: Point): Buffer {
  const said = MEMBER_NAMES.filter((name) => point[name] !== undefined).map((name) => [name, point[name]] as const);
  return Buffer.from(JSON.stringify(Object.fromEntries(said)));
}
