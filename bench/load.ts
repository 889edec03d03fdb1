// All of Tranche under load, every part a process of its own: the HTTP edge and Temporal's own clients in turns, with
// the same mix of requests against the same worker, cluster and twins. It fails where money or a command was lost or
// done twice, or where a request got an error; speeds are figures.
//
//   node bench/load.ts [--seconds 60] [--concurrency 50] [--rounds 3] [--workers 1] [--json]
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { median } from './engine/figures.ts';
import { directDriver } from './load/direct-driver.ts';
import { KINDS, type Driver } from './load/driver.ts';
import { gather } from './load/evidence.ts';
import { httpDriver } from './load/http-driver.ts';
import { judge } from './load/judge.ts';
import { type Asked, lane, runLanes } from './load/lane.ts';
import { LOAD } from './load/merchant.ts';
import { processorTime, SPENDERS, type Spent, spentBetween } from './load/processor.ts';
import { openStage } from './load/stage.ts';
import { quantile, Tally } from './load/tally.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    concurrency: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '3' },
    workers: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

function whole(name: 'seconds' | 'concurrency' | 'rounds' | 'workers', most: number): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  process.stderr.write(`--${name} is a whole number from 1 to ${most}\n`);
  process.exit(2);
}
const seconds = whole('seconds', 600);
const concurrency = whole('concurrency', 200);
const rounds = whole('rounds', 20);
const workers = whole('workers', 8);

const note = (text: string): void => void process.stderr.write(`${text}\n`);
const SIDES = ['http', 'direct'] as const;
const SETTLE_MS = 60_000;
const WARM_UP_MS = 5_000;

