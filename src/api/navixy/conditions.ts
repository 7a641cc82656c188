/** The search conditions of a list: Navixy's grammar, read into the model's tree. */
import {
  type Condition,
  type DateField,
  type FieldKind,
  TASK_FIELDS,
  type TaskField,
  type ValueField,
} from '../../model/condition.ts';
import { NAVIXY_STATUSES } from '../../model/projections.ts';
import {
  array,
  expected,
  instant,
  isAbsent,
  isObject,
  jsonOrText,
  optional,
  type Reader,
  required,
  type Site,
  siteFrom,
  text,
} from './parameters.ts';
import type { JsonSchema } from './shapes.ts';

/** In one list, and in all of them together. */
const LIST_MAX = 60;
const ALL_MAX = 72;
/** Values that `in` may name. */
const VALUES_MAX = 1000;
const TEXT_MAX = 760;
/** long(64) with up to six decimals. */
const NUMBER_MAX = 2 ** 63;
const NUMBER_FORM = /^-?\d{1,19}(\.\d{1,6})?$/;
const CUSTOM_FORM = /^\d{1,19}$/;
/** A date is said to the second: what is inclusive reaches to the last instant that is written like this. */
const REST_OF_SECOND_MS = 999;

/** What tasks can be searched and sorted by; `location` is the address, which goes by both names. */
export const FIELDS: ReadonlyMap<string, TaskField> = new Map<string, TaskField>([
  ...Object.keys(TASK_FIELDS).map((name) => [name, name as TaskField] as const),
  ['location', 'address'],
]);

/** What `eq` and `in` compare with. */
const VALUE: JsonSchema = {
  anyOf: [
    { type: 'number', minimum: -NUMBER_MAX, maximum: NUMBER_MAX },
    { type: 'string', minLength: 1, maxLength: TEXT_MAX },
  ],
};

/** What is left of all that may be in one request, and where it is said when that is too much. */
interface Budget {
  left: number;
  readonly site: Site;
}

/** Joined by AND. */
export const conditions: Reader<readonly Condition[]> = {
  schema: { type: 'array', items: conditionSchema(), maxItems: LIST_MAX },
  fromText: jsonOrText,
  read: (value, site) => readAll(value, site, 0, { left: ALL_MAX, site }),
};

