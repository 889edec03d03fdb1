// The engine beside the bare-minimum Temporal workflow, interleaved in one run against one stub provider: ratios for
// each round and their medians. It reports and fails nothing: speeds are figures, counts are tests.
//
//   node bench/engine.ts [--rounds 5] [--quick] [--only replay] [--json] [--worker-option=--cpu-prof]
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { connectClient, resolveTarget } from '../temporal/connection.ts';
import { startDevServer } from '../temporal/dev-server.ts';
import { findTemporal } from '../temporal/find-temporal.ts';
import { registerSearchAttributes } from '../temporal/search-attributes.ts';
import { type Figure, median, meets } from './engine/figures.ts';
import { run, type RunResult } from './engine/run.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    'worker-option': { type: 'string', multiple: true, default: [] },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
if (!Number.isInteger(rounds) || rounds < 1 || rounds > 20) {
  process.stderr.write('--rounds is a whole number from 1 to 20\n');
  process.exit(2);
}
const only = values.only ?? null;
if (only !== null && only !== 'replay') {
  process.stderr.write('--only takes one word: replay\n');
  process.exit(2);
}
// A slice is about one second of replay on either side, so that neither kind is measured coarser than the other.
const size = values.quick
  ? { payments: 6, samples: 15, last: { from: 41, to: 44 }, slices: { long: 1, short: 6 } }
  : { payments: 10, samples: 40, last: { from: 121, to: 127 }, slices: { long: 1, short: 10 } };

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

const loadBefore = loadavg()[0] ?? 0;
const found = await findTemporal();
const server = found.kind === 'binary' ? await startDevServer({ binary: found.path }) : null;
const address = found.kind === 'binary' ? (server?.address ?? '') : found.address;
const namespace = server?.namespace ?? resolveTarget().namespace;
try {
  if (server === null) {
    const connection = await connectClient(resolveTarget(), 30_000);
    await registerSearchAttributes(connection, namespace);
    await connection.close();
  }
  report(await run({ address, namespace, rounds, only, ...size, execArgv: values['worker-option'] }));
} finally {
  await server?.stop();
}

function report({ figures, counts }: RunResult): void {
  const load = [loadBefore, loadavg()[0] ?? 0];
  const cores = availableParallelism();
  if (values.json) {
    const listed = figures.map((figure) => ({
      ...figure,
      median: median(figure.rounds),
      meets: meets(figure),
    }));
    process.stdout.write(
      `${JSON.stringify({ rounds, ...size, cores, load, node: process.version, figures: listed, counts }, null, 2)}\n`,
    );
    return;
  }
  const { engine, floor } = counts;
  const bytes = engine.bytes / floor.bytes;
  const lines = [
    `engine as a multiple of the bare workflow; ${cores} cores, load ${load.map((each) => each.toFixed(1)).join(' before and ')} after`,
    '',
    ...figures.flatMap(linesOf),
    `events per capture: ${engine.events} (bare workflow ${floor.events})`,
    `bytes of history per capture: ${bytes.toFixed(2)} of the bare workflow's (${engine.bytes} and ${floor.bytes})`,
    '',
  ];
  process.stdout.write(lines.join('\n'));
}

function linesOf(figure: Figure): string[] {
  const { name, target } = figure;
  const bound =
    target === null
      ? ''
      : 'least' in target
        ? `, target at least ${target.least}`
        : `, target at most ${target.most}`;
  const verdict = { true: ': met', false: ': MISSED', null: '' }[
    String(meets(figure)) as 'true' | 'false' | 'null'
  ];
  return [
    `${name}: ${median(figure.rounds).toFixed(2)}${bound}${verdict}`,
    `  rounds ${figure.rounds.map((each) => each.toFixed(2)).join(' ')}`,
  ];
}
