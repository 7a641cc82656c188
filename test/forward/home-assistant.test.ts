/** What Home Assistant is told of trackers. */
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/forward/broker.ts';
import { announcements, HomeAssistant } from '../../src/forward/home-assistant.ts';
import type { RecordedEvent } from '../../src/model/event.ts';
import { settled } from '../simulated-time.ts';
import { T0, task, tracker } from '../store/kit.ts';

class World {
  trackers = [tracker(1), tracker(2)];
  open = new Map<number, number>();
  asked = 0;
  readonly told: Message[] = [];
  isFailing = false;
  #run: () => void = () => {};
  readonly home = new HomeAssistant({
    root: 'milepost',
    publish: async (message) => {
      if (this.isFailing) throw new Error('away');
      this.told.push(message);
    },
    trackers: () => this.trackers,
    openTasks: (id) => {
      this.asked += 1;
      return this.open.get(id) ?? 0;
    },
    after: (run) => {
      this.#run = run;
      return () => {
        this.#run = () => {};
      };
    },
    onTrouble: () => {},
  });

  async look(times = 1): Promise<Message[]> {
    const before = this.told.length;
    for (let i = 0; i < times; i += 1) {
      this.#run();
      await settled();
    }
    return this.told.slice(before);
  }
}

async function started(): Promise<World> {
  const world = new World();
  world.home.start();
  await settled();
  return world;
}

function assigned(trackerId: number): RecordedEvent {
  const body = { kind: 'create', task: task(1, { tenure: { trackerId, givenMs: 0, assignedMs: 0 } }) } as const;
  return { id: 1, uid: 'u', taskId: 1, eventMs: T0, recordedMs: T0, body };
}

describe('a tracker', () => {
  it('is announced as a device with a place and a number of tasks, under names that a label cannot bend', () => {
    const odd = tracker(7, { label: 'Van #1/+ "x"', model: 'FMB120' });
    const [place, tasks] = announcements(odd, 'fleet/one').map(({ topic, payload, isRetained }) => ({
      topic,
      isRetained,
      ...JSON.parse(payload),
    }));
    const device = {
      identifiers: [`milepost_${odd.uuid}`],
      name: odd.label,
      manufacturer: 'Milepost',
      model: 'FMB120',
    };
    expect(place).toMatchObject({
      topic: `/homeassistant/device_tracker/milepost_${odd.uuid}/position/config`,
      isRetained: true,
      source_type: 'gps',
      json_attributes_topic: 'fleet/one/trackers/7/fix',
      device,
    });
    expect(tasks).toMatchObject({
      topic: `/homeassistant/sensor/milepost_${odd.uuid}/open_tasks/config`,
      state_topic: 'fleet/one/trackers/7/open-tasks',
      device,
    });
    expect(place.unique_id).not.toBe(tasks.unique_id);
  });

  it('is told of once, and again where it is called otherwise, and taken back where it is gone', async () => {
    const world = await started();
    expect(world.told.map(({ topic }) => topic.split('/').at(-1))).toEqual([
      ...['config', 'config', 'open-tasks'],
      ...['config', 'config', 'open-tasks'],
    ]);
    expect(await world.look(40)).toEqual([]);
    world.trackers = [{ ...tracker(1), label: 'Other' }];
    const next = await world.look(40);
    const gone = next.filter(({ payload }) => payload === '');
    expect([next.length - gone.length, gone.length]).toEqual([2, 2]);
    expect(gone.every(({ topic, isRetained }) => topic.includes(tracker(2).uuid) && isRetained)).toBe(true);
  });

  it('has its open tasks counted anew when something happens to one, and only then', async () => {
    const world = await started();
    const asked = world.asked;
    await world.look(5);
    expect(world.asked).toBe(asked);
    world.open.set(1, 3);
    world.home.note([assigned(1)]);
    expect(await world.look()).toMatchObject([{ topic: 'trackers/1/open-tasks', payload: '3', isRetained: true }]);
    world.home.note([assigned(1)]);
    expect(await world.look()).toEqual([]);
  });

  it('is told of anew to a broker that was away', async () => {
    const world = await started();
    world.isFailing = true;
    world.home.note([assigned(1)]);
    world.open.set(1, 1);
    expect(await world.look(3)).toEqual([]);
    world.isFailing = false;
    expect(await world.look(60)).toHaveLength(6);
  });
});
