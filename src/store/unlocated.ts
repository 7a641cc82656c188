/**
 * Which tasks have a point and no address, or an address and no point, and were never looked up: where somebody was asked,
 * the details name a provider. Navixy's tasks always have a point. No state is in it, so that what fixes bring about leaves
 * the index alone. Released: schema.ts is made from it.
 */
export const UNLOCATED_SQL = `dialect <> 'navixy' AND deleted_ms IS NULL
    AND (radius_m = 0) <> (address = '') AND details ->> '$.geocoding.provider' IS NULL`;
