import { describe, expect, it } from 'vitest';
import type { DeviceCommand } from '../../src/model/device-command.ts';
import { openStore } from '../../src/store/open.ts';
import { batch, T0, testDirectory, testStore } from './kit.ts';

function command(id: number, part: Partial<DeviceCommand> = {}): DeviceCommand {
  const times = { createdMs: T0, expiresMs: T0 + 1000, sentMs: null, closedMs: null };
  return { id, trackerId: 1, text: `say "é" ${id}`, state: 'queued', ...times, answer: null, reason: null, ...part };
}

const ANSWERED = { state: 'answered', sentMs: T0 + 1, closedMs: T0 + 2, answer: 'ok' } as const;

describe('commands to devices', () => {
  it('come back as they were written, each in its last version', () => {
    const store = testStore();
    store.append(batch({ rows: { deviceCommands: [command(1), command(2)] } }));
    store.append(batch({ rows: { deviceCommands: [command(1, ANSWERED)] } }));
    expect(store.deviceCommands.read(1)).toEqual(command(1, ANSWERED));
    expect(store.deviceCommands.read(2)).toEqual(command(2));
    expect(store.deviceCommands.read(3)).toBeNull();
  });

  it('are listed by tracker, newest first, in pages', () => {
    const store = testStore();
    const own = [1, 2, 4, 5].map((id) => command(id));
    store.append(batch({ rows: { deviceCommands: [...own, command(3, { trackerId: 2 })] } }));
    const ids = (beforeId: number, limit: number) => store.deviceCommands.list(1, beforeId, limit).map(({ id }) => id);
    expect(ids(Number.MAX_SAFE_INTEGER, 3)).toEqual([5, 4, 2]);
    expect(ids(2, 3)).toEqual([1]);
  });

  it('that are open are what a start reads back, and no number is given out twice', () => {
    const directory = testDirectory();
    const store = openStore({ directory });
    const sent = command(2, { state: 'sent', sentMs: T0 });
    const closed = [command(3, ANSWERED), command(4, { state: 'cancelled', closedMs: T0 })];
    store.append(batch({ rows: { deviceCommands: [command(1), sent, ...closed] } }));
    store.close();
    const recovered = testStore({ directory }).recover();
    expect(recovered.openCommands).toEqual([command(1), sent]);
    expect(recovered.nextDeviceCommandId).toBe(5);
  });
});
