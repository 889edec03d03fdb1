/** Only one process at a time keeps a folder; what a killed one has left, or another one of its number, keeps nobody out. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runningCluster } from '../../../temporal/cluster/cluster.ts';
import { claimFolder } from '../../../temporal/cluster/keeper-claim.ts';
import { thisProcess } from '../../../temporal/process-birth.ts';

const CLAIM = fileURLToPath(new URL('../../../temporal/cluster/keeper-claim.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-claim-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function taken(): { release(): void } {
  const claim = claimFolder(folder);
  if (!('release' in claim)) throw new Error(`process ${claim.pid} has it`);
  return claim;
}

test('one that is held keeps everybody out until it is released', () => {
  const first = taken();
  expect(claimFolder(folder)).toEqual(thisProcess());
  first.release();
  const second = taken();
  first.release();
  expect(claimFolder(folder)).toEqual(thisProcess());
  second.release();
  taken().release();
  expect(readdirSync(folder)).toHaveLength(1);
});

test('a claim of an earlier process of the same number, or of none, is forsaken', () => {
  for (const content of [{ ...thisProcess(), birth: 'an earlier boot 17', over: false }, 'cut sho']) {
    writeFileSync(join(folder, 'keeper-7.json'), JSON.stringify(content));
    taken().release();
    expect(readdirSync(folder)).toEqual(['keeper-8.json']);
    rmSync(join(folder, 'keeper-8.json'));
  }
});

test('a cluster is not taken to run because another process has its number', () => {
  const left = { address: '127.0.0.1:7233', namespace: 'default', server: 1 };
  const write = (birth: string): void =>
    writeFileSync(join(folder, 'running.json'), JSON.stringify({ pid: process.pid, birth, ...left }));
  write('an earlier boot 17');
  expect(runningCluster(folder)).toBeNull();
  write(thisProcess().birth);
  expect(runningCluster(folder)).toMatchObject({ pid: process.pid });
});

test('of many that start at once over a forsaken claim, one has it', async () => {
  const script = `
    import { claimFolder } from ${JSON.stringify(CLAIM)};
    process.stdin.once('data', () => {
      console.log('release' in claimFolder(${JSON.stringify(folder)}) ? 'mine' : 'taken');
      process.stdin.once('data', () => process.exit(0));
    });
    console.log('ready');
  `;
  for (let round = 0; round < 3; round += 1) {
    const children = Array.from({ length: 5 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const said = (index: number): Promise<string> =>
      once(children[index]?.stdout ?? process.stdin, 'data').then(([chunk]) => String(chunk).trim());
    const all = (): Promise<string[]> => Promise.all(children.map((_child, index) => said(index)));
    expect(new Set(await all())).toEqual(new Set(['ready']));
    const answers = all();
    for (const { stdin } of children) stdin.write('go\n');
    expect((await answers).toSorted()).toEqual(['mine', 'taken', 'taken', 'taken', 'taken']);
    for (const child of children) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
  }
});
