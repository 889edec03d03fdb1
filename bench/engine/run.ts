import { randomBytes } from 'node:crypto';
import { KeyRing } from '../../activities/key-ring.ts';
import { type WorkflowBundle, workflowBundle } from '../../temporal/bundle.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { type Both, type Figure, median } from './figures.ts';
import { floorBundle } from './floor-bundle.ts';
import { type UpdateCost, updateCosts } from './history-cost.ts';
import { captured, live, type Size, windowOf } from './live.ts';
import { ProgressBar } from './progress-bar.ts';
import { type Recorded, replayed, replayFigures } from './replay.ts';
import { startRig } from './rig.ts';
import type { History } from './side.ts';

export interface RunOptions extends Size {
  readonly address: string;
  readonly namespace: string;
  /** Leaves out all that is not needed for this. */
  readonly only: 'replay' | null;
  /** Histories in one slice of a replay round. */
  readonly slices: { readonly long: number; readonly short: number };
  /** Node options of the workers' and the replays' processes. */
  readonly execArgv: readonly string[];
}

/** What one capture leaves in the history; medians over the captures between the first and the last. */
export interface Count {
  readonly events: number;
  readonly bytes: number;
}

export interface RunResult {
  readonly figures: readonly Figure[];
  readonly counts: Both<Count>;
}

/** Different histories of each kind. */
const RECORDED = 6;

/** Every round measures both sides in turns; nothing is asserted here. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { rounds, only, slices, execArgv } = options;
  const key = randomBytes(32).toString('base64');
  const bar = new ProgressBar(only === null ? rounds * 4 + 2 : rounds + 2);
  const floor = await floorBundle();
  try {
    const bundles: Both<WorkflowBundle> = { engine: await workflowBundle(), floor };
    const { recorded, figures } = await record(options, key, bundles, bar);
    const replays = await replayed(recorded, {
      bundles,
      key: { id: 'bench', key },
      rounds,
      slices,
      execArgv,
      onRound: (round) => bar.step(`round ${round} of ${rounds}: replay`),
    });
    bar.end();
    const sizes = { long: options.last.to, short: windowOf(options) };
    return {
      figures: [...figures, ...replayFigures(replays, sizes)],
      counts: { engine: countOf(recorded.long.engine), floor: countOf(recorded.long.floor) },
    };
  } finally {
    floor.remove();
  }
}

/** Captures on a server; its workers are gone before anything is replayed. */
async function record(
  options: RunOptions,
  key: string,
  bundles: Both<WorkflowBundle>,
  bar: ProgressBar,
): Promise<{ readonly recorded: Recorded; readonly figures: readonly Figure[] }> {
  const converter = dataConverter(new KeyRing([{ id: 'bench', key: Buffer.from(key, 'base64') }]));
  const rig = await startRig({ ...options, key, converter, bundles });
  try {
    const { old, fresh, figures } =
      options.only === null
        ? await live(rig, options, bar)
        : { ...(await captured(rig, options, RECORDED, bar)), figures: [] };
    bar.step('reading histories');
    const recorded: Recorded = {
      long: await rig.histories(old.slice(0, RECORDED)),
      short: await rig.histories(fresh.slice(0, RECORDED)),
    };
    return { recorded, figures };
  } finally {
    await rig.stop();
  }
}

function countOf(all: readonly History[]): Count {
  const between: UpdateCost[] = all.flatMap((history) => updateCosts(history).slice(2, -1));
  return {
    events: median(between.map((each) => each.events)),
    bytes: median(between.map((each) => each.bytes)),
  };
}
