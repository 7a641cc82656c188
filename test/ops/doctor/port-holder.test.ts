import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { portHolder } from '../../../src/ops/doctor/port-holder.ts';

it.skipIf(!existsSync('/proc/net/tcp'))(
  'the process that holds a port is found, and none where nobody does',
  async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(portHolder('tcp', port)).toMatchObject({ processId: process.pid });
    await new Promise((resolve) => server.close(resolve));
    expect(portHolder('tcp', port)).toBeNull();
  },
);
