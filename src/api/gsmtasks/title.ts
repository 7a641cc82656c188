/** What a task is called that was made here, where tasks have no names: Navixy must show one. */
import type { Task } from '../../model/task.ts';
import { nameOfContact } from './contact.ts';

export const TITLE_CHARACTERS_MAX = 200;
const UNTITLED = 'Task';

export function titleOf({ address, details }: Pick<Task['text'], 'address' | 'details'>): string {
  const names = [details?.reference ?? '', nameOfContact(details?.contact), address];
  const title = names.map((name) => name.replaceAll(/[\p{Cc}\p{Co}\p{Cs}\s]+/gu, ' ').trim()).find(Boolean);
  return [...(title ?? UNTITLED)].slice(0, TITLE_CHARACTERS_MAX).join('').trimEnd();
}

/** Whether nobody has given it another one. */
export function isUntitled({ dialect, text }: Pick<Task, 'dialect' | 'text'>): boolean {
  return dialect === 'gsmtasks' && text.label === titleOf(text);
}
