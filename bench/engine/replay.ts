import proto from '@temporalio/proto';
import type { WorkflowBundle } from '../../temporal/bundle.ts';
import type { ReplayAnswer, ReplayKey, ReplayOrder, ReplaySlice } from '../replay-worker.ts';
import { Child } from './child.ts';
import { type Both, type Figure, ratios } from './figures.ts';
import type { History as Recording } from './side.ts';

const { History } = proto.temporal.api.history.v1;

/** What is replayed: payments with many captures, and payments with few. */
export interface Recorded {
  readonly long: Both<readonly Recording[]>;
  readonly short: Both<readonly Recording[]>;
}

export interface ReplayOptions {
  readonly bundles: Both<WorkflowBundle>;
  readonly key: ReplayKey;
  readonly rounds: number;
  /** Histories of each kind in one slice; of each kind a round has four slices a side that count. */
  readonly slices: Readonly<Record<keyof Recorded, number>>;
  /** Node options of the two processes, for a profile. */
  readonly execArgv: readonly string[];
  /** Called before each round, the first is 1. */
  readonly onRound?: (round: number) => void;
}

export type Replays = Readonly<Record<keyof Recorded, readonly Both<ReplayAnswer>[]>>;

type Name = keyof Both<unknown>;

const KINDS = ['long', 'short'] as const;
/** A B B A, so that what drifts through a round falls on both sides alike. */
const TURNS = ['engine', 'floor', 'floor', 'engine'] as const;

/**
 * Replays the same number of histories on both sides, in slices of about a second that take turns, on one worker a
 * side in a process of its own. Each round has two new processes, since one that runs the same code is up to a fifth
 * faster or slower than the next for all its life; what makes them warm is not counted. Rejects where a history does
 * not replay.
 */
export async function replayed(recorded: Recorded, options: ReplayOptions): Promise<Replays> {
  const all: Record<keyof Recorded, Both<ReplayAnswer>[]> = { long: [], short: [] };
  for (let round = 1; round <= options.rounds; round += 1) {
    options.onRound?.(round);
    const both = await oneRound(recorded, options);
    for (const kind of KINDS) all[kind].push(both[kind]);
  }
  return all;
}

async function oneRound(
  recorded: Recorded,
  { bundles, key, slices, execArgv }: ReplayOptions,
): Promise<Record<keyof Recorded, Both<ReplayAnswer>>> {
  const sides: Both<Child> = {
    engine: new Child('replay-worker.ts', execArgv),
    floor: new Child('replay-worker.ts', execArgv),
  };
  const measure = async (kind: keyof Recorded, turns: readonly Name[]): Promise<Both<ReplayAnswer>> => {
    const answers: Record<Name, ReplayAnswer[]> = { engine: [], floor: [] };
    const slice: ReplaySlice = { histories: kind, count: slices[kind] };
    for (const name of turns) answers[name].push(await sides[name].ask<ReplayAnswer>(slice));
    return { engine: joined(answers.engine), floor: joined(answers.floor) };
  };
  try {
    for (const name of ['engine', 'floor'] as const) {
      const histories = { long: recorded.long[name].map(text), short: recorded.short[name].map(text) };
      const order: ReplayOrder = { codePath: bundles[name].codePath, key, histories };
      await sides[name].ask(order);
    }
    for (const kind of KINDS) await measure(kind, TURNS);
    return {
      long: await measure('long', [...TURNS, ...TURNS]),
      short: await measure('short', [...TURNS, ...TURNS]),
    };
  } finally {
    await Promise.all([sides.engine.stop(), sides.floor.stop()]);
  }
}

const joined = (answers: readonly ReplayAnswer[]): ReplayAnswer => ({
  events: answers.reduce((sum, each) => sum + each.events, 0),
  cpu: answers.reduce((sum, each) => sum + each.cpu, 0),
  milliseconds: answers.reduce((sum, each) => sum + each.milliseconds, 0),
});

const text = (history: Recording): string => Buffer.from(History.encode(history).finish()).toString('base64');

/**
 * The target is held against events per second of CPU time: with few cores and other work beside it, the clock on the
 * wall also counts the time in which nothing was replayed. It stands beside it all the same.
 */
export function replayFigures(
  { long, short }: Replays,
  captures: { readonly long: number; readonly short: number },
): Figure[] {
  const cpu = (each: ReplayAnswer): number => each.events / each.cpu;
  const wall = (each: ReplayAnswer): number => each.events / each.milliseconds;
  const [many, few] = [`${captures.long} captures each`, `${captures.short} captures each`];
  return [
    {
      name: `replayed events per second of CPU, ${many}`,
      rounds: ratios(long, cpu),
      target: { least: 0.75 },
    },
    { name: `replayed events per second of the clock, ${many}`, rounds: ratios(long, wall), target: null },
    { name: `replayed events per second of CPU, ${few}`, rounds: ratios(short, cpu), target: null },
    { name: `replayed events per second of the clock, ${few}`, rounds: ratios(short, wall), target: null },
  ];
}
