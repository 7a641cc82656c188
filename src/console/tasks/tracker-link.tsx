/** Trackers as pages on tasks name them. */
import { trackerLabels } from '../live.ts';

export function TrackerLink({ id, label }: { readonly id: number; readonly label: string | null }) {
  return <a href={`#/trackers/${id}`}>{label ?? `Tracker ${id}`}</a>;
}

interface Option {
  readonly value: string;
  readonly label: string;
}

/** Of the live fleet, by name, after what stands for none of them. A blocked one is refused where it is chosen. */
export function trackerOptions(none: string): readonly Option[] {
  const options = [...trackerLabels.value].map(([id, label]) => ({ value: String(id), label }));
  return [{ value: '', label: none }, ...options.sort((a, b) => a.label.localeCompare(b.label))];
}
