import { expect, test } from 'vitest';
import { printableText } from '../../../protocols/wire/text.ts';

test.each([
  ['text is text', '4f4b', 'OK'],
  ['line ends at the end are cut', '4f4b0d0a', 'OK'],
  ['zero padding is cut', '4f4b0000', 'OK'],
  ['a line end inside stays', '610d0a62', 'a\r\nb'],
  ['other alphabets are text', 'd0b0', '\u0430'],
  ['control characters make it hex', '0103', '0103'],
  ['bytes that are no UTF-8 make it hex', 'ff41', 'ff41'],
  ['nothing is nothing', '', ''],
])('%s', (_, hex, text) => {
  expect(printableText(Buffer.from(hex, 'hex'))).toBe(text);
});
