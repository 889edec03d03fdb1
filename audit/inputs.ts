import { CancelledFailure, defaultPayloadConverter } from '@temporalio/common';
import type { Input } from '../machines/core-input.ts';
import type { Actor } from '../payment/ledger.ts';
import { isNotice, isAllocated, isQueued, readResultOf, resultOf } from '../workflows/shape.ts';
import { lostCall, lostRead } from '../workflows/failure.ts';
import type { CommandRequest, Role } from '../workflows/messages.ts';
import { failureConverter } from '../temporal/failure-converter.ts';
import { attributesOf, membersOf } from './event.ts';
import { historyOf } from './decode-history.ts';
import type { Job } from './tasks.ts';

type Update = Extract<Job, { kind: 'update' }>;
type Activity = Extract<Job, { kind: 'activity' }>;
type Signal = Extract<Job, { kind: 'signal' }>;

/**
 * What the core is told by a signal, an update or the end of an activity, as the workflow's handlers put it.
 *
 * @returns null for what the core does not hear of: a create, which is in the facts, an asking for a reference, or a
 *   word that the workflow does not take.
 */
export function inputOf(job: Exclude<Job, { kind: 'timer' }>): Input | null {
  switch (job.kind) {
    case 'signal':
      return signalInput(job);
    case 'update':
      return updateInput(job);
    case 'activity':
      return activityInput(job);
    case 'cancel':
      return { type: 'cancel-requested' };
  }
}

function signalInput({ name, argument }: Signal): Input | null {
  const word = argument as never;
  switch (name) {
    case 'notice':
      return taken(() => isNotice(word)) ? { type: 'notice', notice: word } : null;
    case 'queued': {
      const { number, blockedBy } = membersOf(argument) as never;
      return taken(() => isQueued(word)) ? { type: 'queued', number, blockedBy } : null;
    }
    case 'allocated': {
      const { number, reference } = membersOf(argument) as never;
      return taken(() => isAllocated(word)) ? { type: 'allocated', number, reference } : null;
    }
    case 'poke':
      return { type: 'poke' };
    case 'holdShared':
      return { type: 'hold-shared', payment: membersOf(argument)['payment'] as string };
    default:
      return null;
  }
}

/** What is not taken is logged, and outside a workflow there is no log to write to. */
function taken(look: () => boolean): boolean {
  try {
    return look();
  } catch {
    return false;
  }
}

const COMMANDS = new Set(['capture', 'release', 'refund', 'withdraw', 'reschedule', 'resolve']);

function updateInput({ name, argument }: Update): Input | null {
  if (!COMMANDS.has(name)) return null;
  const { command, hash, by, role } = membersOf(argument) as unknown as CommandRequest;
  return { type: 'command', command, hash, by: actorOf(by, role, membersOf(command)['type'] === 'resolve') };
}

const actorOf = (name: string, role: Role, resolves: boolean): Actor => ({
  kind: role,
  name,
  via: resolves ? 'resolution' : 'command',
});

/** `c-1#3` is the call with number 3, `c-1?4` the read with number 4; `c-1@5` asks for a reference. */
const NUMBERED = /([#?])(\d+)$/;

function activityInput({ activityId, event, result }: Activity): Input | null {
  const [, sign, digits] = NUMBERED.exec(activityId) ?? [];
  if (sign === undefined) return null;
  const number = Number(digits);
  const completed = event.eventType === 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED';
  if (sign === '#') {
    return {
      type: 'result',
      number,
      result: completed ? resultOf(result as never) : lostCall(failureOf(event)),
    };
  }
  return {
    type: 'read',
    number,
    result: completed ? readResultOf(result as never) : lostRead(failureOf(event)),
  };
}

/** The cause that the workflow sees within an ActivityFailure. */
function failureOf(event: Activity['event']): unknown {
  if (event.eventType === 'EVENT_TYPE_ACTIVITY_TASK_CANCELED')
    return new CancelledFailure('activity cancelled');
  if (attributesOf(event)['failure'] === undefined) return undefined;
  const [whole] = historyOf({ runId: '', events: [event] }).events ?? [];
  const failure =
    whole?.activityTaskFailedEventAttributes?.failure ?? whole?.activityTaskTimedOutEventAttributes?.failure;
  return failure == null ? undefined : failureConverter.failureToError(failure, defaultPayloadConverter);
}
