import { existsSync, readFileSync } from 'node:fs';
import type { NotRun } from './run-step.ts';

/** How many checks passed and failed, and which could not run. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly notRun: readonly NotRun[];
}

export const addTallies = (a: Tally, b: Tally): Tally => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  notRun: [...a.notRun, ...b.notRun.filter(({ name }) => !a.notRun.some((known) => known.name === name))],
});

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/**
 * Reads vitest's JSON report. A file that did not load counts as one failed test; skipped tests come back
 * as not run. A run that ended badly (`code` not 0) never counts as clean, nor does a missing report.
 */
export function readVitestReport(file: string, code: number): Tally {
  if (!existsSync(file)) return { passed: 0, failed: 1, notRun: [] };
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const counted = report.numFailedTests + unloaded;
  const notRun = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => ({ name: fullName })),
  );
  return {
    passed: report.numPassedTests,
    failed: code === 0 ? counted : Math.max(1, counted),
    notRun,
  };
}
