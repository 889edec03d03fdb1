/** Rule: `worker --versioned` polls as a version, says how it is given work, and `deployment` shows and promotes it. */
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { DeploymentReport } from '../../temporal/deployment-client.ts';
import { runCli, spawnCli } from './run-cli.ts';

let folder: string;
let worker: ChildProcess | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-deployment-'));
  writeFileSync(
    join(folder, 'tranche.config.json'),
    JSON.stringify({
      temporal: {
        ...inject('temporal'),
        taskQueue: `deployment-${randomUUID()}`,
        deployment: `d-${randomUUID()}`,
      },
      encryption: { keys: [{ id: 'test', key: Buffer.alloc(32, 7).toString('base64') }] },
      accounts: {},
    }),
  );
});

afterEach(async () => {
  if (worker !== null && worker.exitCode === null) {
    const ended = new Promise((resolve) => worker?.once('close', resolve));
    worker.kill('SIGTERM');
    await ended;
  }
  worker = null;
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a versioned worker. @returns what it says on stderr until it is ready. */
async function start(): Promise<string> {
  const child = spawnCli(['worker', '--versioned', '--build-id', 'v1'], folder);
  worker = child;
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('ready ')) resolve(said);
    });
    child.once('close', (code) => reject(new Error(`the worker ended with ${code}: ${said}`)));
  });
}

const show = async (...words: string[]): Promise<DeploymentReport> => {
  const { code, stdout, stderr } = await runCli(['deployment', ...words, '--json'], folder);
  if (code !== 0) throw new Error(`deployment ${words.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as DeploymentReport;
};

test('a version is shown once a worker polls as it, and current once it is promoted', async () => {
  const none = await runCli(['deployment', 'show'], folder);
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('tranche worker --versioned');

  expect(await start()).toMatch(/no version is current yet.*: tranche deployment promote v1$/m);
  for (const words of [
    ['promote', 'nosuch'],
    ['ramp', 'nosuch', '--percent', '5'],
    ['move', 'nosuch'],
  ]) {
    const unknown = await runCli(['deployment', ...words], folder);
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringMatching(/nosuch.*known: v1$/m) });
    expect(unknown.stderr).not.toMatch(/^\s+at /m);
    expect(unknown.stdout).not.toContain('moved');
  }
  const promoted = await show('promote', 'v1');
  expect(promoted).toMatchObject({ current: 'v1', ramping: null });
  expect(promoted.versions).toMatchObject([{ buildId: 'v1', status: 'current', pinned: 0 }]);
  expect(await runCli(['deployment', 'move', 'v1'], folder)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('0 workflow(s)'),
  });
  expect(await show('drain-status')).toMatchObject({ current: 'v1' });

  const wrong = await runCli(['deployment', 'ramp', 'v1', '--percent', '101'], folder);
  expect(wrong.code).toBe(2);
}, 300_000);

test('a behaviour or a build id that is none is wrong use', async () => {
  const behaviour = await runCli(['worker', '--versioned', 'sometimes'], folder);
  expect(behaviour).toMatchObject({ code: 2, stderr: expect.stringContaining('auto-upgrade, pinned') });
  const id = await runCli(['worker', '--versioned', '--build-id', 'v1.2'], folder);
  expect(id).toMatchObject({ code: 2, stderr: expect.stringContaining('--build-id v1.2') });
});
