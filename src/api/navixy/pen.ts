/** How an answer writes what depends on who asks, and when: dates, links. */
import type { TaskForm } from '../../model/form.ts';
import type { Calendar } from './calendar.ts';

/** How one answer writes what depends on who asks, and when. */
export interface Pen {
  /** Wall clock or ISO, in the account's zone. */
  date(timeMs: number): string;
  /** The template that a form was made from; null = it has been deleted. */
  template(form: TaskForm): number | null;
  /** The address of a call, absolute. */
  link(call: string): string;
}

interface PenOptions {
  readonly isIso: boolean;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly hasTemplate: (templateId: number) => boolean;
}

export function penOf(calendar: Calendar, { isIso, baseUrl, hasTemplate }: PenOptions): Pen {
  // An answer may hold thousands of forms, and few templates.
  const known = new Map<number, boolean>();
  return {
    date: isIso ? calendar.iso : calendar.local,
    template({ templateId }) {
      const isThere = known.get(templateId) ?? hasTemplate(templateId);
      known.set(templateId, isThere);
      return isThere ? templateId : null;
    },
    link: (call) => `${baseUrl}/v2/${call}`,
  };
}
