import { Context } from '@temporalio/activity';

/** Between two heartbeats, milliseconds; a worker that died is missed within the ten seconds of the heartbeat time-out. */
export const HEARTBEAT_MS = 2_000;

/**
 * Keeps the activity's heart beating while `run` is under way, and rejects or resolves as it does. Cancellations come
 * back as the answers to heartbeats, so the first one goes out at once.
 */
export async function whileBeating<T>(run: () => Promise<T>, everyMs: number = HEARTBEAT_MS): Promise<T> {
  const context = Context.current();
  context.heartbeat();
  const heart = setInterval(() => context.heartbeat(), everyMs);
  try {
    return await run();
  } finally {
    clearInterval(heart);
  }
}
