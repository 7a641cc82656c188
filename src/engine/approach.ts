/** The circle around a task's place within which its tracker is near. */
import { isOpen, isPrepared, type JudgedTask, type Zone } from '../model/task.ts';

/** Common model, section 4.2: near is within 300 m, or in a zone that is larger than that. */
const NEAR_M = 300;

/** null = nobody is told who is near it: it has no place, is nobody's, not to be done yet or over; or it is Navixy's. */
export function approachOf({ dialect, terms, tenure, facts, deletedMs }: JudgedTask): Zone | null {
  if (dialect === 'navixy' || terms.zone === null || tenure.trackerId === null || deletedMs !== null) return null;
  if (!isOpen(facts.state) || isPrepared(facts.state)) return null;
  const { latDeg, lonDeg, radiusM } = terms.zone;
  return { latDeg, lonDeg, radiusM: Math.max(radiusM, NEAR_M) };
}
