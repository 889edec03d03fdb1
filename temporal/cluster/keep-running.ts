import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../progress.ts';

/** What is kept running: it tells when it has ended, and can be ended. */
export interface Running {
  readonly pid: number;
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

export interface Kept<Part extends Running> {
  /** The one that runs now, or the last that ran. */
  readonly current: () => Part;
  /** Ends it for good. */
  stop(): Promise<void>;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/**
 * Starts a part and starts it again whenever it ends by itself, after a wait that doubles while it does not come up.
 *
 * @param name - for the notes.
 * @param start - makes a new one; it throws where that one does not come up.
 * @param changed - called after each start.
 * @throws what the first start throws; later failures are noted and tried again.
 */
export async function keepRunning<Part extends Running>(
  name: string,
  start: () => Promise<Part>,
  log: Log,
  changed: () => void,
): Promise<Kept<Part>> {
  let current = await start();
  const ending = new AbortController();
  const watch = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await current.exited;
      for (let wait = FIRST_WAIT_MS; !ending.signal.aborted; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
        log(`cluster: ${name} has ended, starting it again`);
        await delay(wait, undefined, { signal: ending.signal }).catch(() => undefined);
        if (ending.signal.aborted) break;
        try {
          current = await start();
          log(`cluster: ${name} runs again, process ${current.pid}`);
          changed();
          break;
        } catch (error) {
          log(`cluster: ${name} did not start: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
  };
  const watching = watch();
  return {
    current: () => current,
    async stop() {
      ending.abort();
      await current.stop();
      await watching;
      // It may have come up while it was being ended.
      await current.stop();
    },
  };
}
