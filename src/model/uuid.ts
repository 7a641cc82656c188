/** Names that follow from what they name (RFC 9562): made again, they are the same. */

/** Of the first 16 bytes of a digest: version 5 for SHA-1, 8 for any other. The digest is not changed. */
export function uuidFrom(digest: Uint8Array, version: 5 | 8): string {
  const bytes = digest.slice(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The UUID that stands beside another one; the one beside that is the first again. */
export function siblingOf(uuid: string): string {
  const last = Number.parseInt(uuid.slice(-1), 16) ^ 1;
  return uuid.slice(0, -1) + last.toString(16);
}
