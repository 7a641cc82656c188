/** Who is logged in, what they may do, and what time it is at the gateway. */
import { signal } from '@preact/signals';
import type { Session } from './wire.ts';

/** null = nobody. */
export const session = signal<Session | null>(null);

/** The gateway says every right that the key has, those that others bring along included. */
export function may(scope: string): boolean {
  const scopes = session.value?.scopes ?? [];
  return scopes.includes('*') || scopes.includes(scope);
}

export function beginSession(next: Session): void {
  setClock(next.now, next.clockFactor);
  session.value = next;
}

export function endSession(): void {
  session.value = null;
}

const clock = { gatewayMs: Date.now(), hereMs: performance.now(), factor: 1 };

/** Where the gateway's clock stands now, and how fast it goes. */
export function setClock(now: string, factor = clock.factor): void {
  Object.assign(clock, { gatewayMs: Date.parse(now), hereMs: performance.now(), factor });
}

/** The gateway's clock, ms since 1970. */
export function clockNow(): number {
  return clock.gatewayMs + (performance.now() - clock.hereMs) * clock.factor;
}
