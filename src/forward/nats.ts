/** NATS JetStream. A message is published when the stream says so; one that it has already it tells by its id. */
import type { JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type Broker, loginOf, type OnBroker } from './broker.ts';

const PUBLISH_MS_MAX = 5000;
const CONNECT_MS_MAX = 10_000;

interface Session {
  readonly connection: NatsConnection;
  readonly stream: JetStreamClient;
}

export interface NatsOptions {
  /** nats:// or tls://, with user and password, or a token, where it asks for them. */
  readonly url: string;
  /** Made where there is none. */
  readonly stream: string;
  /** First part of all subjects. */
  readonly subject: string;
}

export function openNats(options: NatsOptions, onBroker: OnBroker): Broker {
  let opening: Promise<Session> | null = null;
  let isClosed = false;

  function session(): Promise<Session> {
    opening ??= opened(options).then(
      (made) => {
        onBroker(null);
        void made.connection.closed().then((error) => {
          opening = null;
          if (!isClosed) onBroker(error ?? new Error('the connection to the NATS server is closed'));
        });
        return made;
      },
      (error) => {
        opening = null;
        throw error;
      },
    );
    return opening;
  }

  return {
    async publish({ topic, id, payload }) {
      if (isClosed) throw new Error('closed');
      const { stream } = await session();
      const subject = `${options.subject}.${topic.replaceAll('/', '.')}`;
      await stream.publish(subject, payload, { msgID: id, timeout: PUBLISH_MS_MAX });
    },
    async close() {
      isClosed = true;
      const known = await opening?.catch(() => null);
      await known?.connection.close();
    },
  };
}

async function opened({ url, stream, subject }: NatsOptions): Promise<Session> {
  // Only who asks for it pays for it.
  const { connect } = await import('@nats-io/transport-node');
  const { jetstream, jetstreamManager } = await import('@nats-io/jetstream');
  const address = new URL(url);
  const { user, password } = loginOf(address);
  const connection = await connect({
    servers: address.host,
    name: 'milepost',
    timeout: CONNECT_MS_MAX,
    // One that is lost is opened anew by whoever publishes next.
    reconnect: false,
    ...(address.protocol === 'tls:' && { tls: {} }),
    ...(user !== '' && (password === '' ? { token: user } : { user, pass: password })),
  });
  try {
    const manager = await jetstreamManager(connection);
    const isThere = await manager.streams.info(stream).then(
      () => true,
      () => false,
    );
    if (!isThere) await manager.streams.add({ name: stream, subjects: [`${subject}.>`] });
    return { connection, stream: jetstream(connection) };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
