// What it costs to verify bundles: a corpus with all cores, whether the cost of a payment stays the same from 100 to all of
// them, a payment of 127 captures, and the payment workflow's replay beside a bare workflow's. It reports and fails nothing
// but for a bundle that does not hold. The corpus is made by bench/corpus.ts.
//
//   node bench/audit.ts [--corpus FOLDER] [--payments 10000] [--jobs N] [--rounds 3] [--no-replay] [--json]
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { corpusFiles, sampleOf } from './audit/corpus-files.ts';
import { type Cost, verified } from './audit/cost.ts';
import { replayRatios } from './audit/replay-ratio.ts';
import { median } from './engine/figures.ts';

const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: join(tmpdir(), 'tranche-corpus') },
    payments: { type: 'string', default: '10000' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    rounds: { type: 'string', default: '3' },
    replay: { type: 'boolean', default: true },
    json: { type: 'boolean', default: false },
  },
  allowNegative: true,
});
const [payments = 0, jobs = 0, rounds = 0] = [values.payments, values.jobs, values.rounds].map(Number);
if (![payments, jobs, rounds].every((value) => Number.isInteger(value) && value >= 1)) {
  process.stderr.write('--payments, --jobs and --rounds are whole numbers from 1\n');
  process.exit(2);
}
const { all, long } = await corpusFiles(values.corpus);
if (all.length < payments) {
  process.stderr.write(`${values.corpus} has ${all.length} bundles; make more with: node bench/corpus.ts\n`);
  process.exit(2);
}

const loadBefore = loadavg()[0] ?? 0;
// The short one again at the end, so that what drifts is seen.
const sizes = payments <= 100 ? [payments] : [...new Set([100, Math.min(1_000, payments), payments]), 100];
const costs: Cost[] = [];
for (const size of sizes) costs.push(await verified(sampleOf(all, size), jobs));
const single: Cost[] = [];
if (long !== null) for (let round = 0; round < rounds; round += 1) single.push(await verified([long], 1));
const ratios = values.replay ? await replayRatios(rounds) : [];
report();

function report(): void {
  const load = [loadBefore, loadavg()[0] ?? 0];
  if (values.json) {
    const told = { jobs, load, cores: availableParallelism(), node: process.version, costs, single, ratios };
    process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
    return;
  }
  const lines = [
    `${jobs} processes on ${availableParallelism()} cores, load ${load.map((each) => each.toFixed(1)).join(' before and ')} after`,
    '',
    '| payments | events | payments/s | events/s | CPU ms a payment | CPU µs an event | most memory of a process | of this one |',
    '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...costs.map(rowOf),
  ];
  const first = costs[0];
  const whole = costs.find(({ payments: size }) => size === payments);
  if (first !== undefined && whole !== undefined && whole !== first)
    lines.push(
      '',
      `cost of an event, ${whole.payments} payments to ${first.payments}: ${(perEvent(whole) / perEvent(first)).toFixed(2)} by CPU`,
    );
  if (single[0] !== undefined)
    lines.push(
      '',
      `one payment of 127 captures, ${single[0].events} events, with the start of its process: ` +
        `${median(single.map(({ milliseconds }) => milliseconds / 1000)).toFixed(2)} s, ` +
        `${median(single.map(({ cpu }) => cpu / 1000)).toFixed(2)} s of CPU (median of ${single.length})`,
    );
  for (const { name, rounds: all } of ratios)
    lines.push(
      `${name}: ${median(all).toFixed(2)} of the bare workflow's (${all.map((one) => one.toFixed(2)).join(' ')})`,
    );
  process.stdout.write(`${lines.join('\n')}\n`);
}

function perEvent({ cpu, events }: Cost): number {
  return cpu / events;
}

function rowOf(cost: Cost): string {
  const seconds = cost.milliseconds / 1000;
  const cells = [
    cost.payments,
    cost.events,
    (cost.payments / seconds).toFixed(1),
    (cost.events / seconds).toFixed(0),
    (cost.cpu / cost.payments).toFixed(0),
    (perEvent(cost) * 1000).toFixed(0),
    mib(cost.memory),
    mib(cost.own),
  ];
  return `| ${cells.join(' | ')} |`;
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}
