/** Work that many connections have after one commit or read, done once and together at the end of the current turn. */

export interface TurnTaker {
  takeTurn(): void;
}

export class Turns {
  #waiting: TurnTaker[] = [];

  /** A taker asks once per turn; one that asks while turns are taken gets another one after them. */
  call(taker: TurnTaker): void {
    if (this.#waiting.push(taker) === 1) queueMicrotask(() => this.#run());
  }

  #run(): void {
    const takers = this.#waiting;
    this.#waiting = [];
    for (const taker of takers) taker.takeTurn();
  }
}
