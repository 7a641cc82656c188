/** What every protocol's `decode` hands out: messages whose attributes are read only when somebody looks. */
import type { Attributes, Malformed, MalformedCode, Message, MessageKind, PositionRecord } from '../protocol.ts';

const NO_ATTRIBUTES: Attributes = Object.freeze({});
const NO_RECORDS: readonly PositionRecord[] = Object.freeze([]);

interface MessageParts {
  readonly kind: MessageKind;
  readonly type?: number;
  readonly imei?: string;
  readonly records?: readonly PositionRecord[];
  /** Reads the attributes from the frame; may run more than once. */
  readonly attributes?: () => Attributes;
  readonly commandId?: number | null;
}

class DecodedMessage implements Message {
  readonly kind: MessageKind;
  readonly type: number | null;
  readonly imei: string | null;
  readonly records: readonly PositionRecord[];
  readonly commandId: number | null;
  readonly #attributes: (() => Attributes) | undefined;

  constructor(parts: MessageParts) {
    this.kind = parts.kind;
    this.type = parts.type ?? null;
    this.imei = parts.imei ?? null;
    this.records = parts.records ?? NO_RECORDS;
    this.commandId = parts.commandId ?? null;
    this.#attributes = parts.attributes;
  }

  get attributes(): Attributes {
    return this.#attributes === undefined ? NO_ATTRIBUTES : this.#attributes();
  }
}

export function message(parts: MessageParts): Message {
  return new DecodedMessage(parts);
}

/** The checksum was right: the frame is kept and answered, so that the device goes on. */
export function unreadable(code: MalformedCode, text: string): Malformed {
  return { kind: 'malformed', code, message: text, isGenuine: true };
}

/** Not to be trusted: dropped, and not answered. */
export function refused(code: MalformedCode, text: string): Malformed {
  return { kind: 'malformed', code, message: text, isGenuine: false };
}
