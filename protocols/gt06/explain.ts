/** One frame for people: every byte of it belongs to a field, with the words of the same parts that decode it. */
import { ANY_DEVICE, type DeviceProfile, type Field } from '../protocol.ts';
import { hexByte, u16 } from '../wire/bytes.ts';
import { dialectOf, hasEnvelope, isSealed, isServerAnswer } from './decode.ts';
import { bodyAt, bodyEnd, isLong, typeAt } from './envelope.ts';
import { type MessageLayout, walkBody } from './message-layout.ts';
import { layoutOf } from './messages.ts';
import { unsealedBodyEnd } from './unsealed.ts';

export function explain(frame: Buffer, profile: DeviceProfile = ANY_DEVICE): readonly Field[] {
  if (frame.length === 0) return [];
  if (!hasEnvelope(frame)) return [hexField(frame, 0, frame.length, 'not a frame')];
  const dialect = isSealed(frame) ? null : dialectOf(frame);
  if (dialect !== null)
    return [...head(frame, dialect.title), ...bodyFields(frame, unsealedBodyEnd(frame), dialect, profile), stop(frame)];
  return explainSealed(frame, profile);
}

function explainSealed(frame: Buffer, profile: DeviceProfile): Field[] {
  const start = bodyAt(frame);
  const end = bodyEnd(frame);
  const rest = start < frame.length - 2 ? [hexField(frame, start, frame.length - 2, 'not read')] : [];
  if (end < start) return [...head(frame, 'not known'), ...rest, stop(frame)];
  const layout = layoutOf(frame, start, end, frame[start - 1]!, profile.model);
  const serial: Field = { start: end, end: end + 2, name: 'serial', value: String(u16(frame, end)) };
  const title = titleOf(layout, end - start);
  return [...head(frame, title), ...bodyFields(frame, end, layout, profile), serial, checksum(frame), stop(frame)];
}

function titleOf(layout: MessageLayout | undefined, bodyBytes: number): string {
  if (layout === undefined) return 'not known';
  return isServerAnswer(layout, bodyBytes) ? `${layout.title}, answer of a server` : layout.title;
}

function bodyFields(frame: Buffer, end: number, layout: MessageLayout | undefined, profile: DeviceProfile): Field[] {
  const start = bodyAt(frame);
  const fields: Field[] = [];
  if (layout === undefined) return start === end ? [] : [hexField(frame, start, end, 'not read')];
  walkBody({ frame, start, end, layout, profile }, fields);
  return fields;
}

function head(frame: Buffer, title: string): Field[] {
  const at = typeAt(frame);
  const length = isLong(frame) ? u16(frame, 2) : frame[2]!;
  const counted = frame.length - at - 2;
  const form = isLong(frame) ? '7979, long form' : '7878, short form';
  return [
    { start: 0, end: 2, name: 'header', value: form },
    {
      start: 2,
      end: at,
      name: 'length',
      value: length === counted ? String(length) : `${length}, where ${counted} are there`,
    },
    { start: at, end: at + 1, name: 'type', value: `${hexByte(frame[at]!)}: ${title}` },
  ];
}

function checksum(frame: Buffer): Field {
  const at = frame.length - 4;
  const value = frame.toString('hex', at, at + 2);
  return { start: at, end: at + 2, name: 'checksum', value: isSealed(frame) ? `${value}, right` : `${value}, wrong` };
}

function stop(frame: Buffer): Field {
  return hexField(frame, frame.length - 2, frame.length, 'stop');
}

function hexField(frame: Buffer, start: number, end: number, name: string): Field {
  return { start, end, name, value: frame.toString('hex', start, end) };
}
