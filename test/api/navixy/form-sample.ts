/** A template with every type of field, as clients write it, and what it may be filled in with. */

export const FIELDS = [
  { id: 'Sep', label: 'Receipt', type: 'separator' },
  {
    id: 'Text-1',
    label: 'Name',
    description: 'Your full name',
    required: true,
    type: 'text',
    min_length: 5,
    max_length: 255,
  },
  {
    id: 'Check',
    label: 'Extras',
    type: 'checkbox_group',
    min_checked: 1,
    max_checked: 2,
    group: [{ label: 'Wrapped' }, { label: 'Insured' }, { label: 'Fragile' }],
  },
  { id: 'Drop', label: 'Who', type: 'dropdown', options: [{ label: 'John' }, { label: 'Alice' }] },
  { id: 'Radio', label: 'Paid', type: 'radio_group', options: [{ label: 'Yes' }, { label: 'No' }] },
  { id: 'Day', label: 'When', type: 'date', disable_future: true },
  { id: 'Stars', label: 'How', type: 'rating', max_stars: 5 },
  {
    id: 'File',
    label: 'Papers',
    type: 'file',
    max_file_size: 1000,
    min_file_size: 3,
    allowed_extensions: ['PDF', 'txt'],
  },
  { id: 'Photo', label: 'Proof', type: 'photo', max_files: 2 },
  { id: 'Sign', label: 'Signed', type: 'signature' },
] as const;

export const TEMPLATE = { label: 'Order form', fields: FIELDS, submit_in_zone: false, default: false };

export const VALUES = {
  'Text-1': { type: 'text', value: 'John Doe' },
  Check: { type: 'checkbox_group', values: [true, false, true] },
  Drop: { type: 'dropdown', value_index: 1 },
  Radio: { type: 'radio_group', value_index: 0 },
  Day: { type: 'date', value: '2026-03-01' },
  Stars: { type: 'rating', value: 4 },
};

/** The smallest PNG there is: one pixel, black, with its alpha. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
