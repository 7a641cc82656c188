/** What a protocol is told of a tracker: the operator's words, in the protocol's. */
import { ANY_DEVICE, type DeviceProfile } from '../../protocols/protocol.ts';
import type { Tracker } from '../model/tracker.ts';

export function profileOf(tracker: Pick<Tracker, 'model' | 'imei'> | null): DeviceProfile {
  if (tracker === null) return ANY_DEVICE;
  const { model, imei } = tracker;
  return { model, clockAheadMinutes: 0, ...(imei !== null && { imei }) };
}
