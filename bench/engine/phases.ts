import { type Both, median } from './figures.ts';
import type { Side } from './side.ts';

/** Both sides; whatever is measured on one is measured on the other within seconds. */
export interface Pair {
  readonly engine: Side;
  readonly floor: Side;
}

/** What many payments at once came to. */
export interface Load {
  readonly captures: number;
  readonly milliseconds: number;
  /** Of the worker's process, milliseconds. */
  readonly cpu: number;
  readonly latencies: readonly number[];
}

/** The order of the two sides, turned about with every slice so that neither is always the first. */
const turns = ({ engine, floor }: Pair, odd: boolean): readonly Side[] =>
  odd ? [floor, engine] : [engine, floor];

async function timed(capture: Promise<void>): Promise<number> {
  const begin = performance.now();
  await capture;
  return performance.now() - begin;
}

async function burst(side: Side, payments: readonly string[], numbers: readonly number[]): Promise<Load> {
  const latencies: number[] = [];
  const before = await side.cpu();
  const begin = performance.now();
  await Promise.all(
    payments.map(async (payment) => {
      for (const k of numbers) latencies.push(await timed(side.capture(payment, k)));
    }),
  );
  const milliseconds = performance.now() - begin;
  return { captures: latencies.length, milliseconds, cpu: (await side.cpu()) - before, latencies };
}

const joined = (loads: readonly Load[]): Load => ({
  captures: loads.reduce((sum, each) => sum + each.captures, 0),
  milliseconds: loads.reduce((sum, each) => sum + each.milliseconds, 0),
  cpu: loads.reduce((sum, each) => sum + each.cpu, 0),
  latencies: loads.flatMap((each) => each.latencies),
});

/** Captures `numbers` on all payments at once, each payment one after the other, the two sides in turns. */
export async function underLoad(
  pair: Pair,
  payments: readonly string[],
  numbers: readonly number[],
  slices: number,
): Promise<Both<Load>> {
  const loads: { engine: Load[]; floor: Load[] } = { engine: [], floor: [] };
  const width = Math.ceil(numbers.length / slices);
  for (let slice = 0; slice * width < numbers.length; slice += 1) {
    const part = numbers.slice(slice * width, (slice + 1) * width);
    for (const side of turns(pair, slice % 2 === 1)) loads[side.name].push(await burst(side, payments, part));
  }
  return { engine: joined(loads.engine), floor: joined(loads.floor) };
}

/** One payment alone, capture by capture in turns; the median of its latencies in milliseconds. */
export async function alone(pair: Pair, payment: string, samples: number): Promise<Both<number>> {
  const latencies: { engine: number[]; floor: number[] } = { engine: [], floor: [] };
  for (let k = 1; k <= samples; k += 1) {
    for (const side of turns(pair, k % 2 === 1))
      latencies[side.name].push(await timed(side.capture(payment, k)));
  }
  return { engine: median(latencies.engine), floor: median(latencies.floor) };
}

/**
 * Old payments beside new ones, capture by capture in turns.
 *
 * @param old - payments whose next capture is number `from`.
 * @returns the median latency of the old ones as a multiple of the new ones'.
 */
export async function aged(
  side: Side,
  old: readonly string[],
  fresh: readonly string[],
  from: number,
  to: number,
): Promise<number> {
  const late: number[] = [];
  const early: number[] = [];
  for (let k = 0; from + k <= to; k += 1) {
    for (const [index, payment] of old.entries()) {
      const other = fresh[index];
      if (other === undefined) throw new Error('as many new payments as old ones');
      const first = async () => early.push(await timed(side.capture(other, k + 1)));
      const last = async () => late.push(await timed(side.capture(payment, from + k)));
      for (const each of k % 2 === 0 ? [first, last] : [last, first]) await each();
    }
  }
  return median(late) / median(early);
}
