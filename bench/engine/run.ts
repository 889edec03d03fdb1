import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { KeyRing } from '../../activities/key-ring.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { connectClient, resolveTarget } from '../../temporal/connection.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { Child } from './child.ts';
import { type Figure, median } from './figures.ts';
import { floorBundle } from './floor-bundle.ts';
import { type UpdateCost, updateCosts } from './history-cost.ts';
import {
  aged,
  alone,
  type Both,
  type Histories,
  type Load,
  type Pair,
  replayRate,
  underLoad,
} from './phases.ts';
import { ProgressBar } from './progress-bar.ts';
import { engineSide, floorSide } from './side.ts';

export interface RunOptions {
  readonly address: string;
  readonly namespace: string;
  readonly rounds: number;
  /** Payments that are captured from at once. */
  readonly payments: number;
  /** Captures of one payment alone, in each round. */
  readonly samples: number;
  /** The last captures, set against the first ones of new payments. */
  readonly last: { readonly from: number; readonly to: number };
  /** Node options of the engine's and the floor's worker processes. */
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

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);

/** Every round measures both sides in turns; nothing is asserted here. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { address, namespace, rounds, payments, samples, last, execArgv } = options;
  const key = randomBytes(32);
  const converter = dataConverter(new KeyRing([{ id: 'bench', key }]));
  const connection = await connectClient(
    { ...resolveTarget(), address, namespace, connectionOptions: { address } },
    30_000,
  );
  const client = new Client({ connection, namespace, dataConverter: converter });
  const bar = new ProgressBar(rounds * 4 + 3);
  const floor = await floorBundle();
  const engine = await workflowBundle();
  const stub = new Child('stub-provider.ts');
  const { url: providerUrl } = await stub.ask<{ url: string }>();
  const order = { address, namespace, providerUrl, key: key.toString('base64'), client, execArgv };
  const pair: Pair = {
    engine: await engineSide(order),
    floor: await floorSide({ ...order, codePath: floor.codePath }),
  };
  const opened: string[] = [];
  const open = async (count: number): Promise<string[]> => {
    const names = range(1, count).map(() => `b-${randomUUID()}`);
    for (const name of names) await Promise.all([pair.engine.open(name), pair.floor.open(name)]);
    opened.push(...names);
    return names;
  };

  try {
    bar.step('warming up');
    await underLoad(pair, await open(payments), range(1, Math.min(10, samples)), 4);

    const old = await open(payments);
    const loads: Both<Load>[] = [];
    const lone: Both<number>[] = [];
    const perRound = Math.floor((last.from - 1) / rounds);
    for (let round = 0; round < rounds; round += 1) {
      bar.step(`round ${round + 1} of ${rounds}: ${payments} payments at once`);
      loads.push(await underLoad(pair, old, range(round * perRound + 1, (round + 1) * perRound), 4));
      bar.step(`round ${round + 1} of ${rounds}: one payment alone`);
      const [name = ''] = await open(1);
      lone.push(await alone(pair, name, samples));
    }
    await underLoad(pair, old, range(rounds * perRound + 1, last.from - 1), 1);

    const fresh = await open(payments);
    const ages: Both<number>[] = [];
    const width = Math.ceil(payments / rounds);
    for (let round = 0; round < rounds; round += 1) {
      bar.step(
        `round ${round + 1} of ${rounds}: captures ${last.from} to ${last.to} beside 1 to ${last.to - last.from + 1}`,
      );
      const at = (round * width) % payments;
      const [late, early] = [old.slice(at, at + width), fresh.slice(at, at + width)];
      if (round * width >= payments) break;
      ages.push({
        engine: await aged(pair.engine, late, early, last.from, last.to),
        floor: await aged(pair.floor, late, early, last.from, last.to),
      });
    }

    bar.step('reading histories');
    const long = await histories(pair, old.slice(0, 4));
    const short = await histories(pair, fresh);
    const replays: { long: Both<number>[]; short: Both<number>[] } = { long: [], short: [] };
    const rate = async (both: Both<Histories>, odd: boolean): Promise<Both<number>> => {
      const rates: Record<'engine' | 'floor', number> = { engine: 0, floor: 0 };
      for (const name of odd ? (['floor', 'engine'] as const) : (['engine', 'floor'] as const)) {
        rates[name] = await replayRate(name === 'engine' ? engine : floor, converter, both[name]);
      }
      return rates;
    };
    await rate(short, false);
    for (let round = 0; round < rounds; round += 1) {
      bar.step(`round ${round + 1} of ${rounds}: replay`);
      replays.long.push(await rate(long, round % 2 === 1));
      replays.short.push(await rate(short, round % 2 === 1));
    }

    bar.step('putting away');
    const counts = { engine: countOf(long.engine), floor: countOf(long.floor) };
    for (const name of opened) await Promise.all([pair.engine.end(name), pair.floor.end(name)]);
    bar.end();
    return { figures: figuresOf(loads, lone, ages, replays, options), counts };
  } finally {
    await Promise.allSettled([pair.engine.stop(), pair.floor.stop(), stub.stop()]);
    await connection.close();
    floor.remove();
  }
}

async function histories(pair: Pair, payments: readonly string[]): Promise<Both<Histories>> {
  const read = (side: Pair['engine']) => Promise.all(payments.map((payment) => side.history(payment)));
  return { engine: await read(pair.engine), floor: await read(pair.floor) };
}

function countOf(all: Histories): Count {
  const between: UpdateCost[] = all.flatMap((history) => updateCosts(history).slice(2, -1));
  return {
    events: median(between.map((each) => each.events)),
    bytes: median(between.map((each) => each.bytes)),
  };
}

function figuresOf(
  loads: readonly Both<Load>[],
  lone: readonly Both<number>[],
  ages: readonly Both<number>[],
  replays: { readonly long: readonly Both<number>[]; readonly short: readonly Both<number>[] },
  { payments, last }: RunOptions,
): Figure[] {
  const over = <T>(all: readonly Both<T>[], value: (one: T) => number): number[] =>
    all.map(({ engine, floor }) => value(engine) / value(floor));
  const same = (value: number): number => value;
  const count = last.to - last.from + 1;
  const window = `captures ${last.from}–${last.to} to 1–${count}`;
  return [
    {
      name: `captures per second, ${payments} payments at once`,
      rounds: over(loads, (each) => each.captures / each.milliseconds),
      target: { least: 0.85 },
    },
    {
      name: 'worker CPU per capture',
      rounds: over(loads, (each) => each.cpu / each.captures),
      target: { most: 1.25 },
    },
    {
      name: 'median latency of a capture, one payment alone',
      rounds: over(lone, same),
      target: { most: 1.2 },
    },
    {
      name: `median latency of a capture, ${payments} payments at once`,
      rounds: over(loads, (each) => median(each.latencies)),
      target: null,
    },
    {
      name: `engine alone: latency of ${window}`,
      rounds: ages.map(({ engine }) => engine),
      target: { most: 1.15 },
    },
    { name: `floor alone: latency of ${window}`, rounds: ages.map(({ floor }) => floor), target: null },
    {
      name: `replayed events per second, ${last.to} captures each`,
      rounds: over(replays.long, same),
      target: { least: 0.75 },
    },
    {
      name: `replayed events per second, ${count} captures each`,
      rounds: over(replays.short, same),
      target: null,
    },
  ];
}
