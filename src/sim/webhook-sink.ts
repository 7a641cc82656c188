/**
 * The other end of a webhook, for the demo and the docs: takes what it is sent on this machine, verifies it as the Standard
 * Webhooks specification says, and keeps the last of it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SinkDelivery {
  /** `webhook-id`: the same over all tries. */
  readonly id: string;
  readonly type: string;
  /** One of the signatures was made with the secret. */
  readonly isVerified: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WebhookSink {
  /** Where the webhook is to lead to. */
  readonly url: string;
  /** Deliveries from now on are verified with this one: a secret is told when the webhook is made, which asks for the URL. */
  expectSecret(secret: string): void;
  /** The last hundred, oldest first. */
  received(): readonly SinkDelivery[];
  /** Called with each. Returns the unsubscribe function. */
  onReceived(listener: (delivery: SinkDelivery) => void): () => void;
  close(): Promise<void>;
}

const KEPT_MAX = 100;
const BODY_BYTES_MAX = 65_536;

/** `secret`: `whsec_` and the key in base64; '' = it is not known yet, and nothing is verified. */
export async function openSink(secret = ''): Promise<WebhookSink> {
  let known = secret;
  const kept: SinkDelivery[] = [];
  const listeners = new Set<(delivery: SinkDelivery) => void>();
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (body === null) {
      response.writeHead(413).end();
      return;
    }
    const delivery = deliveryOf(request.headers, body, known);
    kept.push(delivery);
    if (kept.length > KEPT_MAX) kept.shift();
    response.writeHead(delivery.isVerified || known === '' ? 204 : 401).end();
    for (const listener of listeners) listener(delivery);
  });
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}/`,
    expectSecret(told) {
      known = told;
    },
    received: () => [...kept],
    onReceived(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** null = too long, or broken off. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString();
}

function deliveryOf(headers: IncomingHttpHeaders, body: string, secret: string): SinkDelivery {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  const id = String(headers['webhook-id'] ?? '');
  return {
    id,
    type: typeOf(body),
    isVerified: secret !== '' && isSigned(headers, `${id}.${String(headers['webhook-timestamp'])}.${body}`, secret),
    headers: Object.fromEntries(texts),
    body,
  };
}

function typeOf(body: string): string {
  try {
    const { type } = Object(JSON.parse(body)) as { readonly type?: unknown };
    return typeof type === 'string' ? type : '';
  } catch {
    return '';
  }
}

function isSigned(headers: IncomingHttpHeaders, content: string, secret: string): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(content).digest('base64')}`);
  return String(headers['webhook-signature'] ?? '')
    .split(' ')
    .map((text) => Buffer.from(text))
    .some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected));
}
