/**
 * Who is there: a stranger until the line has decided on a login, then the session of a tracker with what is known of its
 * device. A tracker has one session: the newest, unless the one before holds it (`sessionHoldMs`).
 */
import { ANY_DEVICE, type DeviceProfile } from '../../protocols/protocol.ts';
import type { Admission } from '../intake/intake.ts';
import { countReason } from '../model/tally.ts';
import { Acquaintance } from './acquaintance.ts';
import { Owed } from './answers.ts';
import { countRecordsRefused, explanation, type Faults } from './faults.ts';
import type { Guest, Household } from './household.ts';
import type { Link } from './link.ts';
import { decideAdmission, type OpenSession, type Session, STRANGER } from './session.ts';
import type { Reading } from './submission.ts';

export interface ReceptionOptions {
  readonly house: Household;
  readonly guest: Guest;
  readonly link: Link;
  readonly faults: Faults;
  /** Told the frame that has opened a session: a login, or one that names its device. */
  readonly onOpened: (reading: Reading, owed: Owed, trackerId: number) => void;
}

export class Reception {
  readonly #options: ReceptionOptions;
  #session: Session = STRANGER;
  #acquaintance = new Acquaintance(null);
  #isAdmitting = false;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  get session(): Session {
    return this.#session;
  }

  get isStranger(): boolean {
    return this.#session.kind === 'stranger';
  }

  /** A login waits for the line. */
  get isAdmitting(): boolean {
    return this.#isAdmitting;
  }

  get imei(): string | null {
    return this.#session.kind === 'open' ? this.#session.imei : null;
  }

  get acquaintance(): Acquaintance {
    return this.#acquaintance;
  }

  /** Of the device, as its tracker is at this moment: that may be changed while the device is connected. */
  get profile(): DeviceProfile {
    if (this.#session.kind === 'stranger') return ANY_DEVICE;
    const tracker = this.#options.house.intake.tracker(this.#session.trackerId);
    return tracker === null ? ANY_DEVICE : this.#acquaintance.profile(tracker);
  }

  /** Frames behind a login wait until it is decided. */
  admit(reading: Reading, imei: string): void {
    const { house, link, guest } = this.#options;
    this.#isAdmitting = true;
    const owed = link.answers.owe(new Owed(false));
    house.intake.admit(imei, reading.protocol.name, guest.address).then(
      (admission) => link.guard(() => this.#admissionOnDecided(reading, owed, imei, admission)),
      (error: unknown) => link.fail(error),
    );
  }

  #admissionOnDecided(reading: Reading, owed: Owed, imei: string, admission: Admission): void {
    const { link } = this.#options;
    this.#isAdmitting = false;
    const welcome = decideAdmission(
      imei,
      admission,
      admission.kind === 'admitted' && this.#isTaken(admission.tracker.id),
    );
    if (link.phase !== 'live') link.answers.withhold(owed);
    else if (welcome.kind === 'turn_away') this.turnAway(reading, owed, welcome.reason);
    else this.#open(reading, owed, welcome.session);
    link.callTurn();
  }

  #open(reading: Reading, owed: Owed, session: OpenSession): void {
    const { house, onOpened } = this.#options;
    const { protocol, frame, decoded } = reading;
    this.leave();
    this.#session = session;
    this.#acquaintance = new Acquaintance(decoded.kind === 'login' ? protocol.clockAheadMinutes(frame) : null);
    house.tally.logins += 1;
    this.#takeOver(session);
    onOpened({ ...reading, acquaintance: this.#acquaintance }, owed, session.trackerId);
    house.dispatcher.attend(session.trackerId);
  }

  #isTaken(trackerId: number): boolean {
    const { house, guest } = this.#options;
    const holder = house.roster.holder(trackerId);
    return holder !== null && holder !== guest && holder.isHolding;
  }

  /** Mobile links die unnoticed, and the session before may be on such a link. */
  #takeOver({ trackerId, imei }: OpenSession): void {
    const { house, guest } = this.#options;
    const former = house.roster.takeOver(trackerId, guest);
    if (former === null) return;
    house.log.info({ imei, from: former.address, to: guest.address }, 'session replaced by a newer one');
    former.retire('replaced');
  }

  turnAway({ protocol, frame, decoded }: Reading, owed: Owed, reason: string): void {
    const { house, guest, link, faults } = this.#options;
    countReason(house.tally.loginsRefused, reason);
    countRecordsRefused(house.tally, reason, decoded);
    faults.complain(reason, frame, `login refused: ${explanation(decoded)}`);
    link.answers.give(owed, protocol.refusal(frame));
    guest.retire(null);
  }

  leave(): void {
    const { house, guest } = this.#options;
    if (this.#session.kind === 'open') house.roster.release(this.#session.trackerId, guest);
    this.#session = STRANGER;
  }
}