const loadBefore = loadavg()[0] ?? 0;
const stage = await openStage({ merchants: LOAD, workers, log: note, interruptible: true });
const http = httpDriver(stage.url, stage.token, concurrency);
try {
  const drivers: Record<(typeof SIDES)[number], Driver> = {
    http,
    direct: directDriver(stage.engine.payments),
  };
  const asked: Asked[] = [];
  const run = Date.now().toString(36);
  const lanesOf = (side: (typeof SIDES)[number], tally: Tally, name: string) =>
    Array.from({ length: concurrency }, (_each, n) => {
      const merchant = LOAD[n % LOAD.length];
      const admin = merchant === undefined ? undefined : stage.admins.get(merchant.account);
      if (merchant === undefined || admin === undefined) throw new Error('no merchant');
      return lane({ driver: drivers[side], merchant, admin, name: `${name}-${run}-${n}`, tally, asked });
    });

  const warm = new Tally();
  note(`warming up, ${concurrency} at once`);
  for (const side of SIDES) await runLanes(lanesOf(side, warm, `w-${side}`), AbortSignal.timeout(WARM_UP_MS));

  const tallies = { http: new Tally(), direct: new Tally() };
  const lanes = {
    http: lanesOf('http', tallies.http, 'h'),
    direct: lanesOf('direct', tallies.direct, 'd'),
  };
  const rates: Record<(typeof SIDES)[number], number[]> = { http: [], direct: [] };
  const spent: Record<(typeof SIDES)[number], (Spent | null)[]> = { http: [], direct: [] };
  for (let round = 0; round < rounds; round += 1) {
    // A B, B A, A B: what grows or cools down meets both alike.
    for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) {
      note(`round ${round + 1} of ${rounds}: ${side}, ${Math.round(seconds / rounds)} s`);
      const before = tallies[side].latencies.capture.length;
      const processorBefore = processorTime(stage);
      const took = await runLanes(lanes[side], AbortSignal.timeout((seconds * 1_000) / rounds));
      spent[side].push(spentBetween(processorBefore, processorTime(stage)));
      rates[side].push(((tallies[side].latencies.capture.length - before) / took) * 1_000);
    }
  }
  note('comparing ledgers and books');
  const givenUp = [warm, tallies.http, tallies.direct].reduce((sum, tally) => sum + tally.givenUp, 0);
  const evidence = await gather(stage, LOAD, asked, SETTLE_MS, note);
  const judgement = judge(evidence, { givenUp, withoutEffect: new Set() });
  const ratios = rates.http.map((rate, round) => rate / (rates.direct[round] ?? Number.NaN));
  const errors = [warm, tallies.http, tallies.direct].reduce(
    (sum, { lost, refused }) => sum + lost + refused.length,
    0,
  );
  const ok = judgement.faults.length === 0 && errors === 0;
  const latencies = Object.fromEntries(
    SIDES.map((side) => [
      side,
      Object.fromEntries(
        KINDS.map((kind) => {
          const all = tallies[side].latencies[kind];
          return [kind, { count: all.length, p50: quantile(all, 0.5), p99: quantile(all, 0.99) }];
        }),
      ),
    ]),
  ) as Record<
    (typeof SIDES)[number],
    Record<(typeof KINDS)[number], { count: number; p50: number; p99: number }>
  >;
  const load = [loadBefore, loadavg()[0] ?? 0] as const;
  /** Milliseconds of processor time for each capture, with its share of creates and reads. */
  const processor = Object.fromEntries(
    SIDES.map((side) => {
      const captures = tallies[side].latencies.capture.length;
      const sums = SPENDERS.map((name) => [
        name,
        spent[side].reduce((sum, each) => sum + (each?.[name] ?? 0), 0) / captures,
      ]);
      return [side, Object.fromEntries(sums)];
    }),
  ) as Record<(typeof SIDES)[number], Spent>;
  const processorLines = (): string[] => {
    const total = (side: (typeof SIDES)[number]): number =>
      SPENDERS.reduce((sum, name) => sum + processor[side][name], 0);
    const row = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(10)).join('');
    return [
      `processor ms per capture${row([...SPENDERS, 'all'])}`,
      ...SIDES.map(
        (side) =>
          `${side.padEnd(24)}${row([...SPENDERS.map((name) => processor[side][name].toFixed(1)), total(side).toFixed(1)])}`,
      ),
      `direct as a share of http: ${(total('direct') / total('http')).toFixed(2)}`,
    ];
  };
  if (values.json) {
    const figures = { seconds, concurrency, workers, cores: availableParallelism(), load, rates, ratios };
    process.stdout.write(
      `${JSON.stringify({ ok, ...figures, latencies, processor, errors, judgement }, null, 2)}\n`,
    );
  } else {
    const lines = [
      `${concurrency} at once for ${seconds} s a side, ${workers} worker process${workers === 1 ? '' : 'es'}, ${availableParallelism()} cores, load ${load.map((each) => each.toFixed(1)).join(' before and ')} after`,
      '',
      ...SIDES.map((side) => {
        const all = rates[side].map((rate) => rate.toFixed(1));
        return `captures/s ${side.padEnd(6)} ${median(rates[side]).toFixed(1)}  rounds ${all.join(' ')}`;
      }),
      `ratio ${median(ratios).toFixed(2)}  rounds ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}  aim at least 0.85`,
      '',
      'milliseconds     http p50    p99   count   direct p50    p99   count',
      ...KINDS.map((kind) => {
        const cells = SIDES.flatMap((side) => {
          const { p50, p99, count } = latencies[side][kind];
          return [p50.toFixed(0).padStart(8), p99.toFixed(0).padStart(8), String(count).padStart(8)];
        });
        return `${kind.padEnd(12)}${cells.join('')}`;
      }),
      '',
      ...processorLines(),
      '',
      `answers 429: ${tallies.http.limited + tallies.direct.limited}; errors: ${errors}`,
      `payments ${judgement.payments}, captures accepted ${judgement.intents}, approved ${judgement.approved}, ended without effect ${judgement.notPerformed}, effects at the providers ${judgement.effects}; reads compared ${judgement.reads}`,
      `captured: ledgers ${judgement.captured.ledgers}, books ${judgement.captured.books} minor units`,
      ...[warm, tallies.http, tallies.direct].flatMap(({ samples, refused }) => [
        ...samples,
        ...refused.slice(0, 5),
      ]),
      ...judgement.faults.slice(0, 20),
      ok
        ? 'nothing was lost, nothing was done twice, every rule of money holds'
        : `FAILED: ${judgement.faults.length} faults, ${errors} errors`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  process.exitCode = ok ? 0 : 1;
} finally {
  await http.close();
  await stage.close();
}
