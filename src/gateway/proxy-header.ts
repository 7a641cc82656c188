/**
 * The PROXY protocol, versions 1 and 2 (haproxy.org, "The PROXY protocol", 2020/03/05): before its own bytes a connection
 * says for whom a load balancer opened it. Pure, and of any number of bytes; whom to believe is decided elsewhere.
 */

export type ProxyHeader =
  /** The beginning of a header: more bytes will tell. */
  | { readonly kind: 'more' }
  /** The first `bytes` bytes are the header. `address` null = the balancer speaks for itself, or does not know for whom. */
  | { readonly kind: 'header'; readonly bytes: number; readonly address: string | null }
  | { readonly kind: 'none'; readonly message: string };

/** Section 2.1: the longest line, CRLF included. */
const LINE_BYTES_MAX = 107;
const LINE_BEGIN = Buffer.from('PROXY ');
/** Section 2.2. */
const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const VERSION_AT = 12;
const FAMILY_AT = 13;
const LENGTH_AT = 14;
const ADDRESSES_AT = 16;
/** Ours: addresses are up to 216 bytes, the rest is what balancers add. */
const REST_BYTES_MAX = 2_048;

const MORE: ProxyHeader = { kind: 'more' };

export function readProxyHeader(head: Buffer): ProxyHeader {
  if (beginsAs(head, SIGNATURE)) return head.length < SIGNATURE.length ? MORE : readBinary(head);
  if (beginsAs(head, LINE_BEGIN)) return head.length < LINE_BEGIN.length ? MORE : readLine(head);
  return none('expected a header of the PROXY protocol');
}

/** Whether the two are the same as far as both go. */
function beginsAs(head: Buffer, mark: Buffer): boolean {
  const length = Math.min(head.length, mark.length);
  return head.subarray(0, length).equals(mark.subarray(0, length));
}

function none(message: string): ProxyHeader {
  return { kind: 'none', message };
}

// Version 1: `PROXY TCP4 192.0.2.7 198.51.100.1 51234 5020\r\n`.

function readLine(head: Buffer): ProxyHeader {
  const end = head.subarray(0, LINE_BYTES_MAX).indexOf('\r\n');
  if (end === -1) return head.length < LINE_BYTES_MAX ? MORE : none(`a line of more than ${LINE_BYTES_MAX} bytes`);
  const bytes = end + 2;
  const line = head.toString('latin1', 0, end);
  if (/^PROXY UNKNOWN( |$)/.test(line)) return { kind: 'header', bytes, address: null };
  const [, family, source = ''] = LINE.exec(line) ?? [];
  const isAddress = family === 'TCP4' ? IPV4.test(source) : family === 'TCP6' && isIpv6(source);
  return isAddress ? { kind: 'header', bytes, address: source } : none(`line ${JSON.stringify(line)}`);
}

const LINE = /^PROXY (TCP4|TCP6) ([0-9a-fA-F:.]{2,45}) [0-9a-fA-F:.]{2,45} \d{1,5} \d{1,5}$/;
const OCTET = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);

function isIpv6(text: string): boolean {
  return text.includes(':') && URL.canParse(`http://[${text}]/`);
}

// Version 2: signature, version and command, family, length, addresses, additions.

const LOCAL = 0x20;
const PROXY = 0x21;
const TCP_OVER_4 = 0x11;
const TCP_OVER_6 = 0x21;
/** Source and destination, 4 or 16 bytes each, and two ports. */
const ADDRESS_BYTES: Readonly<Record<number, number>> = { [TCP_OVER_4]: 12, [TCP_OVER_6]: 36 };

function readBinary(head: Buffer): ProxyHeader {
  if (head.length < ADDRESSES_AT) return MORE;
  const command = head[VERSION_AT]!;
  const family = head[FAMILY_AT]!;
  const length = head.readUInt16BE(LENGTH_AT);
  if (command !== LOCAL && command !== PROXY) return none(`version and command 0x${command.toString(16)}`);
  if (length > REST_BYTES_MAX) return none(`${length} bytes behind the header, expected at most ${REST_BYTES_MAX}`);
  const bytes = ADDRESSES_AT + length;
  if (head.length < bytes) return MORE;
  const needed = ADDRESS_BYTES[family];
  // Section 2.2: what a receiver does not know it takes for the balancer's own connection.
  if (command === LOCAL || needed === undefined) return { kind: 'header', bytes, address: null };
  if (length < needed) return none(`${length} bytes of addresses, expected ${needed}`);
  return { kind: 'header', bytes, address: family === TCP_OVER_4 ? ipv4At(head) : ipv6At(head) };
}

function ipv4At(head: Buffer): string {
  return head.subarray(ADDRESSES_AT, ADDRESSES_AT + 4).join('.');
}

/** As the system writes it, so that one peer has one spelling. */
function ipv6At(head: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => head.readUInt16BE(ADDRESSES_AT + 2 * i).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
