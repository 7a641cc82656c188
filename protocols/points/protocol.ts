/** Points that phones hand in over HTTP: kept as frames like those of devices, and spoken on no port of the gateway's. */
import type { Kept } from '../protocol.ts';
import { decode } from './decode.ts';

export const points = { name: 'points', storageCode: 255, decode } as const satisfies Kept;
