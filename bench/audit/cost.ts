import { VerifyPool } from '../../audit/pool.ts';
import { judgeInOrder } from '../../audit/pool-order.ts';
import { sourcesOf } from '../../audit/pool-sources.ts';
import { progressBar } from '../../temporal/progress.ts';

/** What it took to verify some bundles, the start of the processes included. */
export interface Cost {
  readonly payments: number;
  readonly events: number;
  readonly milliseconds: number;
  /** Of all processes that verify, milliseconds. */
  readonly cpu: number;
  /** The most of one of them, bytes. */
  readonly memory: number;
  /** The most of the process that hands them their work so far, bytes. */
  readonly own: number;
}

const LIMITS = { size: 64 * 1024 ** 2, memory: 2_048 };

/** As `audit verify` does it. @throws Error for a bundle that does not hold: then a figure would say nothing. */
export async function verified(files: readonly string[], jobs: number): Promise<Cost> {
  const pool = new VerifyPool({ jobs, ...LIMITS });
  const bar = progressBar('bundles', files.length);
  const begin = performance.now();
  let events = 0;
  try {
    for await (const one of judgeInOrder(pool, sourcesOf(files, LIMITS.size), jobs)) {
      if (!('checks' in one && one.holds))
        throw new Error(`${one.file} does not hold: ${JSON.stringify(one)}`);
      events += one.events;
      bar.step();
    }
    const own = process.resourceUsage().maxRSS * 1024;
    const milliseconds = performance.now() - begin;
    return { payments: files.length, events, milliseconds, ...pool.used(), own };
  } finally {
    bar.end();
    await pool.close();
  }
}
