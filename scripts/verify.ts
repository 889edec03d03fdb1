// Everything that CI asks, in order: `npm test` and `npm run verify`. Streams what each step prints and ends
// with `N passed, N failed`: each vitest test counts as one, each other step as one. A step or test that
// cannot run here prints `NOT RUN <name>: <reason>`; only names in docs/not-run.json may.
//
//   node scripts/verify.ts [--only check,lint,tests] [--seeds 20000]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runStep } from './run-step.ts';
import { type Tally, addTallies, readVitestReport } from './vitest-report.ts';

const { values } = parseArgs({
  options: { only: { type: 'string' }, seeds: { type: 'string', default: '20000' } },
});

const scratch = mkdtempSync(join(tmpdir(), 'tranche-verify-'));
const report = join(scratch, 'vitest.json');
const bin = (name: string) => join('node_modules', '.bin', name);

interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** Where the step leaves vitest's JSON report; without it the step counts as one. */
  readonly report?: string;
}

const steps: readonly Step[] = [
  { name: 'lockfile', args: ['scripts/lockfile.mjs', '--check'] },
  { name: 'npm-audit', args: ['scripts/npm-audit.ts'] },
  { name: 'check', args: ['node_modules/typescript-native/bin/tsc', '-p', 'tsconfig.json'] },
  { name: 'lint', args: [bin('oxlint'), '--deny-warnings', '.'] },
  { name: 'format', args: [bin('biome'), 'format', '.'] },
  {
    name: 'boundaries',
    args: [bin('depcruise'), '--config', '.dependency-cruiser.mjs', '--output-type', 'err-long', '.'],
  },
  { name: 'dead', args: [bin('knip')] },
  { name: 'docs', args: ['scripts/docs.ts', '--check'] },
  {
    name: 'tests',
    args: [bin('vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    report,
  },
  { name: 'sim', args: ['sim/main.ts', '--seeds', values.seeds] },
  { name: 'sim-self-test', args: ['sim/main.ts', '--self-test'] },
];

const wanted = values.only?.split(',');
const unknown = wanted?.filter((name) => !steps.some((step) => step.name === name)) ?? [];
if (unknown.length > 0) {
  process.stderr.write(
    `no step ${unknown.join(', ')}; there are ${steps.map((step) => step.name).join(', ')}\n`,
  );
  process.exit(2);
}

const allowed = new Map(
  (JSON.parse(readFileSync('docs/not-run.json', 'utf8')) as { name: string; reason: string }[]).map(
    ({ name, reason }) => [name, reason],
  ),
);

let total: Tally = { passed: 0, failed: 0, notRun: [] };
const lines: string[] = [];
for (const step of steps) {
  if (wanted !== undefined && !wanted.includes(step.name)) continue;
  process.stdout.write(`\n── ${step.name}\n`);
  const started = performance.now();
  const { code, notRun } = await runStep(process.execPath, step.args);
  const tally = step.report === undefined ? oneOf(code) : readVitestReport(step.report, code);
  const all = { ...tally, notRun: [...tally.notRun, ...notRun] };
  total = addTallies(total, all);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  lines.push(`${all.failed === 0 ? 'ok    ' : 'FAILED'} ${step.name.padEnd(12)} ${seconds.padStart(7)} s`);
}
rmSync(scratch, { recursive: true, force: true });

let failed = total.failed;
process.stdout.write(`\n${lines.join('\n')}\n\n`);
for (const { name, reason } of total.notRun) {
  const known = allowed.has(name);
  if (!known) failed += 1;
  const why = reason ?? allowed.get(name) ?? 'no reason given';
  process.stdout.write(
    `NOT RUN ${name}: ${why}${known ? '' : ' (not in docs/not-run.json: counts as failed)'}\n`,
  );
}
process.stdout.write(`${total.passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && total.passed > 0 ? 0 : 1;

function oneOf(code: number): Tally {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, notRun: [] };
}
