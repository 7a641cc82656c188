import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldValue, FormField } from '../../src/model/form.ts';
import type { FormFile } from '../../src/model/form-file.ts';
import { type GivenValue, judgeValues } from '../../src/model/form-values.ts';

const TODAY = '2026-03-01';
const HEAD = { id: 'f', label: 'F', description: '', isRequired: false };

function file(id: number, part: Partial<FormFile> = {}): FormFile {
  return {
    ...{
      id,
      taskId: 1,
      formMs: 0,
      fieldId: 'f',
      key: '',
      name: 'a.png',
      bytes: 1,
      mimeType: 'image/png',
      metadata: null,
    },
    ...{ state: 'uploaded', createdMs: 0, uploadedMs: 0, expiresMs: 0 },
    ...part,
  };
}

const FILES = new Map([
  [1, file(1)],
  [2, file(2)],
  [3, file(3, { state: 'created', mimeType: null })],
  [4, file(4, { mimeType: 'application/pdf' })],
  [5, file(5, { fieldId: 'other' })],
  [6, file(6, { state: 'deleted' })],
]);

function codes(field: FormField, value: GivenValue | undefined): string[] {
  const given = value === undefined ? {} : { f: value };
  const judged = judgeValues([field], given, { today: TODAY, files: FILES });
  return judged.kind === 'values' ? [] : judged.faults.map(({ code }) => code);
}

const text: FormField = { ...HEAD, kind: 'text', minLength: 2, maxLength: 5 };
const boxes: FormField = { ...HEAD, kind: 'checkbox_group', options: ['a', 'b', 'c'], minChecked: 2, maxChecked: 2 };
const drop: FormField = { ...HEAD, kind: 'dropdown', options: ['a', 'b'] };
const radio: FormField = { ...HEAD, kind: 'radio_group', options: ['a', 'b'] };
const day: FormField = { ...HEAD, kind: 'date', isFutureRefused: false, isPastRefused: false };
const rating: FormField = { ...HEAD, kind: 'rating', maxStars: 5 };
const files: FormField = { ...HEAD, kind: 'file', minBytes: 0, maxBytes: 10, extensions: null };
const photo: FormField = { ...HEAD, kind: 'photo', maxFiles: 2 };
const signature: FormField = { ...HEAD, kind: 'signature' };
const separator: FormField = { ...HEAD, kind: 'separator' };

const required = <F extends FormField>(field: F): F => ({ ...field, isRequired: true });
const words = (value: string): FieldValue => ({ kind: 'text', text: value });
const checked = (...values: boolean[]): FieldValue => ({ kind: 'checkbox_group', checked: values });

