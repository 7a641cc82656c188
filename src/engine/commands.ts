/** Decides on what people and systems ask for: once, in the order received (engine rules, section 4). */
import type { Command, CommandOutcome } from '../model/command.ts';
import { amendTask } from './amend.ts';
import { createCheckpoint, deleteCheckpoint, editCheckpoint, joinRoute, leaveRoute } from './checkpoint-commands.ts';
import { cancelDeviceCommand, queueDeviceCommand, rejectDeviceCommand, sendDeviceCommand } from './device-commands.ts';
import type { Draft } from './draft.ts';
import { editRoute } from './edit-route.ts';
import { correctForm, eraseForms, setForm, submitForm } from './form-commands.ts';
import { instruct } from './instructions.ts';
import { settleQueues } from './line-up.ts';
import { assignRoute, createRoute, deleteRoute } from './route-commands.ts';
import { untag } from './tag-commands.ts';
import { assignTask, createTask, deleteTask, editTask, moveTask, sightTask } from './task-commands.ts';
import { changeDevice, createTracker, editTracker } from './tracker-commands.ts';
import { deleteTracker } from './tracker-deletion.ts';

export function decide(draft: Draft, command: Command): CommandOutcome {
  const outcome = carriedOut(draft, command);
  settleQueues(draft);
  return outcome;
}

function carriedOut(draft: Draft, command: Command): CommandOutcome {
  switch (command.kind) {
    case 'create_task':
      return createTask(draft, command.task);
    case 'edit_task':
      return editTask(draft, command);
    case 'amend_task':
      return amendTask(draft, command);
    case 'assign_task':
      return assignTask(draft, command);
    case 'move_task':
      return moveTask(draft, command);
    case 'sight_task':
      return sightTask(draft, command);
    case 'instruct':
      return instruct(draft, command, decide);
    case 'set_form':
      return setForm(draft, command);
    case 'submit_form':
      return submitForm(draft, command);
    case 'correct_form':
      return correctForm(draft, command);
    case 'erase_forms':
      return eraseForms(draft, command.taskIds);
    case 'create_route':
      return createRoute(draft, command.route);
    case 'assign_route':
      return assignRoute(draft, command.routeId, command.trackerId);
    case 'edit_route':
      return editRoute(draft, command);
    case 'delete_route':
      return deleteRoute(draft, command.routeId);
    case 'create_checkpoint':
      return createCheckpoint(draft, command);
    case 'edit_checkpoint':
      return editCheckpoint(draft, command);
    case 'delete_checkpoint':
      return deleteCheckpoint(draft, command.taskId);
    case 'join_route':
      return joinRoute(draft, command);
    case 'leave_route':
      return leaveRoute(draft, command.taskId);
    case 'delete_task':
      return deleteTask(draft, command.taskId);
    case 'untag':
      return untag(draft, command.tagId, command.ids);
    case 'create_tracker':
      return createTracker(draft, command.tracker);
    case 'edit_tracker':
      return editTracker(draft, command);
    case 'change_device':
      return changeDevice(draft, command);
    case 'delete_tracker':
      return deleteTracker(draft, command.trackerId);
    case 'queue_device_command':
      return queueDeviceCommand(draft, command.order);
    case 'cancel_device_command':
      return cancelDeviceCommand(draft, command.commandId);
    case 'send_device_command':
      return sendDeviceCommand(draft, command.commandId, command.answerByMs);
    case 'reject_device_command':
      return rejectDeviceCommand(draft, command.commandId, command.reason);
  }
}
