import type { Context, Info } from '@temporalio/activity';

/**
 * How long after its start a call may leave. A worker that was frozen and wakes up must not send what the payment
 * has long written off and reconciled: the server gives an activity up when its heartbeat is late, so everything
 * that leaves has to leave well before that.
 */
export const SEND_WINDOW_MS = 5_000;

/** How far the clocks of worker and server may differ before the worker asks instead of reckoning. */
const SKEW_MS = 1_000;

/** The server's word that the activity is still this worker's; false where it was given up or cancelled. */
export type Confirm = (context: Context) => Promise<boolean>;

/**
 * Opens the window of one activity.
 *
 * The monotonic clock alone would miss one case: a worker frozen with a poll open is handed a task, sleeps through
 * its time-outs, and starts it when it wakes. So where by the wall clock the task may be too old to leave in time,
 * the server is asked by a heartbeat that is answered; its answer starts the heartbeat time-out anew.
 *
 * @param started - `performance.now()` at the start of the activity.
 * @returns the moment on the same clock after which nothing may leave, or null where nothing may leave at all.
 */
export async function openSendWindow(
  context: Context,
  started: number,
  windowMs: number,
  confirm: Confirm,
): Promise<number | null> {
  if (mayBeStale(context.info, Date.now(), windowMs) && !(await confirm(context))) return null;
  return started + windowMs;
}

/** Whether a send at the end of the window could come after the server gave the activity up. */
export function mayBeStale(info: Info, wall: number, windowMs: number): boolean {
  const age = wall - info.currentAttemptScheduledTimestampMs;
  const patience = info.heartbeatTimeoutMs ?? info.startToCloseTimeoutMs;
  return age < -SKEW_MS || age + windowMs + SKEW_MS > patience;
}

/** Asks by a heartbeat of its own, past the SDK's throttle, and takes anything but a plain yes for a no. */
export async function confirmByHeartbeat(context: Context): Promise<boolean> {
  try {
    const answer = await context.client.workflowService.recordActivityTaskHeartbeat({
      namespace: context.info.namespace,
      taskToken: context.info.taskToken,
    });
    return answer.cancelRequested !== true;
  } catch {
    // Not found: given up. Anything else: nobody knows, and nothing was sent.
    return false;
  }
}
