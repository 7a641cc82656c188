/** `/entity/*`: the fields that the owner gives to tasks, and the order in which forms show them. Tasks are the one kind. */
import { type CustomField, FIELD_TYPES, type LayoutSection } from '../../model/records.ts';
import type { Refusal } from '../../model/refusal.ts';
import { FIELDS_MAX } from '../../operations/custom-fields.ts';
import type { Operations } from '../../operations/operations.ts';
import { listing, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { type Failure, failure, invalid } from './errors.ts';
import {
  array,
  bool,
  type Fields,
  line,
  name,
  object,
  oneOf,
  optional,
  otherwise,
  type Read,
  required,
  text,
} from './parameters.ts';

import { refusalFailure } from './refusals.ts';
import { BOOLEAN, INTEGER, listOf, maybe, oneOfWords, record, STRING } from './shapes.ts';
import { id } from './usual.ts';

const TASK_ENTITY_ID = 1;
const TYPE = 'task';
/** What every task has, as its form may show it. */
const OWN_FIELDS = [
  'label',
  'location',
  'from',
  'to',
  'tracker_id',
  'description',
  'external_id',
  'max_delay',
  'min_stay_duration',
  'min_arrival_duration',
  'form_template_id',
  'tags',
] as const;
const SECTIONS_MAX = 50;

const SECTION = {
  label: required(line(0, 255)),
  field_order: required(array(name(64), 0, OWN_FIELDS.length + FIELDS_MAX)),
} satisfies Fields;

const FIELD = {
  id: optional(id),
  label: required(name(255)),
  type: required(oneOf(FIELD_TYPES)),
  required: otherwise(bool, false),
  description: otherwise(text(0, 512), ''),
  params: optional(object({ responsible: otherwise(bool, false) })),
} satisfies Fields;

const ENTITY = record({
  id: INTEGER,
  type: oneOfWords([TYPE]),
  settings: record({
    layout: record({ sections: listOf(record({ label: STRING, field_order: listOf(STRING) })) }),
  }),
});

const FIELD_SHAPE = record({
  id: INTEGER,
  label: STRING,
  type: oneOfWords(FIELD_TYPES),
  required: BOOLEAN,
  description: STRING,
  params: maybe(record({ responsible: BOOLEAN })),
});

const SETTINGS = object({
  layout: required(object({ sections: required(array(object(SECTION), 1, SECTIONS_MAX)) })),
});

export const ENTITY_CALLS: readonly Call[] = [
  call(
    {
      path: 'entity/list',
      scope: 'tasks:read',
      summary: 'Lists what can be given fields',
      takes: {},
      gives: { list: listOf(ENTITY) },
    },
    (_parameters, { operations }) => listing([operations], entityWire),
  ),
  call(
    {
      path: 'entity/read',
      scope: 'tasks:read',
      summary: 'Reads the fields of an entity, and their order',
      takes: { id: optional(id), type: optional(oneOf([TYPE])) },
      gives: { entity: ENTITY, fields: listOf(FIELD_SHAPE) },
    },
    ({ id, type }, { operations }) => {
      if ((id === null) === (type === null)) {
        return invalid([{ parameter: 'id', error: "Exactly one of 'id' and 'type' must be specified" }]);
      }
      if (id !== null && id !== TASK_ENTITY_ID) return failure(201);
      return success({ entity: entityWire(operations), fields: operations.listFields().map(fieldWire) });
    },
  ),
  call(
    {
      path: 'entity/update',
      scope: 'tasks:write',
      summary: 'Changes the order in which fields stand',
      takes: { entity: required(object({ id: required(id), settings: required(SETTINGS) })) },
      gives: {},
    },
    ({ entity: { id, settings } }, { operations }) => {
      if (id !== TASK_ENTITY_ID) return failure(201);
      const refusal = operations.setFieldLayout(OWN_FIELDS, settings.layout.sections.map(sectionOf));
      return refusal === null ? success() : fieldsFailure(refusal, 'entity.settings.layout.sections');
    },
  ),
  call(
    {
      path: 'entity/fields/read',
      scope: 'tasks:read',
      summary: 'Lists the fields of an entity',
      takes: { entity_id: required(id) },
      gives: { list: listOf(FIELD_SHAPE) },
    },
    ({ entity_id }, { operations }) =>
      entity_id === TASK_ENTITY_ID ? listing(operations.listFields(), fieldWire) : failure(201),
  ),
  call(
    {
      path: 'entity/fields/update',
      scope: 'tasks:write',
      summary: 'Makes, changes and, where asked to, deletes fields of an entity',
      takes: {
        entity_id: required(id),
        fields: required(array(object(FIELD), 0, FIELDS_MAX)),
        delete_missing: otherwise(bool, false),
      },
      gives: { list: listOf(FIELD_SHAPE) },
    },
    ({ entity_id, fields, delete_missing }, { operations }) => {
      if (entity_id !== TASK_ENTITY_ID) return failure(201);
      const refusal = operations.fileFields(fields.map(draftOf), delete_missing);
      if (refusal !== null) return fieldsFailure(refusal, 'fields');
      return listing(operations.listFields(), fieldWire);
    },
  ),
];

function entityWire(operations: Pick<Operations, 'fieldLayout'>): object {
  const sections = operations.fieldLayout(OWN_FIELDS).map(({ label, fields }) => ({ label, field_order: fields }));
  return { id: TASK_ENTITY_ID, type: TYPE, settings: { layout: { sections } } };
}

function sectionOf({ label, field_order }: Read<typeof SECTION>): LayoutSection {
  return { label, fields: field_order };
}

function draftOf(wire: Read<typeof FIELD>) {
  const { id, label, type, required, description, params } = wire;
  const isResponsible = type === 'employee' && (params?.responsible ?? false);
  return { id, label, type, isRequired: required, description, isResponsible };
}

function fieldWire({ id, label, type, isRequired, description, isResponsible }: CustomField): object {
  const wire = { id, label, type, required: isRequired, description };
  return type === 'employee' ? { ...wire, params: { responsible: isResponsible } } : wire;
}

function fieldsFailure(refusal: Refusal, parameter: string): Failure {
  return refusal.code === 'invalid' ? invalid([{ parameter, error: refusal.message }]) : refusalFailure(refusal);
}
