/** Which of Navixy's rights its calls ask for, where an entry of the call table asks for one of our wide ones. */
import type { Right } from '../../operations/access.ts';

/** By the beginning of the path; the first that fits. */
const RIGHTS: readonly (readonly [string, Right])[] = [
  ['task/', 'task_update'],
  ['form/template/', 'form_template_update'],
  ['form/', 'task_update'],
  ['tag/', 'tag_update'],
  ['tracker/rule/', 'tracker_rule_update'],
  ['user/session/delivery/', 'delivery_session_create'],
];

export function rightOf({ path, scope }: { readonly path: string; readonly scope: Right }): Right {
  if (scope !== 'tasks:write') return scope;
  return RIGHTS.find(([start]) => path.startsWith(start))?.[1] ?? scope;
}
