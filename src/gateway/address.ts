/** A peer's address in one spelling, so that it is counted once whichever way the system names it. */

const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/** `::ffff:192.0.2.1` is `192.0.2.1`; a link-local zone is not part of who the peer is. */
export function normalAddress(address: string): string {
  return address.replace(MAPPED, '').replace(/%.*$/, '').toLowerCase();
}
