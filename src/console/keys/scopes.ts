/** Rights of keys in words. Pure. */

const WORDS: Readonly<Record<string, string>> = {
  '*': 'everything, administration included',
  'tasks:read': 'read tasks',
  'tasks:write': 'make and change tasks',
  'trackers:read': 'read trackers and their fixes',
  'trackers:write': 'register and change trackers',
  tracker_command: 'send commands to devices',
  'metrics:read': 'read the metrics',
  'delivery:read': 'follow one delivery',
  'tasks:public': 'make tasks and read those whose id it knows',
  'webhooks:write': 'manage webhooks',
};

/** Navixy's names speak for themselves. */
export function scopeText(scope: string): string {
  return Object.hasOwn(WORDS, scope) ? WORDS[scope]! : scope.replaceAll('_', ' ');
}

export function scopesText(scopes: readonly string[]): string {
  return scopes.length === 0 ? 'nothing' : scopes.map(scopeText).join(', ');
}

const DAY_MS = 86_400_000;

export const LIFETIMES = [
  { value: '', label: 'no end' },
  { value: '1', label: 'a day' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
] as const;

/** null = no end. */
export function endOf(days: string, nowMs: number): string | null {
  return days === '' ? null : new Date(nowMs + Number(days) * DAY_MS).toISOString();
}
