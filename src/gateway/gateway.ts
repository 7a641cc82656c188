/** All ports and connections of the gateway: opens, counts, ages and closes them. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Protocol } from '../../protocols/protocol.ts';
import { countReason, type Tally } from '../model/tally.ts';
import type { ClockSuspicion } from '../model/tracker.ts';
import { normalAddress } from './address.ts';
import { Captures } from './captures.ts';
import { ClockWatch } from './clock-watch.ts';
import { Complaints, type Log } from './complaints.ts';
import { Connection } from './connection.ts';
import { type DatagramOptions, DatagramPort } from './datagrams.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Door, Guest, Household } from './household.ts';
import { JumpWatch } from './jump-watch.ts';
import type { GatewayLimits } from './limits.ts';
import { type BoundAddress, Listener, type ListenerOptions } from './listener.ts';
import { Newcomer, type NewcomerOptions } from './newcomer.ts';
import { Pace } from './pace.ts';
import { Roster } from './roster.ts';
import { TlsDoor, type TlsIdentity } from './tls-door.ts';
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

type PresenceWatcher = (trackerId: number, isOnline: boolean) => void;

/** A newcomer on its way through TLS. */
interface Announced {
  readonly newcomer: Newcomer;
  readonly address: string;
  readonly protocol: Protocol | 'auto';
}

/** Who may speak for others. */
interface TrustRule {
  readonly isTrusted: (address: string) => boolean;
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
  /** Called when a tracker comes and when it goes. Returns the unsubscribe function. */
  onPresence(watcher: PresenceWatcher): () => void;
  /** null = its clock seems right, or it has not said enough since the start. */
  clockSuspicion(trackerId: number): ClockSuspicion | null;
  connections(): number;
  /** Ends the tracker's live session, if there is one; the device will log in again. */
  disconnect(trackerId: number): void;
  /** What is taken down of trackers that somebody asked about. */
  readonly captures: Captures;
  /** Another certificate for TLS connections to come. Throws where it is no pair, and then all stay as they were. */
  renewTls(identity: TlsIdentity): void;
}

/**
 * How often connections grow older. One beat for all of them: no timer per connection, and no wall clock whose jumps
 * would close them.
 */
const BEAT_MS = 500;

