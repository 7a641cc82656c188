/** Builds the field-by-field explanation of a frame: fields follow each other without gaps, from the first byte to the last. */
import type { Field } from '../protocol.ts';

export class Fields {
  readonly bytes: Buffer;
  readonly #fields: Field[] = [];
  #at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Where the next field begins. */
  get at(): number {
    return this.#at;
  }

  /**
   * The next `length` bytes are `name`; `read` says what their value is, given where they begin.
   * False where the frame ends earlier: then what is left is told as cut off.
   */
  take(length: number, name: string, read: (at: number) => string): boolean {
    const end = this.#at + length;
    if (end > this.bytes.length) {
      this.rest(`${name}, cut off`, this.bytes.length);
      return false;
    }
    if (length > 0) this.#fields.push({ start: this.#at, end, name, value: read(this.#at) });
    this.#at = end;
    return true;
  }

  /** Everything up to `end`, in hex. */
  rest(name: string, end: number): void {
    if (end <= this.#at) return;
    this.#fields.push({ start: this.#at, end, name, value: this.bytes.toString('hex', this.#at, end) });
    this.#at = end;
  }

  /** The explanation, with what nobody has named as a field of its own. */
  done(): readonly Field[] {
    this.rest('not understood', this.bytes.length);
    return this.#fields;
  }
}
