/** From the bytes to the webhook: the links of the chain, and what each is made of. */
import { describe, expect, it } from 'vitest';
import {
  bytesWords,
  causeWords,
  chosenEvent,
  eventHash,
  framesHash,
  framesPath,
  hexWords,
  proofOf,
  replayHash,
  toldOf,
  webhookHash,
} from '../../../src/console/tasks/chain.ts';
import { delivery, event, FROM, fix, frame, TO } from './samples.ts';

const witness = { time: FROM, lat: 52.5, lon: 13.4 };

describe('the event that the chain is about', () => {
  const events = [
    event({ id: 1 }),
    event({ id: 2, witness }),
    event({ id: 3, witness, trackerId: null }),
    event({ id: 4 }),
  ];

  it.each([
    ['1', 1],
    ['4', 4],
    [null, 2],
    ['99', 2],
    ['1; drop', 2],
  ])('asked for %s it is %s', (asked, expected) => {
    expect(chosenEvent(events, asked)?.id).toBe(expected);
  });

  it('is the newest where no fix has moved it, and none where nothing has happened', () => {
    expect(chosenEvent([event({ id: 1 }), event({ id: 2 })], null)?.id).toBe(2);
    expect(chosenEvent([], '1')).toBeNull();
  });
});

describe('the cause', () => {
  it.each([
    ['fix', witness, 'a fix'],
    ['late_fix', witness, 'a fix that came late'],
    ['clock', null, 'the clock'],
    ['cancel', null, 'a person or an API'],
    [null, null, 'a person or an API'],
    [null, witness, 'a fix'],
  ])('%s is worded', (reason, by, expected) => {
    expect(causeWords({ reason, witness: by })).toBe(expected);
  });
});

describe('addresses', () => {
  it('carry times and ids safely', () => {
    expect(framesHash(3, FROM)).toBe('#/trackers/3/frames?fix=2026-11-22T08%3A00%3A00.000Z');
    expect(framesPath(3, FROM)).toBe('/api/trackers/3/frames?fix=2026-11-22T08%3A00%3A00.000Z');
    expect(replayHash(3, FROM)).toBe('#/trackers/3?from=2026-11-22T07%3A45%3A00.000Z&to=2026-11-22T08%3A15%3A00.000Z');
    expect(eventHash(7, 12)).toBe('#/tasks/7?event=12');
    expect(webhookHash('a/b?c')).toBe('#/webhooks/a%2Fb%3Fc');
  });
});

describe('the proof', () => {
  const field = (name: string, path: string, length = 4) => ({ offset: 10, length, path, name, value: '1' });
  const fields = [
    field('Codec id', ''),
    field('Timestamp', 'Record 1 / AVL data'),
    field('Timestamp', 'Record 2 / AVL data'),
    field('Latitude', 'Record 2 / GPS element'),
    field('Latitude', 'Record 2 / GPS element', 0),
    field('Longitude', 'Record 12 / GPS element'),
    field('date', ''),
  ];
  const two = (isKept: boolean) => [
    { ...fix(TO), isKept },
    { ...fix(FROM), isKept },
  ];

  it('is the frame that brought the fix first, not one that repeated it', () => {
    const frames = [frame({ hex: '0102', fixes: two(false) }), frame({ hex: '010203', fixes: two(true) }), frame()];
    expect(proofOf(frames, FROM)?.bytes).toBe(3);
  });

  it('shows the fields of time and place of that record and of no other', () => {
    const proof = proofOf([frame({ fields, fixes: two(true) })], FROM);
    expect(proof?.fields.map(({ name, path }) => [name, path])).toEqual([
      ['Timestamp', 'Record 2 / AVL data'],
      ['Latitude', 'Record 2 / GPS element'],
      ['date', ''],
    ]);
  });

  it.each([
    ['GT06', ['header', 'date time', 'gps information', 'latitude', 'longitude', 'speed', 'odometer'], 3],
    [
      'H02',
      ['vendor', 'time, hhmmss UTC', 'latitude, ddmm.mmmm', 'longitude, dddmm.mmmm, and flags', 'date, ddmmyy'],
      4,
    ],
    ['Teltonika', ['Codec id', 'Timestamp', 'Priority', 'Longitude', 'Latitude', 'Altitude'], 3],
  ])('knows the names of %s', (_protocol, names, expected) => {
    const named = names.map((name) => field(name, ''));
    expect(proofOf([frame({ fields: named, fixes: two(true) })], FROM)?.fields.length).toBe(expected);
  });

  it('is none where no frame brought it, and the oldest that did where none was kept', () => {
    expect(proofOf([frame({ fixes: [{ ...fix(TO), isKept: true }] })], FROM)).toBeNull();
    expect(
      proofOf([frame({ hex: '01', fixes: two(false) }), frame({ hex: '0102', fixes: two(false) })], FROM)?.bytes,
    ).toBe(2);
  });

  it('names bytes and shows the first of them', () => {
    expect([bytesWords({ offset: 9, length: 1 }), bytesWords({ offset: 10, length: 8 })]).toEqual([
      'byte 9',
      'bytes 10 to 17',
    ]);
    expect([hexWords('00ff10', 2), hexWords('00ff', 2), hexWords('', 2)]).toEqual(['00 ff …', '00 ff', '']);
  });
});

describe('what webhooks were told', () => {
  it('is one line for each message to each webhook, with its newest try', () => {
    const tries = [
      delivery({ messageId: 'm1', status: 200, at: TO }),
      delivery({ messageId: 'm1', status: 500, error: 'answered 500' }),
      delivery({ messageId: 'm1', webhook: 'other' }),
      delivery({ messageId: 'm2', eventId: 2 }),
    ];
    expect(
      toldOf(tries, null).map(({ webhook, tries: count, last }) => [webhook, last.messageId, count, last.status]),
    ).toEqual([
      ['w', 'm1', 2, 200],
      ['other', 'm1', 1, 200],
      ['w', 'm2', 1, 200],
    ]);
    expect(toldOf(tries, 2).map(({ last }) => last.messageId)).toEqual(['m2']);
    expect(toldOf(tries, 3)).toEqual([]);
  });
});
