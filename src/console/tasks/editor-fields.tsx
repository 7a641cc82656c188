/** The fields of a task's form, in three groups: what, where, and when and for whom. */
import { Button, NumberField, SelectField, TextField, TimeField } from '../parts/form.tsx';
import { RADIUS_MAX, RADIUS_MIN } from './circle.ts';
import {
  DESCRIPTION_MAX,
  type Draft,
  EXTERNAL_ID_MAX,
  type Faults,
  LABEL_MAX,
  MINUTES_MAX,
  RADIUS_USUAL,
} from './draft.ts';
import { trackerOptions } from './tracker-link.tsx';
import { offsetWords } from './window-words.ts';
import { ZonePicker } from './zone-picker.tsx';

const MINUTES = { min: 0, max: MINUTES_MAX, step: 'any' } as const;

interface FieldsProps {
  readonly draft: Draft;
  readonly faults: Faults;
  /** The task is over: what it was judged by stays. */
  readonly isOver: boolean;
  change(some: Partial<Draft>): void;
}

export function TextFields({ draft, faults, change }: FieldsProps) {
  return (
    <fieldset>
      <legend>What</legend>
      <TextField
        label="Label"
        name="label"
        maxLength={LABEL_MAX}
        value={draft.label}
        fault={faults.label}
        isRequired
        onInput={(label) => change({ label })}
      />
      <TextField
        label="Description"
        name="description"
        rows={3}
        maxLength={DESCRIPTION_MAX}
        value={draft.description}
        fault={faults.description}
        onInput={(description) => change({ description })}
      />
      <TextField
        label="External id"
        name="externalId"
        maxLength={EXTERNAL_ID_MAX}
        hint="What your own system calls it"
        value={draft.externalId}
        fault={faults.externalId}
        onInput={(externalId) => change({ externalId })}
      />
    </fieldset>
  );
}

export function PlaceFields({ draft, faults, isOver, change }: FieldsProps) {
  const { lat, lon, radius, ring, address } = draft;
  const centre = lat === null || lon === null ? null : { lat, lon };
  return (
    <fieldset class="task-editor-map">
      <legend>Where</legend>
      <ZonePicker
        centre={centre}
        radius={radius ?? RADIUS_USUAL}
        ring={ring}
        isFixed={isOver || ring !== null}
        onPlace={(spot) => change(spot)}
        onRadius={(metres) => change({ radius: metres })}
      />
      {ring !== null && (
        <p class="dim">
          Its zone is a polygon of {ring.length} corners, which came by an API and stays as it is.{' '}
          {!isOver && (
            <Button kind="plain" onClick={() => change({ ring: null })}>
              Use a circle instead
            </Button>
          )}
        </p>
      )}
      <fieldset class="field-row" disabled={isOver || ring !== null}>
        <legend class="unseen">Circle</legend>
        <NumberField
          label="Latitude"
          name="lat"
          value={lat}
          fault={faults.lat}
          isRequired
          min={-90}
          max={90}
          step="any"
          onInput={(value) => change({ lat: value })}
        />
        <NumberField
          label="Longitude"
          name="lon"
          value={lon}
          fault={faults.lon}
          isRequired
          min={-180}
          max={180}
          step="any"
          onInput={(value) => change({ lon: value })}
        />
        <NumberField
          label="Radius (m)"
          name="radius"
          value={radius}
          fault={faults.radius}
          isRequired
          min={RADIUS_MIN}
          max={RADIUS_MAX}
          step="any"
          onInput={(value) => change({ radius: value })}
        />
      </fieldset>
      <TextField
        label="Address"
        name="address"
        hint="For people; the circle is what counts"
        value={address}
        fault={faults.address}
        onInput={(text) => change({ address: text })}
      />
    </fieldset>
  );
}

interface WindowProps extends FieldsProps {
  readonly isNew: boolean;
}

export function WindowFields({ draft, faults, isOver, change, isNew }: WindowProps) {
  const { from, to, maxDelay, minStay, minArrival, trackerId } = draft;
  return (
    <fieldset disabled={isOver}>
      <legend>When, and for whom</legend>
      <div class="field-row">
        <TimeField
          label="From"
          name="from"
          value={from}
          hint={zoneHint(from)}
          fault={faults.from}
          isRequired
          onInput={(at) => change({ from: at })}
        />
        <TimeField
          label="To"
          name="to"
          value={to}
          hint={zoneHint(to)}
          fault={faults.to}
          isRequired
          onInput={(at) => change({ to: at })}
        />
      </div>
      <div class="field-row">
        <NumberField
          label="Stay (min)"
          name="minStay"
          hint="In all, inside"
          value={minStay}
          fault={faults.minStay}
          {...MINUTES}
          onInput={(value) => change({ minStay: value })}
        />
        <NumberField
          label="Late by (min)"
          name="maxDelay"
          value={maxDelay}
          fault={faults.maxDelay}
          {...MINUTES}
          onInput={(value) => change({ maxDelay: value })}
        />
        <NumberField
          label="Each visit (min)"
          name="minArrival"
          hint="Shorter: no visit"
          value={minArrival}
          fault={faults.minArrival}
          {...MINUTES}
          onInput={(value) => change({ minArrival: value })}
        />
      </div>
      <SelectField
        label="Tracker"
        name="trackerId"
        value={trackerId === null ? '' : String(trackerId)}
        options={trackerOptions('Nobody yet')}
        fault={faults.trackerId}
        hint={isNew ? undefined : 'Another tracker answers from now on; what was seen before no longer counts'}
        onInput={(id) => change({ trackerId: id === '' ? null : Number(id) })}
      />
    </fieldset>
  );
}

/** `Local time, UTC+01:00`: which may differ between the two ends. */
function zoneHint(at: string | null): string {
  return at === null ? 'Local time' : `Local time, ${offsetWords(Date.parse(at))}`;
}
