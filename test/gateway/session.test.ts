import { describe, expect, it } from 'vitest';
import type { Malformed, MalformedCode, Message, MessageKind } from '../../protocols/protocol.ts';
import { decide, decideAdmission, isReceipt, type Session, STRANGER } from '../../src/gateway/session.ts';
import type { Admission } from '../../src/intake/intake.ts';

const IMEI = '356307042441013';
const OPEN: Session = { kind: 'open', imei: IMEI, trackerId: 7 };

const SUBMIT = { kind: 'submit', trackerId: 7 };
const OTHER = '352093086403655';
const ASK = { kind: 'admit', imei: IMEI };
const EARLY = { kind: 'refuse', reason: 'data_before_login' };
const DATA: readonly MessageKind[] = [
  'records',
  'location',
  'heartbeat',
  'alarm',
  'status',
  'time_request',
  'command_response',
  'command',
  'unknown',
];

function message(kind: MessageKind, imei: string | null = null): Message {
  return { kind, type: null, imei, records: [], attributes: {}, commandId: null };
}

function malformed(code: MalformedCode, isGenuine: boolean): Malformed {
  return { kind: 'malformed', code, message: 'as received', isGenuine };
}

describe('a session decides', () => {
  const rows: readonly (readonly [string, Session, Message | Malformed, object])[] = [
    ['a stranger may log in', STRANGER, message('login', IMEI), { kind: 'admit', imei: IMEI }],
    ['a login is asked about again', OPEN, message('login', IMEI), { kind: 'admit', imei: IMEI }],
    ['another IMEI may log in', OPEN, message('login', '352093086403655'), { kind: 'admit', imei: '352093086403655' }],
    ['a login without IMEI is turned away', STRANGER, message('login'), { kind: 'turn_away', reason: 'bad_imei' }],
    ["a stranger's ping is nothing", STRANGER, message('ping'), { kind: 'ignore' }],
    ['a ping is nothing', OPEN, message('ping'), { kind: 'ignore' }],
    ...DATA.map((kind) => [`${kind} before a login is refused`, STRANGER, message(kind), EARLY] as const),
    ...DATA.map((kind) => [`${kind} is submitted`, OPEN, message(kind), SUBMIT] as const),
    ...DATA.map(
      (kind) => [`${kind} that names its device is asked about`, STRANGER, message(kind, IMEI), ASK] as const,
    ),
    ...DATA.map((kind) => [`the next ${kind} of the same is submitted`, OPEN, message(kind, IMEI), SUBMIT] as const),
    ['one of another device is asked about', OPEN, message('location', OTHER), { kind: 'admit', imei: OTHER }],
    ['a wrong checksum is refused', OPEN, malformed('bad_crc', false), { kind: 'refuse', reason: 'bad_crc' }],
    ["a stranger's, too", STRANGER, malformed('bad_crc', false), { kind: 'refuse', reason: 'bad_crc' }],
    ['genuine but unreadable is kept', OPEN, malformed('bad_content', true), SUBMIT],
    ['but not a stranger’s', STRANGER, malformed('bad_content', true), { kind: 'refuse', reason: 'bad_content' }],
    ['a bad IMEI is turned away', STRANGER, malformed('bad_imei', true), { kind: 'turn_away', reason: 'bad_imei' }],
    ['also later', OPEN, malformed('bad_imei', false), { kind: 'turn_away', reason: 'bad_imei' }],
  ];

  it.each(rows)('%s', (_, session, decoded, decision) => {
    expect(decide(session, decoded)).toEqual(decision);
  });
});

describe('an admission', () => {
  const tracker = { id: 7 } as (Admission & { kind: 'admitted' })['tracker'];
  const rows: readonly (readonly [Admission, boolean, object])[] = [
    [{ kind: 'admitted', tracker }, false, { kind: 'welcome', session: OPEN }],
    [{ kind: 'admitted', tracker }, true, { kind: 'turn_away', reason: 'taken' }],
    [{ kind: 'pending' }, false, { kind: 'turn_away', reason: 'pending' }],
    [{ kind: 'rejected' }, false, { kind: 'turn_away', reason: 'rejected' }],
  ];

  it.each(rows)('%j, taken: %j', (admission, isTaken, welcome) => {
    expect(decideAdmission(IMEI, admission, isTaken)).toEqual(welcome);
  });
});

describe('a receipt', () => {
  it('is the answer to whatever the device would delete', () => {
    expect([...DATA, 'login' as const].filter((kind) => !isReceipt(message(kind)))).toEqual([
      'heartbeat',
      'time_request',
      'login',
    ]);
    expect(isReceipt(malformed('bad_content', true))).toBe(true);
  });
});
