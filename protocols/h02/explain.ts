/** One frame for people: a text at its commas, a binary frame by its table. */
import type { Field } from '../protocol.ts';
import { u32 } from '../wire/bytes.ts';
import { Fields } from '../wire/fields.ts';
import { isBinary } from './decode.ts';
import { columnsOf } from './layout.ts';
import { readSentence } from './sentence.ts';
import { statusWords } from './status.ts';
import { nameOf } from './text.ts';

/** The maker's status is the same word in both forms. */
const STATUS = 'vehicle status';

export function explain(frame: Buffer): readonly Field[] {
  const fields = new Fields(frame);
  if (isBinary(frame)) explainBinary(fields);
  else explainText(fields);
  return fields.done();
}

function explainBinary(fields: Fields): void {
  const { bytes } = fields;
  for (const { name, bytes: length, words } of columnsOf(bytes)) {
    const read = name === STATUS ? (at: number) => statusWords(u32(bytes, at)) : (at: number) => words(bytes, at);
    if (!fields.take(length, name, read)) return;
  }
}

/** Each field with the comma before it. */
function explainText(fields: Fields): void {
  const sentence = readSentence(fields.bytes);
  if (sentence === null) return;
  const { maker, id, kind } = sentence;
  fields.take(1 + maker.length, 'maker', () => maker);
  fields.take(1 + id.length, 'id', () => (id === '' ? 'left out' : id));
  fields.take(1 + kind.length, 'kind', () => kind);
  for (const [at, text] of sentence.fields.entries()) {
    const name = nameOf(sentence, at) ?? 'not read';
    const isStatus = name === STATUS && /^[0-9a-f]{8}$/i.test(text);
    fields.take(1 + text.length, name, () => (isStatus ? statusWords(Number.parseInt(text, 16)) : text));
  }
  fields.take(fields.bytes.length - fields.at, 'end', (at) => JSON.stringify(fields.bytes.toString('latin1', at)));
}