describe('a value', () => {
  it.each<[string, FormField, GivenValue | undefined, string[]]>([
    ['a text that fits', text, words('abc'), []],
    ['a text of the least length', text, words('ab'), []],
    ['a text of the greatest length', text, words('abcde'), []],
    ['a text too short', text, words('a'), ['size']],
    ['a text too long', text, words('abcdef'), ['size']],
    ['an empty text where none is required', text, words(''), []],
    ['an empty text where one is required', required(text), words(''), ['required']],
    ['nothing where none is required', text, undefined, []],
    ['nothing where a text is required', required(text), undefined, ['required']],
    ['null', text, null, ['null']],
    ['null where one is required', required(text), null, ['null']],
    ['what nobody can read', text, 'unreadable', ['wrong_type']],
    ['a text for a rating', rating, words('5'), ['wrong_type']],
    ['as many boxes as asked', boxes, checked(true, true, false), []],
    ['too few boxes', boxes, checked(true, false, false), ['below_minimum']],
    ['too many boxes', boxes, checked(true, true, true), ['above_maximum']],
    ['no box where none is required', boxes, checked(false, false, false), []],
    ['no box where some are required', required(boxes), checked(false, false, false), ['required']],
    ['boxes that are not there', boxes, checked(true, true), ['size']],
    ['the first option', drop, { kind: 'dropdown', index: 0 }, []],
    ['the last option', radio, { kind: 'radio_group', index: 1 }, []],
    ['an option beyond the last', drop, { kind: 'dropdown', index: 2 }, ['index']],
    ['an option before the first', radio, { kind: 'radio_group', index: -1 }, ['index']],
    ['an option of the other type', radio, { kind: 'dropdown', index: 0 }, ['wrong_type']],
    ['any day', day, { kind: 'date', day: '1999-12-31' }, []],
    ['a past day', { ...day, isPastRefused: true }, { kind: 'date', day: '2026-02-28' }, ['below_minimum']],
    ['a future day', { ...day, isFutureRefused: true }, { kind: 'date', day: '2026-03-02' }, ['above_maximum']],
    ['today', { ...day, isFutureRefused: true, isPastRefused: true }, { kind: 'date', day: TODAY }, []],
    ['one star', rating, { kind: 'rating', stars: 1 }, []],
    ['no star', rating, { kind: 'rating', stars: 0 }, ['below_minimum']],
    ['six of five stars', rating, { kind: 'rating', stars: 6 }, ['above_maximum']],
    ['files', files, { kind: 'file', fileIds: [1, 4] }, []],
    ['no files where some are required', required(files), { kind: 'file', fileIds: [] }, ['required']],
    ['seven files', files, { kind: 'file', fileIds: [1, 2, 3, 4, 5, 6, 7] }, ['size']],
    ['a file twice', files, { kind: 'file', fileIds: [1, 1] }, ['reference']],
    ['a file that is not there', files, { kind: 'file', fileIds: [9] }, ['reference']],
    ['a file of another field', files, { kind: 'file', fileIds: [5] }, ['reference']],
    ['a file that is not uploaded', files, { kind: 'file', fileIds: [3] }, ['file_state']],
    ['a file that is gone', files, { kind: 'file', fileIds: [6] }, ['file_state']],
    ['photos', photo, { kind: 'photo', fileIds: [1, 2] }, []],
    ['too many photos', photo, { kind: 'photo', fileIds: [1, 2, 4] }, ['size']],
    ['a photo that is none', photo, { kind: 'photo', fileIds: [4] }, ['file_type']],
    ['a signature', required(signature), { kind: 'signature', fileId: 1 }, []],
    ['a signature that is no image', signature, { kind: 'signature', fileId: 4 }, ['file_type']],
    ['no signature where one is required', required(signature), undefined, ['required']],
    ['a separator', required(separator), undefined, []],
    ['a value for a separator', separator, words('x'), ['wrong_type']],
  ])('%s', (_name, field, value, expected) => {
    expect(codes(field, value)).toEqual(expected);
  });

  it('of a field that the form has not is a reference to nothing', () => {
    const judged = judgeValues([text], { g: words('x') }, { today: TODAY, files: FILES });
    expect(judged).toMatchObject({ kind: 'faulty_values', faults: [{ fieldId: 'g', code: 'reference' }] });
  });

  it('that is inherited is none', () => {
    const judged = judgeValues([{ ...required(text), id: 'toString' }], {}, { today: TODAY, files: FILES });
    expect(judged).toMatchObject({ faults: [{ fieldId: 'toString', code: 'required' }] });
  });
});

const fields = [text, boxes, drop, radio, day, rating, files, photo, signature, separator];
const anyValue: fc.Arbitrary<GivenValue> = fc.oneof(
  fc.constant(null),
  fc.constant('unreadable' as const),
  fc.string({ maxLength: 8 }).map(words),
  fc.array(fc.boolean(), { maxLength: 4 }).map((values) => checked(...values)),
  fc.record({ kind: fc.constantFrom('dropdown', 'radio_group'), index: fc.integer({ min: -1, max: 3 }) }),
  fc.record({ kind: fc.constant('date' as const), day: fc.constantFrom('2026-02-01', TODAY, '2027-01-01') }),
  fc.record({ kind: fc.constant('rating' as const), stars: fc.integer({ min: -1, max: 7 }) }),
  fc.record({
    kind: fc.constantFrom('file', 'photo'),
    fileIds: fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 7 }),
  }),
  fc.record({ kind: fc.constant('signature' as const), fileId: fc.integer({ min: 1, max: 7 }) }),
);

it('what is taken is filled in field by field, and judged again it is taken as it is', () => {
  const anyForm = fc.array(
    fc.record({
      field: fc.constantFrom(...fields),
      isRequired: fc.boolean(),
      value: fc.option(anyValue, { nil: undefined }),
    }),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(anyForm, (asked) => {
      const form = asked.map(({ field, isRequired }, i) => ({ ...field, id: `f${i}`, isRequired }));
      const given = Object.fromEntries(
        asked.flatMap(({ value }, i) => (value === undefined ? [] : [[`f${i}`, value]])),
      );
      const ours = new Map(
        form.flatMap((field, i) =>
          [...FILES.values()].map((f) => {
            return [f.id + 10 * i, { ...f, id: f.id + 10 * i, fieldId: field.id }] as const;
          }),
        ),
      );
      const rules = { today: TODAY, files: ours };
      const judged = judgeValues(form, given, rules);
      if (judged.kind === 'faulty_values') {
        expect(judged.faults.length).toBeGreaterThan(0);
        return;
      }
      for (const [id, value] of Object.entries(judged.values)) {
        expect(value.kind).toBe(form.find((field) => field.id === id)?.kind);
      }
      for (const { id, isRequired, kind } of form) {
        if (isRequired && kind !== 'separator') expect(judged.values).toHaveProperty(id);
      }
      expect(judgeValues(form, judged.values, rules)).toEqual(judged);
    }),
    { numRuns: 500 },
  );
});
