/**
 * Addresses of public pages: the task's number and a seal that only this database can make, in digits and letters. So a
 * task has its address from the beginning, it is the same for ever, and nobody finds another task's by counting.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Task } from '../model/task.ts';
import type { Store } from '../store/store.ts';
import type { TaskOperations } from './tasks.ts';

export interface TrackingOperations {
  trackingCode(taskId: number): string;
  /** null = the code is none of ours, or the task was deleted. */
  taskOfCode(code: string): Task | null;
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 60 bits: at a thousand guesses a second it takes some ten million years to find one. */
const SEAL_BITS = 60n;
const SEAL_DIGITS = 11;
const SECRET_BYTES = 32;
/** What a number up to 2^53 takes, before its seal. */
const CODE = new RegExp(`^([0-9A-Za-z]{1,9})[0-9A-Za-z]{${SEAL_DIGITS}}$`);

export function trackingOperations(deps: {
  readonly store: Pick<Store, 'records'>;
  readonly tasks: Pick<TaskOperations, 'readTask'>;
}): TrackingOperations {
  const { store, tasks } = deps;

  function secret(): string {
    const known = store.records.list('tracking_secret')[0];
    const { secret: digits } =
      known ?? store.records.create('tracking_secret', { secret: randomBytes(SECRET_BYTES).toString('hex') });
    return digits;
  }

  function trackingCode(taskId: number): string {
    const digest = createHmac('sha256', Buffer.from(secret(), 'hex')).update(`task ${taskId}`).digest();
    const seal = digest.readBigUInt64BE() >> (64n - SEAL_BITS);
    return numberText(BigInt(taskId)) + numberText(seal).padStart(SEAL_DIGITS, '0');
  }

  return {
    trackingCode,
    taskOfCode(code) {
      const number = CODE.exec(code)?.[1];
      const taskId = number === undefined ? null : numberOf(number);
      if (taskId === null || !isSame(trackingCode(taskId), code)) return null;
      return tasks.readTask(taskId);
    },
  };
}

function numberText(value: bigint): string {
  const base = BigInt(DIGITS.length);
  const rest = value / base;
  return (rest === 0n ? '' : numberText(rest)) + DIGITS[Number(value % base)];
}

/** null = no task has such a number. */
function numberOf(text: string): number | null {
  const value = [...text].reduce((sum, digit) => sum * DIGITS.length + DIGITS.indexOf(digit), 0);
  return Number.isSafeInteger(value) ? value : null;
}

function isSame(code: string, other: string): boolean {
  return code.length === other.length && timingSafeEqual(Buffer.from(code), Buffer.from(other));
}
