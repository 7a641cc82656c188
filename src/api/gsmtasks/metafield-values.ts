/** Values of metafields, by `namespace:key`. Any key of that form may be used: definitions say how it is shown. */
import { type FieldReader, unfit } from '../rest/fields.ts';

/** Of a namespace, and of a key in it. */
export const NAME_FORM = /^[a-z0-9_]{1,20}$/;
const KEY_FORM = /^[a-z0-9_]{1,20}:[a-z0-9_]{1,20}$/;
const KEYS_MAX = 200;
const CHARACTERS_MAX = 20_000;

export const metafieldValues: FieldReader<Readonly<Record<string, unknown>>> = {
  schema: { type: 'object', maxProperties: KEYS_MAX },
  read(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return unfit(value, 'an object');
    const keys = Object.keys(value);
    if (keys.length > KEYS_MAX) return { faults: [`Expected at most ${KEYS_MAX} keys, received ${keys.length}.`] };
    const odd = keys.find((key) => !KEY_FORM.test(key));
    if (odd !== undefined) return { faults: [`Expected keys such as gsmtasks:floor, received ${odd.slice(0, 60)}.`] };
    const { length } = JSON.stringify(value);
    if (length > CHARACTERS_MAX) {
      return { faults: [`Expected at most ${CHARACTERS_MAX} characters of JSON, received ${length}.`] };
    }
    return { value: value as Readonly<Record<string, unknown>> };
  },
};
