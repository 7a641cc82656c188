/**
 * One walk through the body of a frame: each part of its layout takes what is its own and names what it found. The same
 * parts decode and explain. Where a part does not fit the walk stops, and what is left stays raw: firmware differs in lengths.
 */
import { ANY_DEVICE, type Attributes, type DeviceProfile, type Field } from '../protocol.ts';
import { printableText } from '../wire/text.ts';
import { spaced, type Table } from './table.ts';

/** A part of a body: takes bytes from the walk. */
export type Part = (walk: Walk) => void;

type ValuesOf<T> = T extends Table<infer C> ? ReturnType<Table<C>['parse']> : never;
/** What a value means where that depends on more than itself. */
type Notes<T> = Partial<Record<keyof ValuesOf<T>, string>>;

export class Walk {
  readonly profile: DeviceProfile;
  /** What was found so far; later parts go before earlier ones. */
  readonly attributes: Attributes = {};
  /** Metres above the sea, where a part says so. */
  altitudeM: number | null = null;
  readonly #bytes: Buffer;
  readonly #fields: Field[] | null;
  #at: number;
  #end: number;
  #isStopped = false;

  /** Walks through bytes[start..end). `fields`: where what is seen is written down for people. */
  constructor(bytes: Buffer, start: number, end: number, profile = ANY_DEVICE, fields: Field[] | null = null) {
    this.profile = profile;
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#fields = fields;
  }

  /** Bytes that are not taken yet; 0 once a part did not fit. */
  get left(): number {
    return this.#isStopped ? 0 : this.#end - this.#at;
  }

  /** The next bytes, not taken yet. */
  get ahead(): Buffer {
    return this.#bytes.subarray(this.#at, this.#at + this.left);
  }

  /** Takes a table's bytes; null, and the end of the walk, where they are not there. */
  take<T extends Table>(layout: T, prefix = '', notes?: (values: ValuesOf<T>) => Notes<T>): ValuesOf<T> | null {
    if (this.left < layout.bytes) {
      this.stop();
      return null;
    }
    const values = layout.parse(this.#bytes.subarray(this.#at, this.#at + layout.bytes)) as ValuesOf<T>;
    if (this.#fields !== null) this.#tell(layout, values, prefix, notes?.(values) ?? {});
    else this.#at += layout.bytes;
    return values;
  }

  /** Takes bytes as text. */
  text(bytes: number, name: string): string {
    const text = printableText(this.#bytes.subarray(this.#at, this.#at + Math.min(bytes, this.left)));
    this.raw(bytes, name, text);
    return text;
  }

  /** Takes bytes that are not read any further. */
  raw(bytes: number, name: string, value?: string): void {
    const start = this.#at;
    const end = start + Math.min(bytes, this.left);
    if (end === start) return;
    this.#fields?.push({ start, end, name, value: value ?? this.#bytes.toString('hex', start, end) });
    this.#at = end;
  }

  /** A part that has the next bytes to itself: it cannot reach beyond them, and what it leaves of them is skipped. */
  within(bytes: number, name: string, part: Part): void {
    if (this.left < bytes) {
      this.stop();
      return;
    }
    const end = this.#end;
    this.#end = this.#at + bytes;
    part(this);
    this.#isStopped = false;
    this.raw(this.left, name);
    this.#end = end;
  }

  set(attributes: Attributes): void {
    Object.assign(this.attributes, attributes);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Writes down what no part took. */
  finish(): void {
    this.#isStopped = false;
    this.raw(this.left, 'not read');
  }

  #tell<T extends Table>(layout: T, values: ValuesOf<T>, prefix: string, notes: Notes<T>): void {
    for (const [name, column] of Object.entries(layout.columns)) {
      const start = this.#at;
      const end = start + column.bytes;
      const value = notes[name as keyof Notes<T>] ?? column.words((values as Record<string, unknown>)[name]);
      this.#fields?.push({ start, end, name: prefix + spaced(name), value });
      this.#at = end;
    }
  }
}
