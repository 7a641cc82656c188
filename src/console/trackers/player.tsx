/** The slider through a track: play, pause, faster, from record to record, and what the record there says. */
import type * as L from 'leaflet';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Button, SelectField } from '../parts/form.tsx';
import { durationText, When } from '../parts/time.tsx';
import { courseText, distanceText, placeText } from './attribute-words.ts';
import { MARKS_MAX, VehicleMarker, type WholeTrack } from './replay-map.ts';
import { type Place, placeAt } from './track.ts';

const SPEEDS = [
  { value: '1', label: 'as it was' },
  { value: '10', label: '10 times' },
  { value: '60', label: '60 times' },
  { value: '300', label: '300 times' },
  { value: '1800', label: '1800 times' },
] as const;

interface Props {
  readonly track: WholeTrack;
  readonly trackerId: number;
  readonly label: string;
  readonly map: L.Map | null;
}

export function Player({ track, trackerId, label, map }: Props): JSX.Element {
  const { points, gapMs } = track;
  const [firstMs, lastMs] = [points[0]!.timeMs, points.at(-1)!.timeMs];
  const [timeMs, setTimeMs] = useState(lastMs);
  const [isPlaying, setPlaying] = useState(false);
  const [factor, setFactor] = useState('60');
  const place = placeAt(points, gapMs, timeMs)!;
  useClock(isPlaying, Number(factor), lastMs, setTimeMs, () => setPlaying(false));
  useVehicle(map, label, place);

  function toggle(): void {
    if (!isPlaying && timeMs >= lastMs) setTimeMs(firstMs);
    setPlaying(!isPlaying);
  }
  function step(by: 1 | -1): void {
    setPlaying(false);
    const isBetween = by < 0 && timeMs > points[place.index]!.timeMs;
    const index = Math.min(points.length - 1, Math.max(0, place.index + (isBetween ? 0 : by)));
    setTimeMs(points[index]!.timeMs);
  }
  function sliderOnKey(event: KeyboardEvent): void {
    if (event.key !== ' ') return;
    event.preventDefault();
    toggle();
  }
  return (
    <div class="fleet-player">
      <div class="fleet-player-row">
        <Button kind="primary" onClick={toggle}>
          {isPlaying ? 'Pause' : 'Play'}
        </Button>
        <Button kind="plain" onClick={() => step(-1)}>
          Record before
        </Button>
        <Button kind="plain" onClick={() => step(1)}>
          Record after
        </Button>
        <SelectField label="Speed" name="factor" value={factor} options={SPEEDS} onInput={setFactor} />
      </div>
      <label class="fleet-slider">
        <span>Time (space plays and pauses)</span>
        <input
          type="range"
          min={0}
          max={Math.max(1, Math.round((lastMs - firstMs) / 1000))}
          value={Math.round((timeMs - firstMs) / 1000)}
          aria-valuetext={`${new Date(timeMs).toISOString()}, ${saidOf(track, place)}`}
          onInput={(event) => setTimeMs(firstMs + Number(event.currentTarget.value) * 1000)}
          onKeyDown={sliderOnKey}
        />
      </label>
      <Strip track={track} />
      <p class="fleet-moment">
        <When at={new Date(timeMs).toISOString()} /> <strong>{saidOf(track, place)}</strong>{' '}
        {placeText(place.lat, place.lon)}
      </p>
      <RecordLine track={track} place={place} trackerId={trackerId} />
      <Marks track={track} onPick={setTimeMs} />
    </div>
  );
}

function saidOf({ points }: WholeTrack, { index, isInGap }: Place): string {
  const { speed, course } = points[index]!;
  if (isInGap) return 'nothing received: where it was last heard of';
  return speed < 1 ? 'standing' : `${Math.round(speed)} km/h to ${courseText(course)}`;
}

