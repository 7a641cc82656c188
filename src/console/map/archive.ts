/** A map of the owner's own: one .pmtiles file on the gateway, drawn here. Loaded only where one is set. */
import * as L from 'leaflet';
import { leafletLayer } from 'protomaps-leaflet';

/** The library speaks to Leaflet as to a name that every page has. */
Object.assign(globalThis, { L });

export function archiveLayer(url: string, isDark: boolean): L.Layer {
  return leafletLayer({ url, flavor: isDark ? 'dark' : 'light', lang: 'en', attribution: '' }) as unknown as L.Layer;
}
