/** 95: alarms of cameras (JC100, JC400) with the names of their pictures. JC100 gives no satellites and no speed. */
import { hexByte, u16 } from '../wire/bytes.ts';
import { cameraAlarmName } from './alarm.ts';
import { GPS_JC100, GPS_JC400, HEAD_JC400, TIME } from './layout.ts';
import { courseAttributes, time } from './parts.ts';
import { table, u1 } from './table.ts';
import type { Part, Walk } from './walk.ts';

const JC400_MARKER = 0xffff;
/** Time, event and data at most: no position. */
const SHORT_BYTES_MAX = TIME.bytes + 3;
const CODE = table({ event: u1 });

export type CameraForm = 'short' | 'jc100' | 'jc400';

/** The form of the body that begins at `at`. */
export function cameraForm(bytes: Buffer, start: number, end: number): CameraForm {
  const length = end - start;
  if (length <= SHORT_BYTES_MAX) return 'short';
  const isJc400 = u16(bytes, start) === JC400_MARKER && length >= HEAD_JC400.bytes + GPS_JC400.bytes;
  return isJc400 ? 'jc400' : 'jc100';
}

export const cameraShort: Part = (walk) => {
  time(walk);
  event(walk, true);
};

export const cameraJc100: Part = (walk) => {
  const found = walk.take(GPS_JC100);
  if (found !== null) walk.set(courseAttributes(found.courseStatus));
  event(walk, false);
  walk.text(walk.left, 'files');
};

export const cameraJc400: Part = (walk) => {
  walk.take(HEAD_JC400);
  const found = walk.take(GPS_JC400);
  if (found !== null) walk.set({ ...courseAttributes(found.courseStatus), power: found.power / 10 });
  event(walk, false);
  walk.text(walk.left, 'files');
};

function event(walk: Walk, isShort: boolean): void {
  const found = walk.take(CODE, '', ({ event: code }) => ({
    event: `${hexByte(code)}: ${cameraAlarmName(code, isShort)}`,
  }));
  if (found === null) return;
  walk.set({ alarm: cameraAlarmName(found.event, isShort), alarmCode: found.event });
  walk.raw(2, 'data');
}
