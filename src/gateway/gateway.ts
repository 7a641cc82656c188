/** All ports and connections of the gateway: opens, counts, ages and closes them. */
import type { Duplex } from 'node:stream';
import type { Protocol } from '../../protocols/protocol.ts';
import { countReason, type Tally } from '../model/tally.ts';
import type { ClockSuspicion } from '../model/tracker.ts';
import { normalAddress } from './address.ts';
import { ClockWatch } from './clock-watch.ts';
import { Complaints, type Log } from './complaints.ts';
import { Connection } from './connection.ts';
import { type DatagramOptions, DatagramPort } from './datagrams.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Door, Guest, Household } from './household.ts';
import type { GatewayLimits } from './limits.ts';
import { type BoundAddress, Listener, type ListenerOptions } from './listener.ts';
import { Roster } from './roster.ts';
import { Turns } from './turns.ts';

export interface GatewayOptions {
  readonly intake: Door;
  /** Wall time, ms: the receipt of what is read. */
  readonly now: () => number;
  readonly tally: Tally;
  readonly log: Log;
  readonly listeners: readonly ListenerOptions[];
  /** Ports over UDP; none if left out. */
  readonly datagrams?: readonly DatagramOptions[];
  readonly limits: GatewayLimits;
}

export interface Gateway {
  /** Opens all ports, or none: rejects with the system's error, which names address and port. */
  listen(): Promise<readonly BoundAddress[]>;
  /** Takes an open stream as if a port had accepted it; null address = the peer is gone already. */
  accept(stream: Duplex, address: string | null, protocol: Protocol | 'auto'): void;
  /** Stops accepting, lets submitted frames settle and be answered, ends all connections; bounded by `closingMs`. */
  close(): Promise<void>;
  /** It has a session, or was heard over UDP within `idleTimeoutMs`. */
  isOnline(trackerId: number): boolean;
  /** null = its clock seems right, or it has not said enough since the start. */
  clockSuspicion(trackerId: number): ClockSuspicion | null;
  connections(): number;
  /** Ends the tracker's live session, if there is one; the device will log in again. */
  disconnect(trackerId: number): void;
}

/**
 * How often connections grow older. One beat for all of them: no timer per connection, and no wall clock whose jumps
 * would close them.
 */
const BEAT_MS = 500;

export function createGateway(options: GatewayOptions): Gateway {
  const { log, tally, limits } = options;
  const roster = new Roster<Guest>(limits);
  const complaints = new Complaints(log, limits.complaintsPerMinuteMax);
  const clockWatch = new ClockWatch();
  const dispatcher = new Dispatcher({
    ...options,
    answerMs: limits.commandAnswerMs,
    addressee,
  });
  const turns = new Turns();
  const household: Household = { ...options, roster, complaints, turns, clockWatch, dispatcher };
  const listeners = options.listeners.map(
    (each) => new Listener(each, (socket) => accept(socket, socket.remoteAddress ?? null, each.protocol)),
  );
  const unhear = options.intake.onDeviceCommands((commands) => {
    for (const { trackerId } of commands) dispatcher.attend(trackerId);
  });
  const ports = (options.datagrams ?? []).map((each) => new DatagramPort(each, household));
  const beat = setInterval(gatewayOnBeat, BEAT_MS).unref();
  let closing: Promise<void> | null = null;
  let whenEmpty = () => {};

  /** Who speaks for a tracker: not the device that it had before. */
  function addressee(trackerId: number): Guest | null {
    const holder = roster.holder(trackerId);
    return holder === null || holder.isDismissed ? null : holder;
  }

  async function listen(): Promise<readonly BoundAddress[]> {
    const opened = await Promise.allSettled([...listeners, ...ports].map((each) => each.listen()));
    const failed = opened.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) {
      await close();
      throw failed.reason;
    }
    for (const listener of listeners)
      listener.onError((error) => log.error({ err: error }, 'cannot accept connections'));
    return opened.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  }

  function accept(stream: Duplex, peer: string | null, protocol: Protocol | 'auto'): void {
    const address = normalAddress(peer ?? '');
    const refusal = closing !== null ? 'closing' : peer === null ? 'gone' : roster.refusal(address);
    if (refusal !== null) {
      countReason(tally.connectionsRefused, refusal);
      stream.destroy();
      return;
    }
    const connection = new Connection(stream, address, protocol, household);
    roster.add(connection);
    tally.connectionsOpened += 1;
    stream.once('close', () => connectionOnClosed(connection));
  }

  function connectionOnClosed(connection: Connection): void {
    roster.remove(connection);
    tally.connectionsClosed += 1;
    if (roster.size === 0) whenEmpty();
  }

  function gatewayOnBeat(): void {
    complaints.age(BEAT_MS);
    for (const connection of roster.members()) connection.age(BEAT_MS);
    dispatcher.beat();
    for (const port of ports) port.age(BEAT_MS);
  }

  function close(): Promise<void> {
    closing ??= endAll();
    return closing;
  }

  /** The beat goes on meanwhile: it cuts off whoever does not end within `closingMs`. */
  async function endAll(): Promise<void> {
    unhear();
    for (const listener of listeners) listener.close();
    for (const connection of roster.members()) connection.retire(null);
    const connectionsEnded = new Promise<void>((resolve) => {
      whenEmpty = resolve;
      if (roster.size === 0) resolve();
    });
    await Promise.all([connectionsEnded, ...ports.map((port) => port.close())]);
    clearInterval(beat);
  }

  return {
    listen,
    accept,
    close,
    isOnline: (trackerId) => addressee(trackerId) !== null || ports.some((port) => port.isOnline(trackerId)),
    clockSuspicion: (trackerId) => clockWatch.suspicion(trackerId),
    connections: () => roster.size,
    disconnect: (trackerId) => {
      roster.holder(trackerId)?.retire('disconnected');
      for (const port of ports) port.forget(trackerId);
    },
  };
}
