/** The face of the line: what the gateway and the operations may hand in, and what they get back. */
import type { Command, CommandOutcome } from '../model/command.ts';
import type { CommandAnswer, DeviceCommand } from '../model/device-command.ts';
import type { RecordedEvent } from '../model/event.ts';
import type { Fix } from '../model/fix.ts';
import type { Task } from '../model/task.ts';
import type { PendingTracker, Tracker } from '../model/tracker.ts';
import type { FrameRecord } from '../store/store.ts';

/** One frame of one tracker, decoded. */
export interface Delivery {
  readonly trackerId: number;
  readonly receivedMs: number;
  readonly protocol: FrameRecord['protocol'];
  /** The raw frame, the line's to keep. */
  readonly raw: Buffer;
  /** Every record of the frame in wire order, judged; empty for messages without records. */
  readonly fixes: readonly Fix[];
  /** By how much its clock is read as being ahead of UTC, minutes; absent = 0. */
  readonly clockAheadMinutes?: number;
  /** The same frame read by what the tracker is by now; absent = that changes nothing. */
  readBy?(tracker: Tracker): Pick<Delivery, 'fixes' | 'clockAheadMinutes'>;
  /** Where the frame is a device's answer to a command. */
  readonly answer?: CommandAnswer | null;
}

/** Who handed a frame in, and is told what became of it. */
export interface Receipt {
  frameOnSettled(settled: Settled): void;
}

/** `durable`: committed and synced. `failed`: storage refused it; nothing may be acknowledged. */
export type Settled = 'durable' | 'failed';

export type Admission =
  | { readonly kind: 'admitted'; readonly tracker: Tracker }
  /** Not registered: put on the waiting list, refused in the protocol's own way. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'rejected' };

/** An event with the id and the uid of its history row. */
export type CommittedEvent = RecordedEvent;

/** When a task's outcome may still move. */
export interface Prospects {
  /** When the clock closes it, if devices send nothing that does; null = it does not. */
  readonly closesMs: number | null;
  /** Until when late evidence may change what GPS or the clock has closed; null = for as long as it is open, for its window has no end. */
  readonly revisableUntilMs: number | null;
}

/** How much there is of what the line holds. */
export interface Load {
  /** Frames and commands, and the memory that the frames take. */
  readonly queuedFrames: number;
  readonly queuedBytes: number;
  /** Trackers of which the engine has the state in memory, and zones of their tasks in its index. */
  readonly trackersLoaded: number;
  readonly zonesIndexed: number;
}

export type SeenListener = (trackerId: number, fix: Fix) => void;

export interface Intake {
  /** Decides on a login. A tracker accepted a moment ago is admitted at its next login. */
  admit(imei: string, protocol: string, address: string): Promise<Admission>;
  /**
   * Takes a frame in. The receipt is told exactly once, after the commit, in order of submission.
   * Returns false when the queue is full: the frame IS taken, but the caller must stop reading until `whenRoom` fires.
   */
  submit(delivery: Delivery, receipt: Receipt): boolean;
  /** Calls back once when the queue has room again. */
  whenRoom(resume: () => void): void;
  /** Decided in order, resolved after the commit. Resolves with refusal `storage_unavailable` when it fails. */
  command(command: Command): Promise<CommandOutcome>;
  /** The command that is to be sent to a tracker next; null = none is queued, or the last one is not answered yet. */
  nextDeviceCommand(trackerId: number): DeviceCommand | null;
  /** Registered trackers by id, from memory. */
  tracker(trackerId: number): Tracker | null;
  trackers(): readonly Tracker[];
  /** One that was deleted: what it sent is still there. */
  formerTracker(trackerId: number): Tracker | null;
  pending(): readonly PendingTracker[];
  /** The same task with what an open visit adds to it up to its last inside fix. */
  live(task: Task): Task;
  /** What time may still do to a task. */
  prospects(task: Task): Prospects;
  /** null = able to accept and commit; else why not. */
  trouble(): string | null;
  load(): Load;
  /** Called with the events of a commit, in order, after it. Returns the unsubscribe function. */
  onCommitted(listener: (events: readonly CommittedEvent[]) => void): () => void;
  /**
   * Called after a commit with the newest valid fix of each of its frames that has one. While nobody listens, nothing is
   * looked at. Returns the unsubscribe function.
   */
  onSeen(listener: SeenListener): () => void;
  /** The same with every step that a commit took commands to devices. */
  onDeviceCommands(listener: (commands: readonly DeviceCommand[]) => void): () => void;
}
