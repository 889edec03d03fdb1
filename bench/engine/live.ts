import { type Both, type Figure, median, ratios } from './figures.ts';
import { aged, alone, type Load, underLoad } from './phases.ts';
import type { ProgressBar } from './progress-bar.ts';
import type { Rig } from './rig.ts';

/** How much is asked of the sides. */
export interface Size {
  readonly rounds: number;
  /** Payments that are captured from at once. */
  readonly payments: number;
  /** Captures of one payment alone, in each round. */
  readonly samples: number;
  /** The last captures, set against the first ones of new payments. */
  readonly last: { readonly from: number; readonly to: number };
}

/** The payments that were captured from, to be replayed. */
export interface Captured {
  /** With `last.to` captures each. */
  readonly old: readonly string[];
  /** With as many as the last ones are. */
  readonly fresh: readonly string[];
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);

/** How many the last captures are, and the first ones beside them. */
export const windowOf = ({ last }: Size): number => last.to - last.from + 1;

/** Captures on both sides in turns, round by round; nothing is asserted. */
export async function live(
  rig: Rig,
  size: Size,
  bar: ProgressBar,
): Promise<Captured & { readonly figures: readonly Figure[] }> {
  const { rounds, payments, samples, last } = size;
  const { pair, open } = rig;
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
    const at = round * width;
    if (at >= payments) break;
    bar.step(`round ${round + 1} of ${rounds}: captures ${last.from} to ${last.to} beside new payments`);
    const [late, early] = [old.slice(at, at + width), fresh.slice(at, at + width)];
    ages.push({
      engine: await aged(pair.engine, late, early, last.from, last.to),
      floor: await aged(pair.floor, late, early, last.from, last.to),
    });
  }
  return { old, fresh, figures: figuresOf(loads, lone, ages, size) };
}

/** So many payments of each kind as after {@link live}, captured from as fast as it goes and without a figure. */
export async function captured(rig: Rig, size: Size, count: number, bar: ProgressBar): Promise<Captured> {
  bar.step('capturing');
  const [old, fresh] = [await rig.open(count), await rig.open(count)];
  await underLoad(rig.pair, old, range(1, size.last.to), 1);
  await underLoad(rig.pair, fresh, range(1, windowOf(size)), 1);
  return { old, fresh };
}

function figuresOf(
  loads: readonly Both<Load>[],
  lone: readonly Both<number>[],
  ages: readonly Both<number>[],
  size: Size,
): Figure[] {
  const { payments, last } = size;
  const window = `captures ${last.from}–${last.to} to 1–${windowOf(size)}`;
  return [
    {
      name: `captures per second, ${payments} payments at once`,
      rounds: ratios(loads, (each) => each.captures / each.milliseconds),
      target: { least: 0.85 },
    },
    {
      name: 'worker CPU per capture',
      rounds: ratios(loads, (each) => each.cpu / each.captures),
      target: { most: 1.25 },
    },
    {
      name: 'median latency of a capture, one payment alone',
      rounds: ratios(lone, (value) => value),
      target: { most: 1.2 },
    },
    {
      name: `median latency of a capture, ${payments} payments at once`,
      rounds: ratios(loads, (each) => median(each.latencies)),
      target: null,
    },
    {
      name: `engine alone: latency of ${window}`,
      rounds: ages.map(({ engine }) => engine),
      target: { most: 1.15 },
    },
    { name: `floor alone: latency of ${window}`, rounds: ages.map(({ floor }) => floor), target: null },
  ];
}
