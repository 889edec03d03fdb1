import { CommanderError } from 'commander';
import type { OperationState } from '../payment/operation.ts';
import { ProblemError, problemOf } from '../api/problem.ts';
import { PaymentError } from '../temporal/payment-error.ts';

/** Exit codes of every command (agreement, section 6). */
export const EXIT = {
  /** Done, planned or pending. */
  done: 0,
  /** Refused, declined or a failed check. */
  refused: 1,
  wrongUse: 2,
  unreachable: 3,
  /** The outcome is unknown: do not repeat with a new id. */
  unknown: 7,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command was called in a way that cannot work; nothing was asked of anybody. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something that the command needs does not answer. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** A check found something, already told to the person. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

/** The exit code for an operation as it stands. */
export function exitOf(state: OperationState): ExitCode {
  switch (state) {
    case 'unknown':
      return EXIT.unknown;
    case 'declined':
    case 'reversed':
    case 'not_performed':
      return EXIT.refused;
    case 'planned':
    case 'sent':
    case 'pending':
    case 'approved':
      return EXIT.done;
  }
}

/** The exit code for whatever a command threw. */
export function exitOfError(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUse;
  if (error instanceof UsageError || nameOf(error) === 'ConfigurationError') return EXIT.wrongUse;
  if (error instanceof UnreachableError || nameOf(error) === 'TemporalNotFoundError') return EXIT.unreachable;
  if (error instanceof CheckFailed) return EXIT.refused;
  const { problem } = problemOf(error);
  switch (problem.code) {
    case 'validation':
      return EXIT.wrongUse;
    case 'unavailable':
    case 'too-many-requests':
      return problem.outcome === 'unknown' ? EXIT.unknown : EXIT.unreachable;
    default:
      return problem.outcome === 'unknown' && isRefusal(error) ? EXIT.unknown : EXIT.refused;
  }
}

/** Whether an error is a problem of the contract and not a defect. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof ProblemError || error instanceof PaymentError;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
