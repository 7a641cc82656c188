/** The part of binary-parser that the layouts use. Its own types do not cover the ES module entry. */
declare module 'binary-parser' {
  export class Parser {
    endianness(order: 'big' | 'little'): this;
    uint8(name: string): this;
    uint16(name: string): this;
    uint32(name: string): this;
    uint64(name: string): this;
    int8(name: string): this;
    int16(name: string): this;
    int32(name: string): this;
    bit1(name: string): this;
    bit2(name: string): this;
    bit4(name: string): this;
    bit10(name: string): this;
    buffer(name: string, options: { length: number | string; formatter?: (bytes: Buffer) => unknown }): this;
    array(name: string, options: { type: Parser; length: number | string }): this;
    nest(name: string, options: { type: Parser }): this;
    parse(bytes: Buffer): unknown;
  }
}
