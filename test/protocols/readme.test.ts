/** The tables of protocols/README.md are true: each code and each attribute stands there, and nothing else does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeUtcLocation } from '../../protocols/gt06/device.ts';
import { encodeFrame } from '../../protocols/gt06/envelope.ts';
import { gt06 } from '../../protocols/gt06/protocol.ts';
import { encodeText } from '../../protocols/h02/device.ts';
import { h02 } from '../../protocols/h02/protocol.ts';
import { PROTOCOLS, protocolNamed } from '../../protocols/index.ts';
import type { Attributes, MalformedCode, Protocol } from '../../protocols/protocol.ts';
import type { AvlEntry } from '../../protocols/teltonika/avl.ts';
import { encodeRecords, type IoElement } from '../../protocols/teltonika/device.ts';
import { DICTIONARIES, type Family } from '../../protocols/teltonika/families.ts';
import { teltonika } from '../../protocols/teltonika/protocol.ts';
import { TRANSCRIPT_CODES } from '../../protocols/transcript.ts';
import { VARIANTS } from './gt06/variants.ts';
import { bytesOf, FIXTURES } from './kit.ts';

const README = readFileSync(join(import.meta.dirname, '../../protocols/README.md'), 'utf8');

/** The compiler keeps this list complete. */
const MALFORMED_CODES: Record<MalformedCode, true> = {
  bad_crc: true,
  bad_length: true,
  bad_content: true,
  bad_count: true,
  bad_imei: true,
  too_long: true,
  junk: true,
};

/** The words in back quotes in the first column of each table row under a heading, with the text of the second column. */
function rows(heading: string): [string, string][] {
  const section = README.split(/^## /m).find((text) => text.startsWith(heading));
  return (section ?? '').split('\n').flatMap((line) => {
    const [, names = '', second = ''] = line.split('|');
    return line.startsWith('| `')
      ? [...names.matchAll(/`(\w+)`/g)].map(([, name]): [string, string] => [name!, second.trim()])
      : [];
  });
}

test('every code is in the tables, and no other', () => {
  const documented = rows('What is wrong').map(([name]) => name);
  expect(documented.sort()).toEqual([...Object.keys(MALFORMED_CODES), ...TRANSCRIPT_CODES].sort());
});

test('every protocol is in the table', () => {
  expect(rows('Coverage').map(([name]) => name)).toEqual(PROTOCOLS.map(({ name }) => name));
});

test('every attribute a frame can give is in the table with its type, and no other', () => {
  const documented = Object.fromEntries(rows('Attributes'));
  const given: Record<string, string> = {};
  for (const attributes of everyAttribute()) {
    for (const [name, value] of Object.entries(attributes)) given[name.replace(/^beacon\d+/, 'beaconN')] = typeof value;
  }
  expect(given).toEqual(documented);
});

test('every alarm a frame can give is listed, and no other', () => {
  const [, list = ''] = README.split('Alarms: ');
  const documented = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  const given = new Set(everyAttribute().flatMap(({ alarm }) => (alarm === undefined ? [] : [alarm])));
  expect(documented.sort()).toEqual([...given].sort());
});

/** What the fixtures, every line of every AVL dictionary, and every GT06 alarm code and model give. */
function everyAttribute(): Attributes[] {
  const position = { timeMs: 0, latDeg: 1, lonDeg: 1, satellites: 9, speedKmh: 0, courseDeg: 0 };
  const bits = Array.from({ length: 32 }, (_, bit) => ~(1 << bit) >>> 0);
  const halves: IoElement[] = [11, 14].map((id) => ({ id, bytes: 8, value: 1n }));
  const alarms = Array.from({ length: 256 }, (_, code) => Buffer.from([...Buffer.alloc(18), 0, 0x40, 6, 4, code, 0]));
  return [
    ...FIXTURES.flatMap((fixture) => attributesOf(protocolNamed(fixture.protocol), bytesOf(fixture))),
    ...bits.flatMap((status) => attributesOf(h02, encodeText('2020916012', { ...position, speedKnots: 0, status }))),
    ...FAMILIES.flatMap(([family, model]) =>
      DICTIONARIES[family].entries.flatMap((entry) =>
        [0, 1, 2, 3].flatMap((value) => {
          const io = [elementOf(entry, value), ...halves];
          return attributesOf(teltonika, encodeRecords(0x8e, [{ ...position, event: entry.id, io }]), model);
        }),
      ),
    ),
    ...alarms.flatMap((body) => attributesOf(gt06, encodeFrame(0x16, body, 1))),
    ...VARIANTS.flatMap(({ frame, model }) => attributesOf(gt06, frame, model)),
    ...attributesOf(gt06, encodeUtcLocation(position, { ignition: true, mode: 0, isReupload: false, odometerM: 5 }, 1)),
  ];
}

/** A model of each family that sends AVL records; codec 7 has a fixture. */
const FAMILIES: readonly [Family, string][] = [
  ['fmb', 'FMB920'],
  ['fmb6', 'FMB640'],
  ['ft', 'FTC921'],
];

function elementOf({ id, bytes }: AvlEntry, value: number): IoElement {
  if (bytes === 8) return { id, bytes, value: BigInt(value) };
  return bytes === 'x' ? { id, bytes, value: Buffer.from('text') } : { id, bytes, value };
}

function attributesOf(protocol: Protocol, frame: Buffer, model: string | null = null): Attributes[] {
  const decoded = protocol.decode(frame, { model, clockAheadMinutes: 0 });
  return decoded.kind === 'malformed'
    ? []
    : [decoded.attributes, ...decoded.records.map((record) => record.attributes)];
}