function readAll(value: unknown, site: Site, min: number, budget: Budget): readonly Condition[] | undefined {
  if (!Array.isArray(value)) return site.fault(isAbsent(value) ? 'must not be null' : expected('an array', value));
  if (value.length < min || value.length > LIST_MAX) {
    return site.fault(`size must be between ${min} and ${LIST_MAX}`);
  }
  const parts = value.map((part: unknown, i) => readOne(part, siteFrom(site, `[${i}]`), budget));
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** Never deeper than there may be conditions. */
function readOne(value: unknown, site: Site, budget: Budget): Condition | undefined {
  budget.left -= 1;
  if (budget.left < 0) return budget.site.fault(`size must be between 0 and ${ALL_MAX}, nested ones included`);
  if (!isObject(value)) return site.fault(isAbsent(value) ? 'must not be null' : expected('an object', value));
  const { type } = value;
  switch (type) {
    case 'and':
    case 'or': {
      const of = readAll(value['conditions'], siteFrom(site, '.conditions'), 2, budget);
      return of && { kind: type === 'and' ? 'all' : 'any', of };
    }
    case 'not': {
      const of = readOne(value['condition'], siteFrom(site, '.condition'), budget);
      return of && { kind: 'not', of };
    }
    case 'eq':
    case 'in':
      return readIs(value, site, type);
    case 'contains': {
      const field = readField(value['field'], siteFrom(site, '.field'));
      const part = required(text(1, TEXT_MAX)).read(value['value'], siteFrom(site, '.value'));
      return field === undefined || part === undefined ? undefined : { kind: 'contains', field, text: part };
    }
    case 'period':
      return readPeriod(value, site);
    default:
      return siteFrom(site, '.type').fault('Should be one of [and, or, not, eq, contains, in, period]');
  }
}

function readIs(value: Record<string, unknown>, site: Site, type: 'eq' | 'in'): Condition | undefined {
  const field = readField(value['field'], siteFrom(site, '.field'));
  const at = siteFrom(site, '.value');
  const item = valueReader(field);
  if (type === 'in') {
    const values = required(array(item, 1, VALUES_MAX)).read(value['value'], at);
    return field && values && { kind: 'is', field, values };
  }
  const one = required(item).read(value['value'], at);
  return field === undefined || one === undefined ? undefined : { kind: 'is', field, values: [one] };
}

/** Texts may be asked for as texts too; numbers and ids only as numbers. */
function valueReader(field: ValueField | undefined): Reader<number | string> {
  const isText = field === undefined || typeof field === 'object' || TASK_FIELDS[field] === 'text';
  return {
    schema: VALUE,
    fromText: jsonOrText,
    read(value, site) {
      if (typeof value === 'number') return isDocumented(value) ? value : site.fault(OUT_OF_BOUNDS);
      if (!isText) return site.fault(expected('a number', value));
      if (field === 'status' && !NAVIXY_STATUSES.some((status) => status === value)) {
        return site.fault(`Should be one of [${NAVIXY_STATUSES.join(', ')}]`);
      }
      return text(1, TEXT_MAX).read(value, site);
    },
  };
}

const OUT_OF_BOUNDS = 'numeric value out of bounds (<19 digits>.<6 digits> expected)';

function isDocumented(value: number): boolean {
  return value >= -NUMBER_MAX && value <= NUMBER_MAX && NUMBER_FORM.test(String(value));
}

function readPeriod(value: Record<string, unknown>, site: Site): Condition | undefined {
  const field = readDateField(value['field'], siteFrom(site, '.field'));
  const ends = value['value'];
  const at = siteFrom(site, '.value');
  if (!isObject(ends)) return at.fault(isAbsent(ends) ? 'must not be null' : expected('an object', ends));
  const fromMs = optional(instant).read(ends['from'], siteFrom(at, '.from'));
  const toMs = optional(instant).read(ends['to'], siteFrom(at, '.to'));
  if (field === undefined || fromMs === undefined || toMs === undefined) return undefined;
  return { kind: 'during', field, fromMs, toMs: toMs === null ? null : toMs + REST_OF_SECOND_MS };
}

function readField(value: unknown, site: Site): ValueField | undefined {
  if (typeof value === 'string' && CUSTOM_FORM.test(value)) return { custom: value };
  const field = typeof value === 'string' ? FIELDS.get(value) : undefined;
  if (field !== undefined && !isDate(field)) return field;
  const choices = namesOf((kind) => kind !== 'date').join(', ');
  return site.fault(`Should be one of [${choices}] or the id of a custom field`);
}

function readDateField(value: unknown, site: Site): DateField | undefined {
  const field = typeof value === 'string' ? FIELDS.get(value) : undefined;
  if (field !== undefined && isDate(field)) return field;
  return site.fault(`Should be one of [${namesOf((kind) => kind === 'date').join(', ')}]`);
}

function isDate(field: TaskField): field is DateField {
  return TASK_FIELDS[field] === 'date';
}

function namesOf(isWanted: (kind: FieldKind) => boolean): string[] {
  return [...FIELDS].filter(([, field]) => isWanted(TASK_FIELDS[field])).map(([name]) => name);
}

/** What `filter` looks for, in whatever is text; also the word of the status, and the digits of the id. */
export function anywhere(part: string): Condition {
  const fields = ['id', 'label', 'description', 'address', 'external_id', 'status', 'employee', 'form'] as const;
  return { kind: 'any', of: [...fields, 'any_custom' as const].map((field) => containing(field, part)) };
}

/** What each of `filters` looks for. */
export function inTexts(part: string): Condition {
  const fields = ['label', 'description', 'address'] as const;
  return { kind: 'any', of: fields.map((field) => containing(field, part)) };
}

function containing(field: ValueField | 'any_custom', part: string): Condition {
  return { kind: 'contains', field, text: part };
}

/** Of what is nested only that it has a type: the document has no place for a schema to refer back to. */
function conditionSchema(): JsonSchema {
  const nested = { type: 'object', required: ['type'] };
  const field = (isWanted: (kind: FieldKind) => boolean, ...others: string[]): JsonSchema => ({
    type: 'string',
    pattern: `^(${[...namesOf(isWanted), ...others].join('|')})$`,
  });
  const valued = field((kind) => kind !== 'date', '\\d{1,19}');
  const end = { anyOf: [instant.schema, { type: 'null' }] };
  return {
    anyOf: [
      form(['and', 'or'], { conditions: { type: 'array', items: nested, minItems: 2, maxItems: LIST_MAX } }),
      form(['not'], { condition: nested }),
      form(['eq'], { field: valued, value: VALUE }),
      form(['contains'], { field: valued, value: { type: 'string', minLength: 1, maxLength: TEXT_MAX } }),
      form(['in'], { field: valued, value: { type: 'array', items: VALUE, minItems: 1, maxItems: VALUES_MAX } }),
      form(['period'], {
        field: field((kind) => kind === 'date'),
        value: { type: 'object', properties: { from: end, to: end } },
      }),
    ],
  };
}

function form(types: readonly string[], members: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const properties = { type: { type: 'string', enum: types }, ...members };
  return { type: 'object', properties, required: Object.keys(properties) };
}
