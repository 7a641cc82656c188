/** `/task_commands/`: the way in which GSMtasks' clients change tasks, one at a time or many in one go. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { INSTRUCTIONS, type Instruction } from '../../model/instruction.ts';
import type { Refusal } from '../../model/refusal.ts';
import type { Gathered } from '../../operations/gathering.ts';
import type { InstructionQuery } from '../../operations/instructions.ts';
import { type Faults, fault, NO_FIELD, sendFaults, sendNotFound } from '../rest/faults.ts';
import { isUuid } from '../rest/wire.ts';
import { commandWire } from './command-read.ts';
import { type Order, type ReadCommand, readCommand } from './command-write.ts';
import { asking, type GsmtasksDesk } from './desk.ts';
import { both, Filtering, type PeriodAsked } from './filtering.ts';
import { pageAsked, setLinks } from './number-pages.ts';
import { sendRefusal } from './refusals.ts';
import { sendList } from './send-list.ts';
import { viewOf } from './task-read.ts';

const COMMANDS_MAX = 1000;

export function addCommandRoutes(app: FastifyInstance, desk: GsmtasksDesk): void {
  const { operations, now } = desk;

  app.post(
    '/task_commands/',
    asking('tasks:write', { summary: 'Gives a command to a task, or to many in order' }),
    async (request, reply) => {
      const { body } = request;
      const bodies = Array.isArray(body) ? (body as readonly unknown[]) : [body];
      if (bodies.length > COMMANDS_MAX) {
        const words = `Expected at most ${COMMANDS_MAX} commands, received ${bodies.length}.`;
        return sendFaults(reply, fault(NO_FIELD, words));
      }
      const by = operations.userOfKey(request.caller!.keyName);
      const readings = bodies.map((each) => readCommand(each, operations, by, now()));
      const faults = readings.map((reading) => ('faults' in reading ? reading.faults : {}));
      if (readings.some((reading) => 'faults' in reading)) {
        // All of them or none: whoever sends them again has not half of them done.
        return sendFaults(reply, Array.isArray(body) ? faults : faults[0]!);
      }
      const given = await giveAll(
        readings.map((reading) => (reading as { value: ReadCommand }).value),
        desk,
      );
      const refusal = given.find(isRefusal);
      if (refusal !== undefined) return sendRefusal(reply, refusal);
      const view = viewOf(request, desk);
      const answers = (given as readonly Instruction[]).map((instruction) => commandWire(instruction, view));
      return reply.code(201).send(Array.isArray(body) ? answers : answers[0]);
    },
  );

  app.get('/task_commands/', asking('tasks:read', { summary: 'Commands to tasks' }), async (request, reply) => {
    const asked = queryOf(request, desk);
    if ('faults' in asked) return sendFaults(reply, asked.faults);
    const found = asked.query === null ? NOTHING : await operations.listInstructions(asked.query);
    if (asked.query !== null) setLinks(request, reply, desk, asked.query, found, ({ id }) => id);
    const view = viewOf(request, desk);
    return sendList(reply, found.items, ({ instruction }) => commandWire(instruction, view));
  });

  app.get<{ Params: { id: string } }>(
    '/task_commands/:id/',
    asking('tasks:read', { summary: 'One command to a task' }),
    async (request, reply) => {
      const { id } = request.params;
      const instruction = isUuid(id) ? operations.instruction(id.toLowerCase()) : null;
      return instruction === null ? sendNotFound(reply) : commandWire(instruction, viewOf(request, desk));
    },
  );
}

const NOTHING: Gathered<never> = { items: [], end: null };

/**
 * The line decides them in this order. What an update comes to depends on the task as those before it leave it, so it
 * waits for them; all else goes into as few commits as there can be.
 */
async function giveAll(
  commands: readonly ReadCommand[],
  { operations }: GsmtasksDesk,
): Promise<readonly (Instruction | Refusal)[]> {
  const given: Promise<Instruction | Refusal>[] = [];
  const lastOfTask = new Map<number, Promise<unknown>>();
  for (const command of commands) {
    if (command.kind === 'known') given.push(Promise.resolve(command.instruction));
    else {
      const { taskId, wish } = command;
      if (wish.action === 'update') await lastOfTask.get(taskId);
      const outcome = give(command, operations);
      lastOfTask.set(taskId, outcome);
      given.push(outcome);
    }
  }
  return Promise.all(given);
}

/** The line could not decide on it. What it decided to reject is no refusal. */
function isRefusal(outcome: Instruction | Refusal): outcome is Refusal {
  return 'kind' in outcome;
}

function give(order: Order, operations: GsmtasksDesk['operations']): Promise<Instruction | Refusal> {
  const { wish } = order;
  const task = wish.action === 'update' ? operations.anyTaskOfUuid(wish.taskUuid) : null;
  return operations.instruct(wish, order.commandOn(task));
}

const COMMAND_STATES = ['pending', 'accepted', 'rejected'] as const;

/** `query`: null = nothing can be found. */
function queryOf(
  request: FastifyRequest,
  { operations }: GsmtasksDesk,
): { readonly query: InstructionQuery | null } | { readonly faults: Faults } {
  const filters = new Filtering(request.query);
  const page = pageAsked(request.query);
  const account = filters.reference('task__account', 'accounts') ?? filters.reference('account', 'accounts');
  const task = filters.reference('task', 'tasks');
  const accepted = filters.period('accepted_at');
  const rejected = filters.period('rejected_at');
  const asked = {
    by: filters.reference('user', 'users'),
    assignee: filters.reference('assignee', 'users'),
    actions: filters.words('action', INSTRUCTIONS),
    states: statesOf(filters.words('state', COMMAND_STATES), accepted, rejected),
    // It is decided when it comes, and never changes.
    createdMs: [filters.period('created_at'), filters.period('updated_at'), accepted, rejected].reduce(both),
    timeMs: filters.period('time'),
  };
  if ('faults' in page || filters.faults !== null) {
    return { faults: { ...filters.faults, ...('faults' in page && page.faults) } };
  }
  if (account !== null && account !== operations.accountUuid()) return { query: null };
  const taskId = task === null ? null : operations.taskIdOf(task);
  if (task !== null && taskId === null) return { query: null };
  return { query: { ...page.span, ...asked, taskId } };
}

/** Whoever asks when it was accepted asks for what was. */
function statesOf(
  states: readonly string[] | null,
  accepted: PeriodAsked,
  rejected: PeriodAsked,
): readonly string[] | null {
  const told = [...(isBounded(accepted) ? ['accepted'] : []), ...(isBounded(rejected) ? ['rejected'] : [])];
  if (told.length === 0) return states;
  // Nothing was both.
  if (told.length === 2) return [];
  return states === null ? told : states.filter((state) => told.includes(state));
}

function isBounded({ fromMs, toMs }: PeriodAsked): boolean {
  return Number.isFinite(fromMs) || Number.isFinite(toMs);
}
