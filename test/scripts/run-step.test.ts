// Rule: what a step could not run is reported by name and never passes for a success.
import { expect, test } from 'vitest';
import { runStep } from '../../scripts/run-step.ts';

const node = (source: string) => runStep(process.execPath, ['--eval', source]);

test('the exit code is the step’s own, and 1 for a signal or a program that is not there', async () => {
  expect((await node('process.exitCode = 7')).code).toBe(7);
  expect((await node('process.kill(process.pid, "SIGKILL")')).code).toBe(1);
  expect((await runStep('/nowhere/at/all', [])).code).toBe(1);
});

test('NOT RUN lines come back once, from either stream', async () => {
  const { notRun } = await node(
    'console.log("NOT RUN cluster: no database"); console.error("NOT RUN cluster: no database"); console.error("NOT RUN web: no browser")',
  );
  expect(notRun).toEqual([
    { name: 'cluster', reason: 'no database' },
    { name: 'web', reason: 'no browser' },
  ]);
});
