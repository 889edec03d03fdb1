/** Rule: any number of bundles from files, folders and lines is verified in order with one exit code: 0, 1 for what does not hold, 2 for what is none. */
import '../support/quiet-runtime.ts';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goldenBundle, goldenNames } from '../audit/bundles.ts';
import { runCli } from './run-cli.ts';

let folder: string;
const verify = (...args: readonly string[]) => runCli(['audit', 'verify', ...args], folder);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-verify-'));
  mkdirSync(join(folder, 'good'));
  const lines: string[] = [];
  for (const name of goldenNames()) {
    const text = JSON.stringify(await goldenBundle(name));
    writeFileSync(join(folder, 'good', `${name}.audit.json`), text);
    lines.push(text);
  }
  const [first = '', second = ''] = lines;
  const mixed = [first, first.slice(0, -20), second.replace('"rule":"', '"rule":"not '), second];
  writeFileSync(join(folder, 'mixed.ndjson'), `${mixed.join('\n')}\n`);
  writeFileSync(join(folder, 'lie.ndjson'), `${[mixed[2], second].join('\n')}\n`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('many bundles', () => {
  test('of a folder hold, one line each, and the sum is a note', async () => {
    const { code, stdout, stderr } = await verify('good', '--brief', '--jobs', '2');
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(goldenNames().length);
    expect(lines.every((line) => line.endsWith('holds'))).toBe(true);
    expect(lines).toEqual([...lines].sort());
    expect(stderr).toContain(`${lines.length} bundles, ${lines.length} hold;`);
    expect(code).toBe(0);
  });

  test('on the lines of a file keep none of the others', async () => {
    const { code, stdout } = await runCli(['--json', 'audit', 'verify', 'mixed.ndjson'], folder);
    const told = JSON.parse(stdout) as { readonly holds: boolean; readonly bundles: readonly object[] };
    expect(told).toMatchObject({
      holds: false,
      bundles: [
        { file: 'mixed.ndjson:1', holds: true },
        { file: 'mixed.ndjson:2', noBundle: expect.stringContaining('no JSON') },
        { file: 'mixed.ndjson:3', holds: false },
        { file: 'mixed.ndjson:4', holds: true },
      ],
    });
    expect(code).toBe(2);
  });

  test('of which one does not hold are exit 1', async () => {
    const { code, stdout, stderr } = await verify('lie.ndjson', '--brief');
    expect(stdout).toMatch(/FAIL +chain/);
    expect(stderr).toContain('2 bundles, 1 hold, 1 do not;');
    expect(code).toBe(1);
  });

  test('of which none is there give JSON all the same', async () => {
    mkdirSync(join(folder, 'empty'));
    const { code, stdout } = await runCli(['--json', 'audit', 'verify', 'empty'], folder);
    expect(JSON.parse(stdout)).toMatchObject({ holds: false, bundles: [{ file: 'empty' }] });
    expect(code).toBe(2);
  });
});

test.each([
  ['no job', ['--jobs', '0']],
  ['no size', ['--max-size', '1.5']],
  ['no time', ['--max-seconds', '-1']],
])('%s is wrong use', async (_what, args) => {
  expect((await verify('good', ...args)).code).toBe(2);
});
