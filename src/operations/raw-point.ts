/** What a file says of a point, before it is believed. Absent or '' = nothing; speed in km/h. */
export interface RawPoint {
  /** The place in the file, in words. */
  readonly where: string;
  readonly time?: unknown;
  readonly lat?: unknown;
  readonly lon?: unknown;
  readonly altitude?: unknown;
  readonly speed?: unknown;
  readonly course?: unknown;
}
