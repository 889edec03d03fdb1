import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { readFailure, replay, shrunkFailure, writeFailure } from './failure-file.ts';
import { liveAll } from './pool.ts';
import { type Options, optionsOf, USAGE, UsageError } from './options.ts';
import { PLANTS } from './plants.ts';
import { Progress } from './progress.ts';
import { selfTest } from './self-test.ts';
import { summaryOf } from './summary.ts';
import type { Failure } from './tally.ts';

/** Most failing lives that are shrunk and kept in one run. */
const MOST_SHRUNK = 5;

/** Exit codes: 0 nothing broke, 1 something did, 2 wrong use. */
async function main(args: readonly string[]): Promise<number> {
  const options = optionsOf(args);
  if (options.replay !== null) return again(options.replay);
  if (options.selfTest) return plantAll(options);
  const began = performance.now();
  const progress = new Progress(options.seeds);
  const tally = await liveAll(options, options.workers, (sum) => progress.show(sum));
  progress.end();
  const seconds = Math.max(0.001, (performance.now() - began) / 1000);
  for (const failure of tally.failures.slice(0, MOST_SHRUNK)) keep(failure, options.keep);
  const { failures, ...sums } = tally;
  const seeds = failures.map(({ life, invariant }) => ({ seed: life.seed, mode: life.mode, invariant }));
  process.stdout.write(
    options.json ? `${JSON.stringify({ ...sums, seconds, failures: seeds })}\n` : summaryOf(tally, seconds),
  );
  return tally.failed === 0 ? 0 : 1;
}

function keep({ life, invariant, message }: Failure, folder: string): void {
  process.stderr.write(`seed ${life.seed} (${life.mode}) breaks ${invariant}: ${message}\n`);
  const shrunk = shrunkFailure(life);
  if (shrunk === null) return;
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `seed-${life.seed}-${life.mode}.json`);
  writeFailure(file, shrunk);
  const left = `${shrunk.life.decisions.length} of ${life.decisions.length} decisions`;
  process.stderr.write(`  shrunk to ${left}: ${shrunk.message}\n  npm run sim -- --replay ${file}\n`);
}

function again(file: string): number {
  const failure = readFailure(file);
  const { broken, steps } = replay(failure);
  const was = `seed ${failure.life.seed} (${failure.life.mode}), ${failure.life.decisions.length} decisions`;
  if (broken === null) {
    process.stdout.write(`${was}: breaks nothing now (${steps} steps); it broke ${failure.invariant}\n`);
    return 0;
  }
  process.stdout.write(`${was}: breaks ${broken.invariant} after ${steps} steps: ${broken.message}\n`);
  return 1;
}

function plantAll(options: Options): number {
  const all = selfTest(
    ({ plant, what, found }) => {
      const told =
        found === null
          ? `NOT FOUND in ${options.seeds} seeds`
          : `${found.invariant} at seed ${found.seed} (${found.mode}): ${found.message}`;
      process.stdout.write(`${plant.padEnd(26)} ${told}\n${' '.repeat(27)}${what}\n`);
    },
    options.from,
    options.seeds,
  );
  process.stdout.write(
    all ? `all ${PLANTS.length} planted bugs were found\n` : 'a planted bug was not found\n',
  );
  return all ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
