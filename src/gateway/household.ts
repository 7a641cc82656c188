/** What all connections and ports of a gateway share, and what it knows of each connection. */
import type { Intake } from '../intake/intake.ts';
import type { Tally } from '../model/tally.ts';
import type { Captures } from './captures.ts';
import type { ClockWatch } from './clock-watch.ts';
import type { Complaints, Log } from './complaints.ts';
import type { Addressee, CommandDoor, Dispatcher } from './dispatcher.ts';
import type { JumpWatch } from './jump-watch.ts';
import type { GatewayLimits } from './limits.ts';
import type { Pace } from './pace.ts';
import type { Roster } from './roster.ts';
import type { Turns } from './turns.ts';

/** The part of the line that sockets need. */
export type Door = CommandDoor & Pick<Intake, 'admit' | 'submit' | 'whenRoom' | 'onDeviceCommands' | 'tracker'>;

/** A connection, to those outside of it. */
export interface Guest extends Addressee {
  readonly address: string;
  /** Its tracker has another device by now, or is gone: what comes from this one is nobody's. */
  readonly isDismissed: boolean;
  /** It was heard so lately that nobody else may log in as its tracker (`sessionHoldMs`). */
  readonly isHolding: boolean;
  /** Reads nothing more, lets what was submitted be settled and answered, then closes. null = for no fault. */
  retire(reason: string | null): void;
  /** Time passes, told by the gateway's one beat. */
  age(elapsedMs: number): void;
}

export interface Household {
  readonly intake: Door;
  readonly now: () => number;
  readonly tally: Tally;
  readonly log: Log;
  readonly limits: GatewayLimits;
  readonly roster: Roster<Guest>;
  readonly complaints: Complaints;
  readonly turns: Turns;
  /** Of frames, by tracker. */
  readonly framePace: Pace<number>;
  readonly clockWatch: ClockWatch;
  readonly jumpWatch: JumpWatch;
  readonly dispatcher: Dispatcher;
  readonly captures: Captures;
}
