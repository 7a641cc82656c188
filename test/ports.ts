/** Flags that leave a gateway of a test no port but those the test asks for: customary ones are taken by the next test. */
import { DATAGRAM_PROTOCOL_NAMES, PROTOCOL_NAMES } from '../protocols/index.ts';

export const NO_OWN_PORT_FLAGS: readonly string[] = [
  ...PROTOCOL_NAMES.flatMap((name) => [`--${name}-port`, 'off']),
  ...DATAGRAM_PROTOCOL_NAMES.flatMap((name) => [`--${name}-udp`, 'off']),
];
