/** Calendar digits as devices send them. */

const DAY_MS = 86_400_000;

/** The digits read as UTC, ms; an impossible date (month 0, second 60) is 1970, which is evidence of nothing. */
export function utcMs(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return 0;
  const daysInMonth = (Date.UTC(year, month) - Date.UTC(year, month - 1)) / DAY_MS;
  if (day < 1 || day > daysInMonth) return 0;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
