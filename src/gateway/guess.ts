/**
 * What is it? A name for bytes that no protocol of the port takes, so that an operator sees why a device does not come up,
 * and what to do about it.
 */
import { detect, PROTOCOLS } from '../../protocols/index.ts';
import type { Protocol } from '../../protocols/protocol.ts';

export interface Guess {
  /** For the metrics. */
  readonly reason: string;
  /** For the operator. */
  readonly message: string;
}

interface Signature {
  readonly reason: string;
  /** Against the first bytes as text, those that are none as `<hh>`. */
  readonly pattern: RegExp;
  /** Completes "these are bytes of ...". */
  readonly what: string;
  /** Left out for tracker protocols: their devices have to be set to another one, or to go elsewhere. */
  readonly advice?: string;
}

const HEAD_BYTES = 256;

/** In this order: the first that fits. The comment is where the signature is from. */
const SIGNATURES: readonly Signature[] = [
  {
    // RFC 8446, section 5.1: a record of type handshake.
    reason: 'tls',
    pattern: /^<16><03><0[0-4]>/,
    what: 'TLS',
    advice: 'switch TLS off in the device, or set it to tcp.tls.port',
  },
  {
    // The PROXY protocol, versions 1 and 2, section 2.
    reason: 'proxy_protocol',
    pattern: /^(PROXY (TCP[46]|UNKNOWN)|<0d><0a><0d><0a><00><0d><0a>QUIT<0a>)/,
    what: 'the PROXY protocol',
    advice: 'switch it off in the load balancer, or name this port in proxy.listeners',
  },
  // RFC 3261, section 7.1; RFC 4253, section 4.2; RFC 5321, section 4.1.1.1.
  { reason: 'sip', pattern: /^[A-Z]{3,9} sips?:/, what: 'SIP', advice: 'telephony, most likely a scan' },
  { reason: 'ssh', pattern: /^SSH-\d/, what: 'SSH', advice: 'most likely a scan' },
  { reason: 'smtp', pattern: /^(EHLO|HELO) /, what: 'SMTP', advice: 'most likely a scan' },
  // [MS-RDPBCGR] 2.2.1.1: TPKT, then a connection request of X.224. [MS-SMB2] 2.1.
  { reason: 'rdp', pattern: /^<03><00>(<..>|.){3}<e0>/, what: 'RDP', advice: 'a remote desktop, most likely a scan' },
  { reason: 'smb', pattern: /^<00>(<..>|.){3}<f[ef]>SMB/, what: 'SMB', advice: 'a file share, most likely a scan' },
  {
    // The "OsmAnd" protocol of Traccar Client and other telephone apps.
    reason: 'osmand',
    pattern: /^(GET|POST) \/\?\S*\b(id|deviceid)=\S*/,
    what: 'the OsmAnd protocol of telephones',
  },
  {
    // RFC 9112, section 3.
    reason: 'http',
    pattern: /^(GET|POST|HEAD|PUT|DELETE|OPTIONS|PATCH|TRACE|CONNECT) \S|^PRI \* HTTP/,
    what: 'HTTP',
    advice: 'the HTTP API has a port of its own, http.port',
  },
  // MQTT 3.1.1, section 3.1: CONNECT.
  { reason: 'mqtt', pattern: /^<10>(<..>|.){1,4}<00><04>MQTT/, what: 'MQTT', advice: 'set the device to plain TCP' },
  // "GPRS Communication Protocol" of TK103 (KX402) 1.5; Coban "GPRS protocol" 2014.
  { reason: 'tk103', pattern: /^\(\d{12}B[A-Z]\d\d/, what: 'TK103' },
  { reason: 'gps103', pattern: /^(##,)?imei:\d{15}[,;]/, what: 'GPS103 (Coban)' },
  // JT/T 808-2013, 4.4 and annex A: 7e, then one of the messages that terminals begin with.
  { reason: 'jt808', pattern: /^~(<01><0[02]>|<02><00>|<00><0[12]>)<0[0-3]>/, what: 'JT/T 808' },
  // "MEITRACK GPRS Protocol", command format.
  { reason: 'meitrack', pattern: /^\$\$[A-Za-z]\d{1,4},\d{15},/, what: 'Meitrack' },
  // Queclink "@Track Air Interface Protocol".
  { reason: 'queclink', pattern: /^\+(RESP|BUFF|ACK):GT[A-Z]{3}/, what: 'Queclink @Track' },
  // "Wialon IPS" 2.1, packet types.
  { reason: 'wialon_ips', pattern: /^#(L|P|SD|D|B|M)#/, what: 'Wialon IPS' },
  { reason: 'suntech', pattern: /^(ST\d{3}[A-Z]{3};|(STT|ALT|ALV|EVT);\d{9})/, what: 'Suntech' },
  { reason: 'easytrack', pattern: /^\*ET,\d{15},/, what: 'EasyTrack' },
  // GPS watches; Navtelecom "NTCB" 6.2; GOST R 54619 (EGTS): version 1, header of 11 bytes.
  { reason: 'watch', pattern: /^\[[A-Z0-9]{2}\*\d{10}\*/, what: 'GPS watches (Setracker)' },
  { reason: 'navtelecom', pattern: /^@NTC/, what: 'Navtelecom' },
  { reason: 'egts', pattern: /^<01>(<..>|.)<0[0-7]><0b><00>/, what: 'EGTS' },
  {
    reason: 'nmea',
    pattern: /^\$G[PNL](RMC|GGA),/,
    what: 'bare NMEA 0183',
    advice: 'set the device to a protocol that says who it is',
  },
];

/** null = nothing that is known. `spoken`: what the port takes. */
export function guessForeign(bytes: Uint8Array, spoken: Protocol | 'auto'): Guess | null {
  const head = Array.from(bytes.subarray(0, HEAD_BYTES), visible).join('');
  const port = `this port speaks ${spoken === 'auto' ? PROTOCOLS.map(({ title }) => title).join(', ') : spoken.title}`;
  const found = SIGNATURES.find(({ pattern }) => pattern.test(head));
  if (found !== undefined) {
    const advice = found.advice ?? 'set the device to one of these protocols if it has one, or to another server';
    return { reason: found.reason, message: `${port}; these are bytes of ${found.what}: ${advice}` };
  }
  const other = spoken === 'auto' ? null : detect(bytes);
  if (other === null || other === 'more' || other === spoken) return null;
  const message = `${port}; the device speaks ${other.title}: its port is ${other.name}.port, or tcp.port for all of them`;
  return { reason: 'wrong_port', message };
}

function visible(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `<${byte.toString(16).padStart(2, '0')}>`;
}
