// Rule: the closing line counts what ran; a file that did not load, a lost report or a bad exit is a failure.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTallies, readVitestReport } from '../../scripts/vitest-report.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-report-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface File {
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
}

const report = (numPassedTests: number, numFailedTests: number, testResults: readonly File[]) => {
  const file = join(folder, `${numPassedTests}-${numFailedTests}-${testResults.length}.json`);
  writeFileSync(file, JSON.stringify({ numPassedTests, numFailedTests, testResults }));
  return file;
};
const passed = { status: 'passed', fullName: 'a' };
const failed = { status: 'failed', fullName: 'b' };

test('passed and failed tests are counted', () => {
  const file = report(1, 1, [{ status: 'failed', assertionResults: [passed, failed] }]);
  expect(readVitestReport(file, 1)).toEqual({ passed: 1, failed: 1, notRun: [] });
});

test('a file that did not load is one failure', () => {
  const file = report(1, 0, [
    { status: 'passed', assertionResults: [passed] },
    { status: 'failed', assertionResults: [] },
  ]);
  expect(readVitestReport(file, 1)).toMatchObject({ passed: 1, failed: 1 });
});

test('a bad exit after passed tests is a failure', () => {
  const file = report(1, 0, [{ status: 'passed', assertionResults: [passed] }]);
  expect(readVitestReport(file, 0)).toMatchObject({ failed: 0 });
  expect(readVitestReport(file, 1)).toMatchObject({ failed: 1 });
});

test('a report that is not there is a failure, also with exit 0', () => {
  expect(readVitestReport(join(folder, 'none.json'), 0)).toMatchObject({ passed: 0, failed: 1 });
});

test('what was skipped comes back by name, and sums keep each name once', () => {
  const file = report(0, 0, [
    { status: 'passed', assertionResults: [{ status: 'skipped', fullName: 'cluster' }] },
  ]);
  const tally = readVitestReport(file, 0);
  expect(tally.notRun).toEqual([{ name: 'cluster' }]);
  expect(addTallies(tally, tally)).toEqual({ passed: 0, failed: 0, notRun: [{ name: 'cluster' }] });
});
