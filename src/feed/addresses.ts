/**
 * Which addresses a request from here may go to, so that nobody makes the gateway ask what only it can reach. IPv6 has
 * one range that is public, and in it, like in IPv4, ranges that are not (IANA special-purpose address registries).
 */
import { BlockList, isIP } from 'node:net';

/** `private`: of this machine or its network; `never`: no host at all, or one that hands out the cloud's secrets. */
type Reach = 'public' | 'private' | 'never';

type Range = readonly [network: string, prefix: number];

const PRIVATE_4: readonly Range[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
];

const NEVER_4: readonly Range[] = [
  ['0.0.0.0', 8],
  // Link-local: the metadata services of clouds are there.
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  // The relays of 6to4.
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const PRIVATE_6: readonly Range[] = [
  ['::1', 128],
  ['fc00::', 7],
];

/** Global unicast. */
const PUBLIC_6: readonly Range[] = [['2000::', 3]];

const NEVER_6: readonly Range[] = [
  // Of protocols: Teredo, ORCHID, benchmarks.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4, which has an IPv4 address in it.
  ['2002::', 16],
  ['3fff::', 20],
];

/** IPv4 as IPv6 speaks of it: mapped (RFC 4291, 2.5.5.2), and through NAT64 (RFC 6052). */
const EMBEDDING = ['::ffff:', '64:ff9b::'] as const;
const EMBEDDED_FROM_BIT = 96;

const PRIVATE = listOf(PRIVATE_4, PRIVATE_6);
const NEVER = listOf(NEVER_4, NEVER_6);
const PUBLIC = listOf([['0.0.0.0', 0]], PUBLIC_6);

export function reachOf(address: string): Reach {
  // The zone of an address is about this machine.
  const [plain = ''] = address.split('%');
  const version = isIP(plain);
  if (version === 0) return 'never';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (NEVER.check(plain, family)) return 'never';
  if (PRIVATE.check(plain, family)) return 'private';
  return PUBLIC.check(plain, family) ? 'public' : 'never';
}

function listOf(of4: readonly Range[], of6: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of of6) list.addSubnet(network, prefix, 'ipv6');
  for (const [network, prefix] of of4) {
    list.addSubnet(network, prefix, 'ipv4');
    for (const before of EMBEDDING) list.addSubnet(`${before}${network}`, EMBEDDED_FROM_BIT + prefix, 'ipv6');
  }
  return list;
}
