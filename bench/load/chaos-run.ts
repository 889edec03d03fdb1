import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../temporal/progress.ts';
import { gather } from './evidence.ts';
import { httpDriver } from './http-driver.ts';
import { judge, type Judgement } from './judge.ts';
import { type Asked, lane, runLanes } from './lane.ts';
import { CHAOS } from './merchant.ts';
import { openStage, type Part, PARTS, type Stage } from './stage.ts';
import { Tally } from './tally.ts';

export interface ChaosOptions {
  /** How often each part is killed. */
  readonly rounds: number;
  /** Requests at once. */
  readonly concurrency: number;
  /** Between two kills, milliseconds; a part that is not back by then is waited for. */
  readonly betweenMs: number;
  readonly log: Log;
  /** Whether Ctrl-C ends all of it and this process. @default false */
  readonly interruptible?: boolean;
}

export interface ChaosResult {
  readonly judgement: Judgement;
  readonly tally: Tally;
  /** In order, with the milliseconds after which the part was back as another process. */
  readonly kills: readonly { readonly part: Part; readonly backAfter: number }[];
}

/** Longer than a worker, a server and a database together need to come back on a busy machine. */
const BACK_MS = 90_000;
const SETTLE_MS = 180_000;
/** Why a kill may cost a capture its effect: with the server away nobody confirms in time that it may still be sent. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['send-window']);

/**
 * SIGKILL of the HTTP edge, the worker, the Temporal server and PostgreSQL, one after the other, under load; what was
 * not answered is sent again under its id. In the end every ledger is laid beside the twins' books.
 */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const { rounds, concurrency, betweenMs, log, interruptible = false } = options;
  const stage = await openStage({ merchants: CHAOS, workers: 1, log, interruptible });
  const driver = httpDriver(stage.url, stage.token, concurrency);
  try {
    const tally = new Tally();
    const asked: Asked[] = [];
    const run = Date.now().toString(36);
    const lanes = Array.from({ length: concurrency }, (_each, n) => {
      const merchant = CHAOS[n % CHAOS.length];
      const admin = merchant === undefined ? undefined : stage.admins.get(merchant.account);
      if (merchant === undefined || admin === undefined) throw new Error('no merchant');
      return lane({ driver, merchant, admin, name: `k-${run}-${n}`, tally, asked });
    });
    const over = new AbortController();
    const running = runLanes(lanes, over.signal);
    const kills: { part: Part; backAfter: number }[] = [];
    try {
      for (let round = 0; round < rounds; round += 1) {
        for (const part of PARTS) {
          await delay(betweenMs);
          kills.push({ part, backAfter: await kill(stage, part, log) });
        }
      }
      await delay(betweenMs);
    } finally {
      over.abort();
      await running;
    }
    log('comparing ledgers and books');
    const evidence = await gather(stage, CHAOS, asked, SETTLE_MS, log);
    const judgement = judge(evidence, { givenUp: tally.givenUp, withoutEffect: WITHOUT_EFFECT });
    return { judgement, tally, kills };
  } finally {
    await driver.close();
    await stage.close();
  }
}

/** @returns milliseconds until another process is in its place. @throws Error when none comes */
async function kill(stage: Stage, part: Part, log: Log): Promise<number> {
  const pid = stage.pids()[part];
  if (pid <= 0) throw new Error(`there is no process of ${part}`);
  log(`SIGKILL of ${part}, process ${pid}`);
  const started = performance.now();
  process.kill(pid, 'SIGKILL');
  while (performance.now() - started < BACK_MS) {
    const now = stage.pids()[part];
    if (now !== pid && now > 0) return performance.now() - started;
    await delay(50);
  }
  throw new Error(`${part} did not come back within ${BACK_MS} ms`);
}
