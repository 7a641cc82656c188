/** A map to put things on. What it shows beneath them is the same on every page. */
import * as L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import { useEffect, useRef } from 'preact/hooks';
import { addBase } from './base.ts';
import './map.css';

export interface MapPaneProps {
  /** What is to be seen, for whoever does not. */
  readonly label: string;
  readonly class?: string | undefined;
  /** Once; what it returns is called at the end. */
  // biome-ignore lint/suspicious/noConfusingVoidType: it may return what ends it, or not return at all
  readonly onMap?: ((map: L.Map) => (() => void) | void) | undefined;
}

const ZOOM_MIN = 2;
const ZOOM_MAX = 19;

export function MapPane({ label, class: name = '', onMap }: MapPaneProps) {
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    const map = L.map(element.current!, {
      attributionControl: false,
      zoomControl: true,
      minZoom: ZOOM_MIN,
      maxZoom: ZOOM_MAX,
      worldCopyJump: true,
      zoomAnimation: !isStill(),
      fadeAnimation: !isStill(),
      inertia: !isStill(),
    });
    L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(map);
    const ends = [addBase(map), onMap?.(map)];
    // Whoever was told may have said where to look.
    if (map.getZoom() === undefined) map.setView([20, 0], ZOOM_MIN);
    const sizes = new ResizeObserver(() => map.invalidateSize({ animate: false }));
    sizes.observe(element.current!);
    return () => {
      sizes.disconnect();
      for (const end of ends) if (typeof end === 'function') end();
      map.remove();
    };
  }, []);
  return <section ref={element} class={`map-pane ${name}`} aria-label={label} />;
}

/** Whether the system asks for no movement. */
export function isStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
