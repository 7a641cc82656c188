/** The way to somebody who knows where an address is. Off until the owner names one: positions of a fleet leave this machine by choice only. */

interface Place {
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly address: string;
}

export interface Geocoder {
  /** The most likely first; rejects when it cannot be asked. */
  locate(address: string, language: string | null): Promise<readonly Place[]>;
  /** null = nobody lives there; rejects when it cannot be asked. */
  addressAt(latDeg: number, lonDeg: number, language: string | null): Promise<string | null>;
}

export interface GeocoderOperations {
  /** Whether addresses without a point, and points without an address, are looked up. */
  hasGeocoder(): boolean;
  /** null = there is no geocoder, or it cannot be asked. */
  locate(address: string, language: string | null): Promise<readonly Place[] | null>;
  addressAt(latDeg: number, lonDeg: number, language: string | null): Promise<string | null>;
}

export function geocoderOperations({ geocoder }: { readonly geocoder?: Geocoder | null }): GeocoderOperations {
  return {
    hasGeocoder: () => (geocoder ?? null) !== null,
    locate: async (address, language) => orNull(geocoder?.locate(address, language)),
    addressAt: async (latDeg, lonDeg, language) => orNull(geocoder?.addressAt(latDeg, lonDeg, language)),
  };
}

async function orNull<T>(answer: Promise<T> | undefined): Promise<T | null> {
  try {
    return (await answer) ?? null;
  } catch {
    return null;
  }
}
