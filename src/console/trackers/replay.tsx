/** Where a tracker has been: a period, its track on the map coloured by speed, and a slider through time. */
import type * as L from 'leaflet';
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ApiError, get } from '../api.ts';
import { clockNow } from '../live.ts';
import { Button, SelectField, TimeField } from '../parts/form.tsx';
import { Failure, Loading } from '../parts/notice.tsx';
import { durationText } from '../parts/time.tsx';
import type { Fixes } from '../wire.ts';
import { distanceText } from './attribute-words.ts';
import { type Collected, collectFixes, TRACK_FIXES_MAX } from './collecting.ts';
import { Player } from './player.tsx';
import { MARKS_MAX, trackLayer, type WholeTrack } from './replay-map.ts';
import { BANDS, drawingOf, gapLengthMs, gapsOf, lengthM, OFF_M_MAX, pointsOf, stopsOf } from './track.ts';

export interface Period {
  readonly from: string;
  readonly to: string;
}

const HOUR_MS = 3_600_000;

const PRESETS = [
  { value: '1', label: 'last hour' },
  { value: '6', label: 'last 6 hours' },
  { value: '24', label: 'last day' },
  { value: '168', label: 'last week' },
] as const;

interface Props {
  readonly trackerId: number;
  readonly label: string;
  readonly map: L.Map | null;
  /** As the address of the page asks; else the last hour. */
  readonly asked: Period | null;
  /** When it was heard of last. */
  readonly lastAt: string | null;
}

export function Replay({ trackerId, label, map, asked, lastAt }: Props): JSX.Element {
  const [period, setPeriod] = useState<Period>(() => asked ?? lastHours(1));
  const { track, error, reload } = useTrack(trackerId, period);
  return (
    <section aria-labelledby="replay-title">
      <h2 id="replay-title">Track</h2>
      <PeriodPicker period={period} onPick={setPeriod} />
      <Failure error={error} onRetry={reload} />
      {track === null && error === null && <Loading />}
      {track !== null && (
        <Track key={`${period.from} ${period.to}`} collected={track} trackerId={trackerId} label={label} map={map} />
      )}
      {track?.fixes.length === 0 && lastAt !== null && (
        <Button onClick={() => setPeriod(hoursTo(1, Date.parse(lastAt)))}>The hour before its last position</Button>
      )}
    </section>
  );
}

function lastHours(hours: number): Period {
  return hoursTo(hours, clockNow());
}

function hoursTo(hours: number, toMs: number): Period {
  return { from: new Date(toMs - hours * HOUR_MS).toISOString(), to: new Date(toMs).toISOString() };
}

function PeriodPicker(props: { readonly period: Period; readonly onPick: (period: Period) => void }): JSX.Element {
  const { period, onPick } = props;
  const [from, setFrom] = useState<string | null>(period.from);
  const [to, setTo] = useState<string | null>(period.to);
  const [preset, setPreset] = useState('');
  useEffect(() => {
    setFrom(period.from);
    setTo(period.to);
  }, [period]);
  function pick(hours: string): void {
    setPreset(hours);
    if (hours === '') return;
    onPick(lastHours(Number(hours)));
  }
  const isInOrder = from !== null && to !== null && from < to;
  function submit(event: Event): void {
    event.preventDefault();
    setPreset('');
    if (isInOrder) onPick({ from, to });
  }
  return (
    <form class="fleet-filters" onSubmit={submit}>
      <SelectField
        label="Period"
        name="preset"
        value={preset}
        options={[{ value: '', label: 'from and to' }, ...PRESETS]}
        onInput={pick}
      />
      <TimeField label="From" name="from" value={from} onInput={setFrom} />
      <TimeField
        label="To"
        name="to"
        value={to}
        onInput={setTo}
        fault={isInOrder ? undefined : 'a time after the first'}
      />
      <Button kind="primary" type="submit" isDisabled={!isInOrder}>
        Show
      </Button>
    </form>
  );
}

interface Loaded {
  readonly track: Collected | null;
  readonly error: ApiError | null;
  readonly reload: () => void;
}

function useTrack(trackerId: number, { from, to }: Period): Loaded {
  const [track, setTrack] = useState<Collected | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [tries, setTries] = useState(0);
  // `tries` is what a retry changes.
  useEffect(() => {
    const stop = new AbortController();
    setTrack(null);
    setError(null);
    const ask = (since: string, limit: number) => {
      const query = new URLSearchParams({ from: since, to, limit: String(limit) });
      return get<Fixes>(`/api/trackers/${trackerId}/fixes?${query}`, stop.signal);
    };
    collectFixes(from, ask).then(setTrack, (failure: unknown) => {
      if (stop.signal.aborted) return;
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    });
    return () => stop.abort();
  }, [trackerId, from, to, tries]);
  return { track, error, reload: () => setTries(tries + 1) };
}

