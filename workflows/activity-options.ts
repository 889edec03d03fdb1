import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';

/**
 * A provider call runs once: a repeat is a new activity that the core decides on, with the same key and body. A
 * worker that dies is seen by the missing heartbeat; the outcome of its call is then unknown, never declined. The
 * start-to-close bound is only the net behind it, above any account's HTTP time-out and the send window of 5 seconds.
 *
 * `WAIT_CANCELLATION_COMPLETED` is named because the SDK's effective default is TRY_CANCEL, which would report a
 * cancelled call while it may still succeed.
 */
export const CALL_OPTIONS: ActivityOptions = {
  retry: { maximumAttempts: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  heartbeatTimeout: '10 seconds',
  startToCloseTimeout: '15 minutes',
};

/** A cardholder stands at the terminal: a call that no worker takes soon would ask whoever stands there then. */
export const STANDING_OPTIONS: ActivityOptions = { ...CALL_OPTIONS, scheduleToStartTimeout: '30 seconds' };

/**
 * An update is sent to a payment under the command's own id, so asking again is safe; it goes on until a payment
 * answers. One try waits for at most one provider call; a worker that dies meanwhile is seen by the missing heartbeat.
 */
export const COMMAND_OPTIONS: ActivityOptions = {
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  heartbeatTimeout: '10 seconds',
  startToCloseTimeout: '2 minutes',
};

/** Finding a payment and handing it a notice; the inbox itself decides when to try again. */
export const ROUTE_OPTIONS: ActivityOptions = {
  retry: { maximumAttempts: 1 },
  startToCloseTimeout: '30 seconds',
};

/** The order side's own hook, to be written so that it may run twice. */
export const HOOK_OPTIONS: ActivityOptions = {
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  startToCloseTimeout: '30 seconds',
};

/**
 * A read changes nothing at the provider, and one that fails says nothing: the core decides when to read again. Until it
 * has ended nothing else is asked, so a worker that died is not waited for.
 */
export const READ_OPTIONS: ActivityOptions = {
  retry: { maximumAttempts: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  heartbeatTimeout: '10 seconds',
  startToCloseTimeout: '2 minutes',
};

/** Payment and number name the asking, so it may be repeated for ever; whoever allocates knows it again. */
export const ASK_OPTIONS: ActivityOptions = {
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  startToCloseTimeout: '30 seconds',
};

/** One look at whether a payment still runs; the next look comes by itself. */
export const LOOK_OPTIONS: ActivityOptions = {
  retry: { maximumAttempts: 3 },
  startToCloseTimeout: '10 seconds',
};

/** A page of the sweep; what fails for good fails the sweep, and the next one looks again. */
export const SWEEP_OPTIONS: ActivityOptions = {
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumAttempts: 5 },
  startToCloseTimeout: '2 minutes',
};

/**
 * Handing over what must not be lost: events to the workflow that delivers them, and late notices to the inbox. Nobody
 * waits for it but a payment that would end.
 */
export const HAND_OVER_OPTIONS: ActivityOptions = {
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  startToCloseTimeout: '10 seconds',
};

/**
 * Some events at one endpoint. The activity itself says when the next try is; what is here counts only for a worker that
 * died, whose POST may have arrived: its repeat bears the same id.
 */
export const DELIVER_OPTIONS: ActivityOptions = {
  retry: { initialInterval: '1 second', backoffCoefficient: 10, maximumInterval: '1 hour' },
  startToCloseTimeout: '30 seconds',
};

/** A page of the archive; while the database is away it fails, and the schedule's next turn begins where this one did. */
export const ARCHIVE_OPTIONS: ActivityOptions = {
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumAttempts: 3 },
  heartbeatTimeout: '30 seconds',
  startToCloseTimeout: '15 minutes',
};
