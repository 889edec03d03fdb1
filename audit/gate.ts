import { availableParallelism } from 'node:os';
import type { PayloadCodec } from '@temporalio/common';
import type { GateFeed, GateItem } from './gate-corpus.ts';
import { type GateDivergence, GateReplayer } from './gate-divergence.ts';
import { bundleFold, isFolded, runFold } from './gate-fold.ts';

/** One run and what became of it. */
export interface GateRun {
  readonly source: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  readonly events: number;
  readonly divergences: readonly GateDivergence[];
}

export interface GateVerdict {
  /** Something was replayed, all could be read, and nothing diverged. */
  readonly holds: boolean;
  readonly runs: readonly GateRun[];
  /** Bundles whose recorded ledger this checkout's machine would not write. */
  readonly ledgers: readonly GateDivergence[];
  readonly unreadable: readonly { readonly source: string; readonly why: string }[];
  /** Runs that were listed and are not kept any more. */
  readonly gone: readonly string[];
}

export interface Gating {
  readonly codec: PayloadCodec;
  /** Runs replayed at a time, each on a thread of its own. @default the cores, at most 8 */
  readonly lanes?: number;
  /** Told after each run. */
  readonly progress?: (runs: number, diverged: number) => void;
}

const MOST_LANES = 8;

/** Replays a corpus on this checkout's workflow code, and lives through the payments in it with its machine. */
export async function gate(corpus: AsyncIterable<GateFeed>, gating: Gating): Promise<GateVerdict> {
  const { codec, lanes = Math.min(MOST_LANES, availableParallelism()), progress } = gating;
  const runs: GateRun[] = [];
  const ledgers: GateDivergence[] = [];
  const unreadable: { source: string; why: string }[] = [];
  const gone: string[] = [];
  let diverged = 0;
  const feed = corpus[Symbol.asyncIterator]();
  const lane = async (): Promise<void> => {
    const replayer = new GateReplayer(codec);
    try {
      for (let next = await feed.next(); next.done !== true; next = await feed.next()) {
        const { value } = next;
        if (value.kind === 'unreadable') unreadable.push({ source: value.source, why: value.why });
        else if (value.kind === 'gone') gone.push(value.source);
        else if (value.kind === 'bundle') {
          const found = bundleFold(value.source, value.bundle);
          if (found !== null) ledgers.push(found);
        } else {
          const run = await runThrough(value.item, replayer, codec);
          runs.push(run);
          if (run.divergences.length > 0) diverged += 1;
          progress?.(runs.length, diverged);
        }
      }
    } finally {
      await replayer.close();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const clean = diverged === 0 && ledgers.length === 0 && unreadable.length === 0;
  const inOrder = runs.toSorted((a, b) => (a.source < b.source ? -1 : 1));
  return { holds: clean && runs.length > 0, runs: inOrder, ledgers, unreadable, gone };
}

async function runThrough(item: GateItem, replayer: GateReplayer, codec: PayloadCodec): Promise<GateRun> {
  const { source, workflowId, runId, workflowType, history } = item;
  const found = [
    await replayer.divergence(item),
    isFolded(workflowType) ? await runFold(item, codec) : null,
  ].filter((each) => each !== null);
  return { source, workflowId, runId, workflowType, events: history.events?.length ?? 0, divergences: found };
}

/** How many runs of each workflow type there are, by name. */
export function countByType(runs: readonly GateRun[]): readonly {
  readonly type: string;
  readonly runs: number;
  readonly events: number;
  readonly diverged: number;
}[] {
  const types = Map.groupBy(runs, ({ workflowType }) => workflowType);
  return [...types]
    .map(([type, of]) => ({
      type,
      runs: of.length,
      events: of.reduce((sum, { events }) => sum + events, 0),
      diverged: of.filter(({ divergences }) => divergences.length > 0).length,
    }))
    .toSorted((a, b) => (a.type < b.type ? -1 : 1));
}
