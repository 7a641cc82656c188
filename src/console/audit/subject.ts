/** Where what an entry is about is shown. Pure. */

const PAGES: Readonly<Record<string, string>> = { task: 'tasks', tracker: 'trackers', webhook: 'webhooks' };

/** null = it has no page. */
export function subjectHref(subject: string): string | null {
  const [, kind = '', id = ''] = /^(\w+) ([\w-]+)$/.exec(subject) ?? [];
  return Object.hasOwn(PAGES, kind) ? `#/${PAGES[kind]}/${id}` : null;
}
