/** Points in time, as they are by the gateway's clock and in the zone of whoever looks. */
import { clockNow } from '../session.ts';
import type { Iso } from '../wire.ts';
import { agoText } from './duration.ts';
import { tick } from './tick.ts';

export { durationText } from './duration.ts';

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const NONE = '–';

/** The day is only said where it is not today's. */
export function When({ at }: { readonly at: Iso | null }) {
  if (at === null) return <span class="dim">{NONE}</span>;
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>{at}</span>;
  const day = DAY.format(date);
  const isToday = day === DAY.format(new Date(clockNow()));
  return (
    <time dateTime={at} title={at}>
      {isToday ? TIME.format(date) : `${day}, ${TIME.format(date)}`}
    </time>
  );
}

export function Ago({ at }: { readonly at: Iso | null }) {
  // Read, so that it is told anew each second.
  void tick.value;
  if (at === null) return <span class="dim">{NONE}</span>;
  return (
    <time dateTime={at} title={at}>
      {agoText(Date.parse(at), clockNow())}
    </time>
  );
}
