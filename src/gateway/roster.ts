/** Who is connected: places in all and per address, and the one live session of each tracker. */
import type { GatewayLimits } from './limits.ts';

interface Member {
  readonly address: string;
}

export class Roster<M extends Member> {
  readonly #limits: Pick<GatewayLimits, 'connectionsMax' | 'connectionsPerAddressMax'>;
  readonly #presenceOnChanged: (trackerId: number) => void;
  readonly #members = new Set<M>();
  readonly #byAddress = new Map<string, number>();
  readonly #byTracker = new Map<number, M>();

  /** `presenceOnChanged`: a tracker has a session, or has none any more. */
  constructor(
    limits: Pick<GatewayLimits, 'connectionsMax' | 'connectionsPerAddressMax'>,
    presenceOnChanged: (trackerId: number) => void = () => {},
  ) {
    this.#limits = limits;
    this.#presenceOnChanged = presenceOnChanged;
  }

  get size(): number {
    return this.#members.size;
  }

  members(): Iterable<M> {
    return this.#members;
  }

  /** Why one more connection from this address is not taken; null = it is. */
  refusal(address: string): 'limit' | 'per_address' | null {
    if (this.#members.size >= this.#limits.connectionsMax) return 'limit';
    if ((this.#byAddress.get(address) ?? 0) >= this.#limits.connectionsPerAddressMax) return 'per_address';
    return null;
  }

  add(member: M): void {
    this.#members.add(member);
    this.#byAddress.set(member.address, (this.#byAddress.get(member.address) ?? 0) + 1);
  }

  remove(member: M): void {
    if (!this.#members.delete(member)) return;
    const left = (this.#byAddress.get(member.address) ?? 1) - 1;
    if (left === 0) this.#byAddress.delete(member.address);
    else this.#byAddress.set(member.address, left);
  }

  /** The newest session of a tracker wins; returns the one it replaces, if another connection held it. */
  takeOver(trackerId: number, member: M): M | null {
    const former = this.#byTracker.get(trackerId);
    this.#byTracker.set(trackerId, member);
    this.#presenceOnChanged(trackerId);
    return former === undefined || former === member ? null : former;
  }

  /** Ends a session, unless a newer connection has taken it over. */
  release(trackerId: number, member: M): void {
    if (this.#byTracker.get(trackerId) !== member) return;
    this.#byTracker.delete(trackerId);
    this.#presenceOnChanged(trackerId);
  }

  holder(trackerId: number): M | null {
    return this.#byTracker.get(trackerId) ?? null;
  }
}
