/** Fields and buttons. A field shows what is wrong with it at itself, and says so to those who listen. */
import type { ComponentChildren } from 'preact';
import type { Iso } from '../wire.ts';

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly hint?: string | undefined;
  /** What is wrong with the value. */
  readonly fault?: string | undefined;
  readonly isRequired?: boolean | undefined;
}

/** What an input is told by its field. */
interface Given {
  readonly id: string;
  readonly name: string;
  readonly required: boolean;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby'?: string;
}

function Field(props: FieldProps & { readonly children: (given: Given) => ComponentChildren }) {
  const { label, name, hint, fault, isRequired = false, children } = props;
  const id = `field-${name}`;
  const about = [...(hint ? [`${id}-hint`] : []), ...(fault ? [`${id}-fault`] : [])].join(' ');
  const described = about === '' ? {} : { 'aria-describedby': about };
  return (
    <div class={fault ? 'field field-faulty' : 'field'}>
      <label for={id}>{label}</label>
      {children({ id, name, required: isRequired, 'aria-invalid': Boolean(fault), ...described })}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault && (
        <p class="field-fault" id={`${id}-fault`} role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

export interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: 'text' | 'password' | 'url' | 'search' | undefined;
  readonly autocomplete?: string | undefined;
  /** More than one line. */
  readonly rows?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly placeholder?: string | undefined;
}

export function TextField(props: TextFieldProps) {
  const { value, onInput, type = 'text', autocomplete = 'off', rows, maxLength, placeholder, ...field } = props;
  const more = { ...(maxLength !== undefined && { maxLength }), ...(placeholder !== undefined && { placeholder }) };
  return (
    <Field {...field}>
      {(given) =>
        rows === undefined ? (
          <input
            {...given}
            {...more}
            // Types of elements know each type for itself, and no choice of them.
            type={type as 'text'}
            value={value}
            autocomplete={autocomplete}
            spellcheck={false}
            onInput={({ currentTarget }) => onInput(currentTarget.value)}
          />
        ) : (
          <textarea
            {...given}
            {...more}
            rows={rows}
            value={value}
            onInput={({ currentTarget }) => onInput(currentTarget.value)}
          />
        )
      }
    </Field>
  );
}

export interface NumberFieldProps extends FieldProps {
  /** null = empty. */
  readonly value: number | null;
  readonly onInput: (value: number | null) => void;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number | 'any' | undefined;
}

export function NumberField({ value, onInput, min, max, step = 'any', ...field }: NumberFieldProps) {
  const bounds = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  return (
    <Field {...field}>
      {(given) => (
        <input
          {...given}
          {...bounds}
          type="number"
          step={step}
          value={value === null ? '' : String(value)}
          onInput={({ currentTarget }) =>
            onInput(currentTarget.value === '' ? null : numberOrNull(currentTarget.valueAsNumber))
          }
        />
      )}
    </Field>
  );
}

function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

export interface SelectFieldProps extends FieldProps {
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onInput: (value: string) => void;
}

export function SelectField({ value, options, onInput, ...field }: SelectFieldProps) {
  return (
    <Field {...field}>
      {(given) => (
        <select {...given} value={value} onInput={({ currentTarget }) => onInput(currentTarget.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export interface TimeFieldProps extends FieldProps {
  readonly value: Iso | null;
  readonly onInput: (value: Iso | null) => void;
}

/** In the zone of whoever types. */
export function TimeField({ value, onInput, ...field }: TimeFieldProps) {
  return (
    <Field {...field}>
      {(given) => (
        <input
          {...given}
          type="datetime-local"
          step="1"
          value={value === null ? '' : localText(value)}
          onInput={({ currentTarget }) => onInput(isoOf(currentTarget.value))}
        />
      )}
    </Field>
  );
}

/** `2026-03-01T13:30:00`, as the input has it. */
function localText(iso: Iso): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function isoOf(local: string): Iso | null {
  const date = new Date(local);
  return local === '' || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

export interface ButtonProps {
  readonly kind?: 'primary' | 'plain' | 'danger' | undefined;
  readonly type?: 'button' | 'submit' | undefined;
  readonly isDisabled?: boolean | undefined;
  /** What it does, where its text does not say. */
  readonly label?: string | undefined;
  readonly isPressed?: boolean | undefined;
  readonly onClick?: (() => void) | undefined;
  readonly children?: ComponentChildren;
}

export function Button(props: ButtonProps) {
  const { kind = 'plain', type = 'button', isDisabled = false, label, isPressed, onClick, children } = props;
  return (
    <button
      type={type}
      class={`button button-${kind}`}
      disabled={isDisabled}
      {...(label !== undefined && { 'aria-label': label })}
      {...(isPressed !== undefined && { 'aria-pressed': isPressed })}
      onClick={() => onClick?.()}
    >
      {children}
    </button>
  );
}