export function createGateway(options: GatewayOptions): Gateway {
  const { log, tally, limits } = options;
  const watchers = new Set<PresenceWatcher>();
  const roster = new Roster<Guest>(limits, presenceOnChanged);
  const complaints = new Complaints(log, limits.complaintsPerMinuteMax);
  const clockWatch = new ClockWatch();
  const dispatcher = new Dispatcher({
    ...options,
    answerMs: limits.commandAnswerMs,
    addressee,
  });
  const turns = new Turns();
  const captures = new Captures(options.now);
  const jumpWatch = new JumpWatch();
  const framePace = new Pace<number>(limits.framesPerSecondMax);
  const connectionPace = new Pace<string>(limits.newConnectionsPerSecondMax);
  const watches = { clockWatch, jumpWatch, framePace };
  const household: Household = { ...options, roster, complaints, turns, ...watches, dispatcher, captures };
  const tlsDoors: TlsDoor<Announced>[] = [];
  const listeners = options.listeners.map((each) => new Listener(each, arrivalsAt(each)));
  const unhear = options.intake.onDeviceCommands((commands) => {
    for (const { trackerId } of commands) dispatcher.attend(trackerId);
  });
  const ports = (options.datagrams ?? []).map((each) => new DatagramPort(each, household, presenceOnChanged));
  const beat = setInterval(gatewayOnBeat, BEAT_MS).unref();
  let closing: Promise<void> | null = null;
  let whenEmpty = () => {};

  /** Who speaks for a tracker: not the device that it had before. */
  function addressee(trackerId: number): Guest | null {
    const holder = roster.holder(trackerId);
    return holder === null || holder.isDismissed ? null : holder;
  }

  function isOnline(trackerId: number): boolean {
    return addressee(trackerId) !== null || ports.some((port) => port.isOnline(trackerId));
  }

  function presenceOnChanged(trackerId: number): void {
    if (watchers.size === 0) return;
    const isThere = isOnline(trackerId);
    for (const watcher of watchers) watcher(trackerId, isThere);
  }

  /** What a listener does with a socket. Where nothing comes before the device's own bytes, it is a connection at once. */
  function arrivalsAt({ name, protocol, tls, isTrustedProxy }: ListenerOptions): (socket: Socket) => void {
    if (tls === undefined && isTrustedProxy === undefined) {
      return (socket) => accept(socket, socket.remoteAddress ?? null, protocol);
    }
    const isProxied = isTrustedProxy !== undefined;
    const door = tls === undefined ? null : tlsDoor(tls);
    return (socket) =>
      receive(socket, {
        house: household,
        listener: name,
        isProxied,
        isTrusted: isTrustedProxy ?? (() => true),
        onAnnounced(newcomer, address) {
          if (isProxied && isTurnedAway(socket, hasteOf(address))) return;
          if (door === null) moveIn(newcomer, socket, address, protocol);
          else door.enter(socket, { newcomer, address, protocol });
        },
      });
  }

  function tlsDoor(identity: TlsIdentity): TlsDoor<Announced> {
    const door = new TlsDoor<Announced>({
      identity,
      onSecured: ({ newcomer, address, protocol }, secured) => moveIn(newcomer, secured, address, protocol),
      onFailed({ reason, message }, address) {
        countReason(tally.connectionsRefused, reason);
        complaints.write({ reason, address: normalAddress(address) }, Buffer.alloc(0), message);
      },
    });
    tlsDoors.push(door);
    return door;
  }

  /** A balancer comes as often as those it speaks for. */
  function receive(socket: Socket, { isTrusted, ...rest }: Omit<NewcomerOptions, 'onClosed'> & TrustRule): void {
    const address = normalAddress(socket.remoteAddress ?? '');
    const refusal = refusalOf(socket.remoteAddress ?? null, address) ?? (isTrusted(address) ? null : 'untrusted_proxy');
    if (isTurnedAway(socket, refusal ?? (rest.isProxied ? null : hasteOf(address)))) return;
    const newcomer = new Newcomer(socket, address, { ...rest, onClosed: leave });
    roster.add(newcomer);
    newcomer.begin();
  }

  /** A newcomer becomes a connection, if there is room for one of that address. */
  function moveIn(newcomer: Newcomer, stream: Duplex, address: string, protocol: Protocol | 'auto'): void {
    newcomer.release();
    leave(newcomer);
    if (!isTurnedAway(stream, refusalOf(address, address))) connect(stream, address, protocol);
    // It may have been paused behind the header.
    stream.resume();
  }

  function leave(guest: Guest): void {
    roster.remove(guest);
    if (roster.size === 0) whenEmpty();
  }

  function refusalOf(peer: string | null, address: string): string | null {
    return closing !== null ? 'closing' : peer === null ? 'gone' : roster.refusal(address);
  }

  function hasteOf(address: string): 'too_often' | null {
    return connectionPace.take(address) ? null : 'too_often';
  }

  function isTurnedAway(stream: Duplex, refusal: string | null): boolean {
    if (refusal === null) return false;
    countReason(tally.connectionsRefused, refusal);
    stream.destroy();
    return true;
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
    if (isTurnedAway(stream, refusalOf(peer, address) ?? hasteOf(address))) return;
    connect(stream, address, protocol);
  }

  function connect(stream: Duplex, address: string, protocol: Protocol | 'auto'): void {
    const connection = new Connection(stream, address, protocol, household);
    roster.add(connection);
    tally.connectionsOpened += 1;
    stream.once('close', () => connectionOnClosed(connection));
  }

  function connectionOnClosed(connection: Connection): void {
    tally.connectionsClosed += 1;
    leave(connection);
  }

  function gatewayOnBeat(): void {
    complaints.age(BEAT_MS);
    framePace.age(BEAT_MS);
    connectionPace.age(BEAT_MS);
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
    isOnline,
    onPresence(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    clockSuspicion: (trackerId) => clockWatch.suspicion(trackerId),
    connections: () => roster.size,
    disconnect: (trackerId) => {
      roster.holder(trackerId)?.retire('disconnected');
      for (const port of ports) port.forget(trackerId);
    },
    captures,
    renewTls(identity) {
      for (const door of tlsDoors) door.renew(identity);
    },
  };
}
