/** A text frame taken apart at its commas: maker, id, kind, and the fields behind them. */

export interface Sentence {
  readonly maker: string;
  /** As sent: 10 digits as a rule, 15 where a device has an IMEI, empty in some firmware. */
  readonly id: string;
  readonly kind: string;
  readonly fields: readonly string[];
}

const ID = /^\d{10,15}$/;

/** null = it does not have that shape. */
export function readSentence(frame: Buffer): Sentence | null {
  const match = /^\*([A-Za-z]{2}),([^,#]*),([^,#]*)((?:,[^,#]*)*)#\s*$/.exec(frame.toString('latin1'));
  if (match === null) return null;
  const [, maker = '', id = '', kind = '', rest = ''] = match;
  return { maker, id, kind, fields: rest.split(',').slice(1) };
}

/** The id of a sentence if it is one, null if it is left out, undefined if it is none. */
export function idOf({ id }: Sentence): string | null | undefined {
  if (id === '') return null;
  return ID.test(id) ? id : undefined;
}
