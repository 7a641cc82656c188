/** Commands to devices in words: what their states mean, and which of them may stop a vehicle. Pure. */

/**
 * Commands that switch an output or the relay of fuel or ignition, in the words of each protocol: Teltonika's `setdigout`,
 * GT06's `RELAY`, `DYD` and `HFYD`, H02's `S20`. To warn of; what is refused is the gateway's to say.
 */
const CUT_OFF = /^\W*(setdigout\b|setigndigout\b|relay\b|dyd\b|hfyd\b|stopelec\b|stopoil\b|s20\b|.*[,*](s20|relay)\b)/i;

export function maySwitchOff(text: string): boolean {
  return CUT_OFF.test(text.trim());
}

const STATES: Readonly<Record<string, string>> = {
  queued: 'waits until the device is connected',
  sent: 'sent; its answer is waited for',
  answered: 'the device answered',
  refused: 'refused',
  expired: 'its time was over',
  cancelled: 'taken back before it was sent',
};

export function commandStateText(state: string): string {
  return Object.hasOwn(STATES, state) ? STATES[state]! : state;
}
