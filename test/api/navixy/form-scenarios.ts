/** Scenarios of the calls about forms and their templates. */
import { NOWHERE, refused, type Scenario, type Scenarios, TEMPLATE, type World } from './scenario.ts';

const VALUES = { who: { type: 'text', value: 'Anna' } };

/** Of a call about the form of a task. */
function aboutForm(more: object = {}): Scenario {
  return { happy: async (world) => ({ task_id: await world.formTask(), ...more }) };
}

const ABOUT_TEMPLATE: Scenario = { happy: async (world) => ({ template_id: await world.template() }) };

async function submitted(world: World): Promise<number> {
  const task_id = await world.formTask();
  await world.made('task/form/submit', { task_id, values: VALUES });
  return task_id;
}

export const FORM_SCENARIOS: Scenarios = {
  'form/template/create': { happy: () => ({ template: TEMPLATE }) },
  'form/template/list': { happy: () => ({}) },
  'form/template/read': ABOUT_TEMPLATE,
  'form/template/update': {
    happy: async (world) => ({ template: { ...TEMPLATE, id: await world.template(), label: 'Changed' } }),
    notFound: refused(201, () => ({ template: { ...TEMPLATE, id: NOWHERE } })),
  },
  'form/template/delete': ABOUT_TEMPLATE,
  'form/template/stats/read': ABOUT_TEMPLATE,
  'task/form/create': {
    happy: async (world) => ({ task_id: await world.task(), template_id: await world.template() }),
    wrongState: refused(247, async (world) => ({
      task_id: await world.formTask(),
      template_id: await world.template(),
    })),
  },
  'task/form/read': aboutForm(),
  'task/form/delete': aboutForm(),
  'task/form/submit': aboutForm({ values: VALUES }),
  'task/form/values/update': {
    happy: async (world) => ({ task_id: await submitted(world), values: { who: { type: 'text', value: 'Bea' } } }),
    wrongState: refused(255, async (world) => ({ task_id: await world.formTask(), values: VALUES })),
  },
  'task/form/list': {
    happy: async (world) => ({ include_unsubmitted: true, task_ids: [await world.formTask()] }),
    notFound: refused(204, () => ({ include_unsubmitted: true, template_id: NOWHERE })),
  },
  'task/form/file/create': {
    ...aboutForm({ field_id: 'proof', size: 1000, filename: 'proof.pdf' }),
    wrongState: refused(231, async (world) => ({ task_id: await world.formTask(), field_id: 'who', size: 1000 })),
  },
  'task/form/download': aboutForm({ format: 'pdf' }),
  'form/read': { happy: async (world) => ({ id: await world.formTask() }) },
  'form/download': { happy: async (world) => ({ id: await world.formTask(), format: 'xlsx' }) },
};
