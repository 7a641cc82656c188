/** `/form/template/*`: what forms are made from. */
import { listing, success } from './answer.ts';
import { type Call, call } from './call.ts';
import { failure } from './errors.ts';
import { templateWire } from './form-read.ts';
import { editedTemplate, newTemplate, templateOf } from './form-write.ts';
import { required } from './parameters.ts';
import { FORM_TEMPLATE, INTEGER, listOf, STATUS_COUNTS } from './shapes.ts';
import { id } from './usual.ts';

const TEMPLATE_ID = { template_id: required(id) };

export const FORM_TEMPLATE_CALLS: readonly Call[] = [
  call(
    {
      path: 'form/template/list',
      scope: 'tasks:read',
      summary: 'Lists the form templates',
      takes: {},
      gives: { list: listOf(FORM_TEMPLATE) },
    },
    (_parameters, { operations }, pen) => {
      return listing(operations.listFormTemplates(), (template) => templateWire(template, pen));
    },
  ),
  /** Its documentation words the answer as that of the list, so it is given in both ways. */
  call(
    {
      path: 'form/template/read',
      scope: 'tasks:read',
      summary: 'Reads a form template',
      takes: TEMPLATE_ID,
      gives: { value: FORM_TEMPLATE, list: listOf(FORM_TEMPLATE) },
    },
    ({ template_id }, { operations }, pen) => {
      const template = operations.readFormTemplate(template_id);
      if (template === null) return failure(201);
      const value = templateWire(template, pen);
      return success({ value, list: [value] });
    },
  ),
  call(
    {
      path: 'form/template/create',
      scope: 'form_template_update',
      summary: 'Creates a form template',
      takes: { template: newTemplate },
      gives: { id: INTEGER },
    },
    ({ template }, { operations }) => success({ id: operations.createFormTemplate(templateOf(template)).id }),
  ),
  call(
    {
      path: 'form/template/update',
      scope: 'form_template_update',
      summary: 'Replaces a form template; forms made from it stay as they are',
      takes: { template: editedTemplate },
      gives: {},
    },
    ({ template }, { operations }) => {
      return operations.updateFormTemplate(template.id, templateOf(template)) === null ? failure(201) : success();
    },
  ),
  call(
    {
      path: 'form/template/delete',
      scope: 'form_template_update',
      summary: 'Deletes a form template; forms made from it stay',
      takes: TEMPLATE_ID,
      gives: {},
    },
    ({ template_id }, { operations }) => (operations.deleteFormTemplate(template_id) ? success() : failure(201)),
  ),
  call(
    {
      path: 'form/template/stats/read',
      scope: 'tasks:read',
      summary: 'Counts the tasks and schedules that use a form template',
      takes: TEMPLATE_ID,
      gives: { tasks: STATUS_COUNTS, scheduled: INTEGER },
    },
    async ({ template_id }, { operations }) => {
      const use = await operations.countTemplateUse(template_id);
      return use === null ? failure(201) : success({ tasks: use.tasks, scheduled: use.scheduled });
    },
  ),
];
