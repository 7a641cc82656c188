/** Spans of time for people. Pure. */

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** The two largest units of it: `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first === -1) return '0 s';
  const [[unit, size], next] = [UNITS[first]!, UNITS[first + 1]];
  const rest = next === undefined ? 0 : Math.floor((whole % size) / next[1]);
  const head = `${Math.floor(whole / size)} ${unit}`;
  return rest === 0 || next === undefined ? head : `${head} ${rest} ${next[0]}`;
}

/** `12 s ago`, `in 5 min`; of long ago only the largest unit. */
export function agoText(atMs: number, nowMs: number): string {
  const seconds = Math.round((nowMs - atMs) / 1000);
  if (Math.abs(seconds) < 1) return 'now';
  const text = Math.abs(seconds) >= 3600 ? durationText(Math.abs(seconds)) : largestUnit(Math.abs(seconds));
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

function largestUnit(seconds: number): string {
  return durationText(seconds).split(' ').slice(0, 2).join(' ');
}
