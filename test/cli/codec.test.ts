/** Rule: with `tranche codec` Temporal's own command line shows a payment's history in plain text, and without it none. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findTemporal } from '../../temporal/find-temporal.ts';
import { readiness, runCli, spawnCli } from './run-cli.ts';

let folder: string;
const running: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-codec-'));
});

afterAll(async () => {
  for (const child of running.reverse()) {
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** @returns the address behind `ready`. */
function start(...args: string[]): Promise<string> {
  const child = spawnCli(args, folder);
  running.push(child);
  return readiness(child);
}

it('shows a history through the real command line', async () => {
  const found = await findTemporal({
    ways: ['installed', 'sdk-download', 'go-install'],
    log: () => undefined,
  });
  if (found.kind !== 'binary') throw new Error('no temporal');
  await start('dev', '--port', '0');
  const create = [
    'payment',
    'create',
    '--id',
    'o-1',
    '--amount',
    '100.00',
    '--currency',
    'EUR',
    '--method',
    'cc',
  ];
  const made = await runCli(
    [...create, '--option', 'pseudocardpan=9410010000000000001', '--order', 'a-word-of-this-order'],
    folder,
  );
  expect(made.stderr + made.stdout).toContain('authorized');
  const { address, token } = JSON.parse(readFileSync(join(folder, '.tranche', 'dev.json'), 'utf8')) as Record<
    string,
    string
  >;
  const codec = await start('codec', '--port', '0');
  const show = async (
    ...more: string[]
  ): Promise<{ readonly code: number | null; readonly text: string }> => {
    const words = ['workflow', 'show', '--workflow-id', 'payment/o-1', '--output', 'json'];
    const child = spawn(found.path, [...words, '--address', address ?? '', ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (text += String(chunk)));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    // It prints payloads as they are in JSON: in base64.
    const payloads = [...text.matchAll(/"data": "([^"]+)"/g)].map(([, data = '']) =>
      Buffer.from(data, 'base64'),
    );
    return { code, text: `${text}\n${payloads.join('\n')}` };
  };
  const through = ['--codec-endpoint', codec, '--codec-auth'];

  const closed = await show();
  expect(closed.code, closed.text.slice(0, 500)).toBe(0);
  expect(closed.text).not.toContain('a-word-of-this-order');

  const open = await show(...through, `Bearer ${token}`);
  expect(open.code, open.text.slice(0, 500)).toBe(0);
  expect(open.text).toContain('a-word-of-this-order');

  const refused = await show(...through, 'Bearer wrong');
  expect(refused.text).not.toContain('a-word-of-this-order');
});