interface TrackProps {
  readonly collected: Collected;
  readonly trackerId: number;
  readonly label: string;
  readonly map: L.Map | null;
}

function Track({ collected, trackerId, label, map }: TrackProps): JSX.Element {
  const track = useMemo(() => drawn(collected), [collected]);
  useEffect(() => {
    if (map === null || track.points.length === 0) return;
    const layer = trackLayer(track).addTo(map);
    map.fitBounds(boundsOf(track), { maxZoom: 16, padding: [24, 24], animate: false });
    return () => {
      layer.remove();
    };
  }, [map, track]);
  if (track.points.length === 0) {
    return (
      <p role="status">
        {track.leftOut === 0
          ? 'Nothing was received in this period.'
          : `Nothing to draw: none of the ${track.leftOut} records of this period has a valid position.`}
      </p>
    );
  }
  return (
    <>
      <Player track={track} trackerId={trackerId} label={label} map={map} />
      <Legend />
      <Facts track={track} isCut={collected.isCut} />
    </>
  );
}

function drawn({ fixes }: Collected): WholeTrack {
  const { points, leftOut } = pointsOf(fixes);
  const gapMs = gapLengthMs(points);
  const gaps = gapsOf(points, gapMs);
  return { points, leftOut, gapMs, gaps, stops: stopsOf(points, gaps), drawing: drawingOf(points, gaps) };
}

function boundsOf({ points }: WholeTrack): [[number, number], [number, number]] {
  const bounds = { south: 90, west: Number.POSITIVE_INFINITY, north: -90, east: Number.NEGATIVE_INFINITY };
  for (const { lat, lon } of points) {
    bounds.south = Math.min(bounds.south, lat);
    bounds.north = Math.max(bounds.north, lat);
    bounds.west = Math.min(bounds.west, lon);
    bounds.east = Math.max(bounds.east, lon);
  }
  return [
    [bounds.south, bounds.west],
    [bounds.north, bounds.east],
  ];
}

function Legend(): JSX.Element {
  return (
    <ul class="fleet-legend" aria-label="What the lines mean">
      {BANDS.map((band, index) => (
        <li key={band.name}>
          <span class={`fleet-swatch band-${index}`} aria-hidden="true" />
          {band.name}
        </li>
      ))}
      <li>
        <span class="fleet-swatch band-gap" aria-hidden="true" />
        nothing received
      </li>
      <li>
        <span class="fleet-swatch band-stop" aria-hidden="true" />
        stop
      </li>
      <li>
        <span class="vehicle-arrow replayed" aria-hidden="true" />
        at the time above
      </li>
      <li>
        <span class="vehicle-arrow live" aria-hidden="true" />
        now
      </li>
    </ul>
  );
}

/** What is shown of how much: nothing is left out silently. */
function Facts({ track, isCut }: { readonly track: WholeTrack; readonly isCut: boolean }): JSX.Element {
  const { points, gaps, stops, drawing, leftOut, gapMs } = track;
  const left = drawing.of - drawing.drawn;
  return (
    <ul class="fleet-facts">
      <li>{`${points.length} positions over ${distanceText(lengthM(points, gaps))}, gaps not counted`}</li>
      <li>{`stops of 3 min or more: ${stops.length}; gaps longer than ${durationText(gapMs / 1000)}: ${gaps.length}`}</li>
      {left > 0 && (
        <li>{`the line is drawn by ${drawing.drawn} of them: the others are within ${OFF_M_MAX} m of it; the slider knows all`}</li>
      )}
      {Math.max(stops.length, gaps.length) > MARKS_MAX && (
        <li class="fleet-warned">{`only the first ${MARKS_MAX} stops and the first ${MARKS_MAX} gaps are marked on the map`}</li>
      )}
      {leftOut > 0 && (
        <li class="fleet-warned">{`${leftOut} records without a valid position or time are not drawn`}</li>
      )}
      {isCut && (
        <li class="fleet-warned">{`the first ${TRACK_FIXES_MAX} records of this period are shown; choose a shorter one for the rest`}</li>
      )}
    </ul>
  );
}
