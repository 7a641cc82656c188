/**
 * Trackers as Home Assistant discovers them over MQTT: where each is, and how many tasks it has to do
 * (home-assistant.io/integrations/mqtt, "MQTT Discovery"). All of it is retained: a Home Assistant that starts later finds it.
 */
import type { RecordedEvent } from '../model/event.ts';
import type { Tracker } from '../model/tracker.ts';
import { fixTopic, type Message, openTasksTopic } from './broker.ts';

type ShownTracker = Pick<Tracker, 'id' | 'uuid' | 'label' | 'model'>;

export interface HomeAssistantDeps {
  /** First part of our topics. */
  readonly root: string;
  readonly publish: (message: Message) => Promise<void>;
  readonly trackers: () => readonly ShownTracker[];
  readonly openTasks: (trackerId: number) => number;
  /** Runs something once after so many ms; returns what calls it off. */
  readonly after: (run: () => void, delayMs: number) => () => void;
  readonly onTrouble: (reason: unknown) => void;
}

/** What it was told of a tracker. */
interface Told {
  readonly uuid: string;
  readonly announced: string;
  readonly openTasks: number;
}

const LOOK_MS = 1000;
/** Looks between two at all trackers, of which some may be new, gone, or called otherwise. */
const LOOKS_PER_ROUND = 30;
/** Trackers in one look. */
const SLICE = 50;

export class HomeAssistant {
  readonly #deps: HomeAssistantDeps;
  readonly #told = new Map<number, Told>();
  /** Trackers that may have changed. */
  readonly #due = new Set<number>();
  #looks = 0;
  #callOff: () => void = () => {};
  #isStopped = false;

  constructor(deps: HomeAssistantDeps) {
    this.#deps = deps;
  }

  start(): void {
    void this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    this.#callOff();
  }

  /** The broker is new, or may have forgotten: all is told anew. */
  tellAll(): void {
    this.#told.clear();
    this.#looks = 0;
  }

  /** These were committed. */
  note(events: readonly RecordedEvent[]): void {
    for (const { body } of events) {
      if (body.kind === 'create') this.#mark(body.task.tenure.trackerId);
      if (body.kind === 'assign' || body.kind === 'status_change' || body.kind === 'delete') {
        this.#mark(body.from?.trackerId ?? null);
        this.#mark(body.kind === 'delete' ? null : (body.to?.trackerId ?? null));
      }
    }
  }

  #mark(trackerId: number | null): void {
    if (trackerId !== null) this.#due.add(trackerId);
  }

  async #look(): Promise<void> {
    try {
      await this.#tell();
    } catch (error) {
      this.#deps.onTrouble(error);
      this.tellAll();
    }
    if (!this.#isStopped) this.#callOff = this.#deps.after(() => void this.#look(), LOOK_MS);
  }

  async #tell(): Promise<void> {
    const trackers = new Map(this.#deps.trackers().map((tracker) => [tracker.id, tracker]));
    if (this.#looks % LOOKS_PER_ROUND === 0)
      for (const id of [...trackers.keys(), ...this.#told.keys()]) this.#due.add(id);
    this.#looks += 1;
    for (const id of [...this.#due].slice(0, SLICE)) {
      await this.#tellOf(id, trackers.get(id));
      this.#due.delete(id);
    }
  }

  async #tellOf(id: number, tracker: ShownTracker | undefined): Promise<void> {
    const { publish, openTasks, root } = this.#deps;
    const told = this.#told.get(id);
    if (tracker === undefined) {
      if (told === undefined) return;
      for (const message of withdrawals(told.uuid)) await publish(message);
      this.#told.delete(id);
      return;
    }
    const messages = announcements(tracker, root);
    const now: Told = { uuid: tracker.uuid, announced: JSON.stringify(messages), openTasks: openTasks(id) };
    if (now.announced !== told?.announced) for (const message of messages) await publish(message);
    if (now.openTasks !== told?.openTasks) await publish(openTasksMessage(id, now.openTasks));
    this.#told.set(id, now);
  }
}

/** Our fix as the attributes that a device tracker is placed by. */
const ATTRIBUTES =
  "{{ {'latitude': value_json.lat, 'longitude': value_json.lon, 'altitude': value_json.altitude, 'speed': value_json.speed, " +
  "'course': value_json.course, 'gps_accuracy': 10, 'time': value_json.time} | tojson }}";

/** What makes it known; retained, so that a Home Assistant that starts later finds it. */
export function announcements(
  tracker: Pick<Tracker, 'id' | 'uuid' | 'label' | 'model'>,
  root: string,
): readonly Message[] {
  const { id, uuid, label, model } = tracker;
  const device = { identifiers: [`milepost_${uuid}`], name: label, manufacturer: 'Milepost', ...(model && { model }) };
  return [
    announcement('device_tracker', uuid, 'position', {
      name: null,
      source_type: 'gps',
      json_attributes_topic: `${root}/${fixTopic(id)}`,
      json_attributes_template: ATTRIBUTES,
      device,
    }),
    announcement('sensor', uuid, 'open_tasks', {
      name: 'Open tasks',
      icon: 'mdi:clipboard-list-outline',
      state_topic: `${root}/${openTasksTopic(id)}`,
      state_class: 'measurement',
      device,
    }),
  ];
}

/** What makes it unknown again: an empty message in its place. */
function withdrawals(uuid: string): readonly Message[] {
  return [topicOf('device_tracker', uuid, 'position'), topicOf('sensor', uuid, 'open_tasks')].map((topic) => ({
    topic,
    id: `${uuid} withdrawn`,
    payload: '',
    isRetained: true,
  }));
}

function openTasksMessage(trackerId: number, count: number): Message {
  return { topic: openTasksTopic(trackerId), id: `${trackerId} open tasks`, payload: String(count), isRetained: true };
}

function announcement(component: string, uuid: string, object: string, content: object): Message {
  const payload = JSON.stringify({ unique_id: `milepost_${uuid}_${object}`, ...content });
  return { topic: topicOf(component, uuid, object), id: `${uuid} ${object}`, payload, isRetained: true };
}

/** A leading slash: not below our root. */
function topicOf(component: string, uuid: string, object: string): string {
  return `/homeassistant/${component}/milepost_${uuid}/${object}/config`;
}
