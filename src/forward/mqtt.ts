/** MQTT 3.1.1, QoS 1. The client connects again by itself, and then sends again what was not acknowledged, in order. */
import { randomBytes } from 'node:crypto';
import { type Broker, loginOf, type OnBroker } from './broker.ts';

const CONNECT_MS_MAX = 10_000;
const RECONNECT_MS = 2000;

/** `url`: mqtt:// or mqtts://, with user and password where it asks for them. Resolves before it is connected. */
export async function openMqtt(url: string, root: string, onBroker: OnBroker): Promise<Broker> {
  // Only who asks for it pays for it.
  const { connect } = await import('mqtt');
  const address = new URL(url);
  const { user, password } = loginOf(address);
  // The library would send them as they are written.
  address.username = '';
  address.password = '';
  const client = connect(address.href, {
    ...(user !== '' && { username: user, password }),
    clientId: `milepost-${randomBytes(6).toString('hex')}`,
    connectTimeout: CONNECT_MS_MAX,
    reconnectPeriod: RECONNECT_MS,
    reconnectOnConnackError: true,
    resubscribe: false,
  });
  client.on('connect', () => onBroker(null));
  client.on('error', (error) => onBroker(error));
  client.on('close', () => onBroker(new Error('the connection to the MQTT broker is closed')));
  return {
    async publish({ topic, payload, isRetained = false }) {
      const path = topic.startsWith('/') ? topic.slice(1) : `${root}/${topic}`;
      await client.publishAsync(path, payload, { qos: 1, retain: isRetained });
    },
    async close() {
      client.removeAllListeners('close');
      await client.endAsync(true);
    },
  };
}