/** Moves time on, `factor` times as fast as the wall's. */
function useClock(
  isPlaying: boolean,
  factor: number,
  lastMs: number,
  setTimeMs: (next: (former: number) => number) => void,
  onEnd: () => void,
): void {
  const latest = useRef(onEnd);
  latest.current = onEnd;
  useEffect(() => {
    if (!isPlaying) return;
    let formerMs = performance.now();
    let request = requestAnimationFrame(tick);
    function tick(nowMs: number): void {
      // A page that was hidden goes on where it was.
      const passedMs = Math.min(1000, Math.max(0, nowMs - formerMs)) * factor;
      formerMs = nowMs;
      setTimeMs((former) => {
        if (former + passedMs >= lastMs) queueMicrotask(() => latest.current());
        return Math.min(lastMs, former + passedMs);
      });
      request = requestAnimationFrame(tick);
    }
    return () => cancelAnimationFrame(request);
  }, [isPlaying, factor, lastMs, setTimeMs]);
}

function useVehicle(map: L.Map | null, label: string, place: Place): void {
  const marker = useMemo(() => new VehicleMarker('replayed', label), [label]);
  useEffect(() => () => marker.remove(), [marker]);
  useEffect(() => {
    if (map === null) return;
    marker.show(map, place);
    if (!map.getBounds().contains([place.lat, place.lon])) map.panTo([place.lat, place.lon], { animate: false });
  }, [map, marker, place.lat, place.lon, place.course, place.isInGap]);
}

const STRIP_WIDTH = 1000;

/** Beneath the slider: where nothing was received, and where it stood. */
function Strip({ track }: { readonly track: WholeTrack }): JSX.Element {
  const { points, gaps, stops } = track;
  const firstMs = points[0]!.timeMs;
  const scale = STRIP_WIDTH / Math.max(1, points.at(-1)!.timeMs - firstMs);
  const bar = (from: number, lengthMs: number, name: string) => (
    <rect
      key={`${name}${from}`}
      class={name}
      x={(points[from]!.timeMs - firstMs) * scale}
      width={Math.max(1, lengthMs * scale)}
      y={0}
      height={8}
    />
  );
  return (
    <svg class="fleet-strip" viewBox={`0 0 ${STRIP_WIDTH} 8`} preserveAspectRatio="none" aria-hidden="true">
      {stops.slice(0, MARKS_MAX).map((stop) => bar(stop.from, stop.lengthMs, 'strip-stop'))}
      {gaps.slice(0, MARKS_MAX).map((gap) => bar(gap.from, gap.lengthMs, 'strip-gap'))}
    </svg>
  );
}

interface RecordProps {
  readonly track: WholeTrack;
  readonly place: Place;
  readonly trackerId: number;
}

function RecordLine({ track, place, trackerId }: RecordProps): JSX.Element {
  const { fix } = track.points[place.index]!;
  return (
    <p class="dim">
      {`Record ${place.index + 1} of ${track.points.length}: `}
      <When at={fix.time} />
      {fix.satellites !== null && `, ${fix.satellites} satellites`}
      {', received '}
      <When at={fix.receivedAt} />
      {' \u00b7 '}
      <a href={`#/trackers/${trackerId}/frames?fix=${encodeURIComponent(fix.time)}`}>its bytes</a>
    </p>
  );
}

interface MarksProps {
  readonly track: WholeTrack;
  readonly onPick: (timeMs: number) => void;
}

/** Stops and gaps in words, by time; each leads there. */
function Marks({ track, onPick }: MarksProps): JSX.Element | null {
  const { points, stops, gaps } = track;
  const marks = [
    ...stops.map((stop) => ({ ...stop, words: `stood for ${durationText(stop.lengthMs / 1000)}` })),
    ...gaps.map((gap) => ({
      ...gap,
      words: `nothing received for ${durationText(gap.lengthMs / 1000)}, then ${distanceText(gap.distanceM)} further`,
    })),
  ].sort((a, b) => a.from - b.from);
  if (marks.length === 0) return null;
  return (
    <details class="fleet-marks">
      <summary>{`Stops and gaps (${marks.length})`}</summary>
      <ol>
        {marks.slice(0, MARKS_MAX).map((mark) => (
          <li key={`${mark.from} ${mark.words}`}>
            <Button kind="plain" onClick={() => onPick(points[mark.from]!.timeMs)}>
              <When at={new Date(points[mark.from]!.timeMs).toISOString()} /> {mark.words}
            </Button>
          </li>
        ))}
      </ol>
      {marks.length > MARKS_MAX && <p>{`${marks.length - MARKS_MAX} more: choose a shorter period to see them.`}</p>}
    </details>
  );
}
