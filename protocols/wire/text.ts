/** Text that devices send: usually ASCII, sometimes padded, sometimes not text at all. */

/** The bytes as text if every one is printable or white space, else as hex; zero padding at the end is cut. */
export function printableText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8').replace(/\0+$/, '');
  return isPrintable(text) ? text.trim() : Buffer.from(bytes).toString('hex');
}

function isPrintable(text: string): boolean {
  return /^[\t\n\r\P{Cc}]*$/u.test(text) && !text.includes('\ufffd');
}
