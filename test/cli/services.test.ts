/** Rule: `sandbox`, `worker` and `api` run by themselves from one configuration file, say `ready`, and end with exit 0 on SIGTERM. */
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { freePort } from '../../temporal/free-port.ts';
import { readiness, runCli, spawnCli } from './run-cli.ts';

const TOKEN = 'operator-token-0001';
let folder: string;
const running: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-services-'));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map(stop));
  rmSync(folder, { recursive: true, force: true });
});

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  return ended;
}

/** @returns what stands behind `ready`. */
function start(...args: string[]): Promise<string> {
  const child = spawnCli(args, folder);
  running.push(child);
  return readiness(child);
}

function configure(url: string): void {
  const account = {
    provider: 'payone',
    url,
    mid: '14648',
    aid: '17321',
    portalId: '2040559',
    key: 'sandbox-portal-key',
    mode: 'test',
  };
  writeFileSync(
    join(folder, 'tranche.config.json'),
    JSON.stringify({
      temporal: { ...inject('temporal'), taskQueue: `services-${randomUUID()}` },
      api: { tokens: [{ name: 'shop', token: TOKEN, role: 'operator' }] },
      encryption: { keys: [{ id: 'test', key: Buffer.alloc(32, 7).toString('base64') }] },
      accounts: { shop: account },
    }),
  );
}

it('ends as at a SIGTERM when the shell that npm started it through is killed', async () => {
  configure('sandbox');
  const child = spawnCli(['sandbox', '--account', 'shop'], folder, { npm_lifecycle_event: 'twin' }, 'shell');
  running.push(child);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      const ready = /ready (\S+)/.exec(chunk.toString('utf8'));
      if (ready?.[1] !== undefined) resolve(ready[1]);
    });
    child.once('close', () => reject(new Error('ended before it was ready')));
  });
  expect((await fetch(`${url}/admin/health`)).status).toBe(200);
  // The pipe closes when the last process that writes into it has ended.
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await closed;
  await expect(fetch(`${url}/admin/health`)).rejects.toThrow();
});

it('captures through processes of their own', async () => {
  configure('sandbox');
  const port = await freePort();
  const notifyUrl = `http://127.0.0.1:${port}/v1/notifications/shop`;
  const twin = await start('sandbox', '--account', 'shop', '--notify-url', notifyUrl);
  configure(`${twin}/post-gateway/`);
  await start('worker');
  const url = await start('api', '--port', String(port));
  const post = async (path: string, body: unknown) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, location: answer.headers.get('location'), body: await answer.json() };
  };

  const id = `services-${randomUUID()}`;
  const amount = { value: 10_000, currency: 'EUR' };
  const request = { method: 'cc', options: { pseudocardpan: '9410010000000000001' } };
  expect(
    await post('/v1/payments', { id, account: 'shop', amount, authorization: { request } }),
  ).toMatchObject({
    status: 201,
    body: { status: 'authorized' },
  });
  expect(await post(`/v1/payments/${id}/captures`, { id: 'c-1' })).toMatchObject({
    status: 201,
    body: { state: 'approved', final: true, booked: amount },
  });
  const shown = await runCli(['payment', 'show', id], folder);
  expect(shown, shown.stderr).toMatchObject({ code: 0 });
  expect(shown.stdout).toContain('captured');
  const examined = await runCli(['doctor', '--json'], folder);
  const { findings } = JSON.parse(examined.stdout) as { findings: { name: string; ok: boolean }[] };
  // Other tests of the same server may have ended payments by force.
  expect(findings.filter(({ name, ok }) => !ok && name !== 'payments')).toEqual([]);
  expect(findings.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'node',
      'configuration',
      'temporal',
      'search attributes',
      'worker',
      'provider shop',
      'clock against shop',
    ]),
  );
  expect(await Promise.all(running.map(stop))).toEqual([0, 0, 0]);
});
