/** What a webhook may be told of, and what became of it, in words. Pure. */

/** Those there are, and what a webhook has that is none of them: it can still be unmarked. */
export function choicesOf(types: readonly string[], chosen: readonly string[]): readonly string[] {
  return [...types, ...chosen.filter((topic) => !types.includes(topic))];
}

/** How a try ended. */
export function outcomeText(status: number | null, error: string | null): string {
  if (error === null) return `taken${status === null ? '' : ` (${status})`}`;
  return status === null ? error : `${status}: ${error}`;
}

/** `nextFrom`: where the rest of a period begins that was too much at once; null = there is none. */
export function redeliveryText(events: number, nextFrom: string | null): string {
  if (events === 0) return 'There is nothing in this period that it is told of.';
  const told = `${events} ${events === 1 ? 'event is' : 'events are'} told again, in their order`;
  return nextFrom === null ? `${told}.` : `${told}; the rest, from ${nextFrom} on, is to be asked for after that.`;
}
