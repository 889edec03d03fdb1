/**
 * How workflows say no. A handler that throws anything but a Temporal failure would fail its workflow task for ever,
 * and a signal handler that throws one would fail the whole workflow, so both are wrapped here.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  log,
  TemporalFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { CallResult } from '../payment/outcome.ts';
import type { ReadResult } from '../payment/read.ts';
import type { Explanation, RuleResult } from '../payment/rule.ts';

/** What a refused command carries as the first of the failure's details; the failure's type is the refusal's code. */
export interface RefusalDetail {
  readonly rule: string | null;
  readonly text: string;
  /** Minor units and counts. */
  readonly figures: Readonly<Record<string, number>>;
  /** Ids of the operations that make it so. */
  readonly because: readonly string[];
}

/** A refusal: non-retryable, its type is the code that the edge answers with. */
export function refusal(code: string, detail: RefusalDetail): ApplicationFailure {
  return ApplicationFailure.nonRetryable(detail.text, code, detail);
}

/** The refusal that an explanation stands for: the first rule that fails. Null where the command is legal. */
export function refusalOf(explanation: Explanation): ApplicationFailure | null {
  if (explanation.legal) return null;
  const failed = explanation.rules.find((rule) => !rule.pass);
  return refusal(explanation.refusedBy ?? 'not-legal-now', detailOf(failed));
}

function detailOf(failed: RuleResult | undefined): RefusalDetail {
  if (failed === undefined) return { rule: null, text: 'not legal now', figures: {}, because: [] };
  const { rule, text, figures, because } = failed;
  return { rule, text, figures, because };
}

/** The id was used before for something else. */
export function conflict(id: string): ApplicationFailure {
  const text = `${id} is already bound to another body`;
  return refusal('idempotency-conflict', { rule: null, text, figures: {}, because: [] });
}

/** What an update handler ends with: whatever was thrown becomes a failure of the update. */
export function failureOf(error: unknown): TemporalFailure {
  return error instanceof TemporalFailure
    ? error
    : ApplicationFailure.fromError(error, { nonRetryable: true });
}

/**
 * Runs an update handler: what it throws becomes a failure of the update. It starts and awaits nothing that a cancel
 * request could reach, so it needs no scope of its own, and is no async function, since each promise costs a stack trace.
 *
 * @param handler - returns its answer, or a promise that rejects with a failure of ours only.
 */
export function answering<T>(handler: () => T): T {
  try {
    return handler();
  } catch (error) {
    throw failureOf(error);
  }
}

/** Runs a signal handler: whatever it throws is logged and goes no further. */
export function quietly(signal: string, handler: () => void): void {
  try {
    handler();
  } catch (error) {
    log.error(`signal ${signal} was not taken in`, { error });
  }
}

const OURS = 'tranche.';
/** Failures of the activity that say that nothing can have been sent: it ended before the provider was called. */
const CERTAIN = new Set(['tranche.unknown-account']);

/**
 * The outcome of a call whose activity failed. Only a failure that states its certainty is `not_performed`; a missed
 * heartbeat, a time-out, a worker that went away, a cancellation or anything unforeseen is `unknown`.
 */
export function lostCall(error: unknown): CallResult {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const type = cause instanceof ApplicationFailure ? (cause.type ?? '') : '';
  if (cause instanceof ApplicationFailure && CERTAIN.has(type)) {
    return { outcome: 'not_performed', reason: type.slice(OURS.length), message: cause.message };
  }
  // No worker took it before the server gave it up, and none will.
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START')
    return { outcome: 'not_performed', reason: 'no-worker', firstOnly: true };
  if (cause instanceof TimeoutFailure)
    return { outcome: 'unknown', reason: `timeout-${word(cause.timeoutType ?? 'unspecified')}` };
  if (cause instanceof ApplicationFailure) return { outcome: 'unknown', reason: 'activity-failed' };
  return {
    outcome: 'unknown',
    reason: cause instanceof TemporalFailure ? word(cause.name) : 'activity-failed',
  };
}

/** A read whose activity failed says nothing, whatever the failure says. */
export function lostRead(error: unknown): ReadResult {
  const lost = lostCall(error);
  return { read: 'failed', reason: 'reason' in lost ? lost.reason : 'activity-failed' };
}

function word(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}
