/** Brings what is marked in a box that scrolls to where it is seen, and leaves the page as it is. */
import { useEffect } from 'preact/hooks';

/** The first that fits `selector`, whenever `marked` is another. */
export function useShownWithin(
  box: { readonly current: HTMLElement | null },
  selector: string,
  marked: ReadonlySet<number>,
  /** What covers the upper end of the box, pixels. */
  coveredPx = 0,
): void {
  useEffect(() => {
    const frame = box.current;
    const first = marked.size === 0 ? null : (frame?.querySelector(selector) ?? null);
    if (frame === null || first === null) return;
    const [outer, inner] = [frame.getBoundingClientRect(), first.getBoundingClientRect()];
    const isSeen = inner.top >= outer.top + coveredPx && inner.bottom <= outer.bottom;
    // To the top: what else is marked follows it.
    if (!isSeen) frame.scrollTop += inner.top - outer.top - coveredPx;
  }, [box, selector, marked, coveredPx]);
}
