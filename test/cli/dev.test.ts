/**
 * Rule: `tranche dev` starts everything, says `ready`, takes the calls of the contract, is found by the other commands
 * of its folder, ends with all that it started, and its payments are there again after a restart.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isFree } from '../../temporal/free-port.ts';
import { runCli, spawnCli } from './run-cli.ts';

interface Dev {
  readonly child: ChildProcess;
  readonly url: string;
  readonly token: string;
  /** Everything on stdout until then. */
  readonly lines: readonly string[];
}

let folder: string;
const running: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-dev-'));
});

afterEach(async () => {
  for (const child of running.splice(0)) await stop(child);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function start(cwd: string, ...args: string[]): Promise<Dev> {
  const child = spawnCli(['dev', '--port', '0', ...args], cwd);
  running.push(child);
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString('utf8');
  });
  const lines: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    if (child.stdout === null) throw new Error('no stdout');
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.startsWith('ready ')) resolve(line.slice(6));
    });
    child.once('close', (code) => reject(new Error(`tranche dev ended with ${code}: ${complaint}`)));
  });
  const token = lines.find((line) => line.startsWith('token '))?.slice(6) ?? '';
  return { child, url, token, lines };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.kill(signal);
  return ended;
}

function caller({ url, token }: Dev) {
  return async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
}

/** Asks until it is so; visibility lags by up to seconds. */
async function until<T>(ask: () => Promise<T>, so: (answer: T) => boolean): Promise<T> {
  for (let round = 0; ; round += 1) {
    const answer = await ask();
    if (so(answer) || round === 100) return answer;
    await delay(200);
  }
}

const eur = (value: number) => ({ value, currency: 'EUR' });
const CREATE = {
  id: 'o-1',
  account: 'payone-sandbox',
  amount: eur(10_000),
  authorization: { request: { method: 'cc', options: { pseudocardpan: '9410010000000000001' } } },
};

describe('tranche dev', () => {
  it('runs a payment by hand, ends cleanly and has it again after a restart', async () => {
    const dev = await start(folder);
    const call = caller(dev);
    expect((await call('GET', '/readyz')).status).toBe(200);
    expect(dev.lines.at(-1)).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+$/);

    const created = await call('POST', '/v1/payments', CREATE);
    expect(created).toMatchObject({
      status: 201,
      body: { status: 'authorized', amounts: { held: eur(10_000) } },
    });
    const captured = await call('POST', '/v1/payments/o-1/captures', { id: 'c-1', amount: eur(4_500) });
    expect(captured).toMatchObject({
      status: 201,
      body: { state: 'approved', booked: eur(4_500), sequenceNumber: 1 },
    });
    expect(await call('POST', '/v1/payments/o-1/captures', { amount: eur(5_501) })).toMatchObject({
      status: 422,
      body: { code: 'amount-exceeds-capturable', figures: { capturable: 5_500, asked: 5_501 } },
    });

    const { sandboxes, ...left } = JSON.parse(readFileSync(join(folder, '.tranche', 'dev.json'), 'utf8')) as {
      sandboxes: Record<string, string>;
      address: string;
      url: string;
    };
    expect(left).toMatchObject({ url: dev.url, token: dev.token, configFile: null });
    for (const name of readdirSync(join(folder, '.tranche')).filter(
      (each) => !each.startsWith('temporal.db'),
    )) {
      expect(statSync(join(folder, '.tranche', name)).mode & 0o077, name).toBe(0);
    }
    const twin = sandboxes['payone-sandbox'] ?? '';
    const books = async () => (await (await fetch(`${twin}/admin/books`)).json()) as Books;
    const acknowledged = await until(
      books,
      ({ notifications }) => notifications.filter(isAcknowledged).length >= 2,
    );
    expect(acknowledged.processes).toMatchObject([{ preauthorised: 10_000, captured: 4_500, sequence: 1 }]);
    expect(acknowledged.notifications.filter(isAcknowledged).length).toBeGreaterThanOrEqual(2);

    const shown = await runCli(['payment', 'show', 'o-1', '--json'], folder);
    expect(shown.code).toBe(0);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      id: 'o-1',
      status: 'partially_captured',
      attention: null,
    });
    const last = await runCli(['capture', 'o-1', '--id', 'c-2', '--amount', '20.00', '--final'], folder);
    expect(last, last.stderr).toMatchObject({ code: 0 });
    const refused = await runCli(['capture', 'o-1', '--amount', '1.00'], folder);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('not-legal-now');
    const explained = await runCli(
      ['payment', 'explain', 'o-1', '--command', 'refund', '--amount', '65.01'],
      folder,
    );
    expect(explained).toMatchObject({ code: 1 });
    expect(explained.stdout).toContain('amount-exceeds-captured');
    const second = await runCli(['dev'], folder);
    expect(second.code).toBe(2);

    expect(await stop(dev.child)).toBe(0);
    expect(existsSync(join(folder, '.tranche', 'dev.json'))).toBe(false);
    for (const place of [dev.url, twin, `http://${left.address}`]) {
      expect(await isFree(Number(new URL(place).port)), place).toBe(true);
    }

    const again = await start(folder);
    expect(again.token).toBe(dev.token);
    const recall = caller(again);
    expect(await recall('GET', '/v1/payments/o-1')).toMatchObject({
      status: 200,
      body: { status: 'captured', amounts: { captured: eur(6_500), released: eur(3_500), held: eur(0) } },
    });
    expect(await recall('POST', '/v1/payments', CREATE)).toMatchObject({
      status: 201,
      body: { status: 'captured' },
    });
    const listed = await until(
      () => recall('GET', '/v1/payments?account=payone-sandbox'),
      ({ body }) => (body['items'] as unknown[]).length > 0,
    );
    expect(listed.body).toMatchObject({ items: [{ id: 'o-1', provider: 'payone' }], next: null });
    expect(await stop(again.child, 'SIGINT')).toBe(0);
  });

  it('refuses a port that is in use, with what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const empty = mkdtempSync(join(tmpdir(), 'tranche-dev-'));
    try {
      const accounts = {};
      writeFileSync(join(empty, 'own.json'), JSON.stringify({ api: { port }, accounts }));
      for (const args of [
        ['--config', 'own.json'],
        ['--port', String(port)],
      ]) {
        const { code, stderr } = await runCli(['dev', '--ephemeral', ...args], empty);
        expect(code, stderr).toBe(2);
        expect(stderr).toMatch(new RegExp(`^port ${port} is in use; use .*--port 0`, 'm'));
        expect(stderr).not.toContain('    at ');
      }
    } finally {
      rmSync(empty, { recursive: true, force: true });
      other.close();
    }
  });

  it('keeps nothing on disk with --ephemeral', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'tranche-dev-'));
    try {
      const dev = await start(empty, '--ephemeral');
      expect(await caller(dev)('POST', '/v1/payments', CREATE)).toMatchObject({ status: 201 });
      expect(await stop(dev.child)).toBe(0);
      expect(readdirSync(empty)).toEqual([]);
    } finally {
      rmSync(empty, { recursive: true, force: true });
    }
  });
});

interface Books {
  readonly processes: readonly unknown[];
  readonly notifications: readonly { readonly acknowledgedAt: string | null }[];
}

const isAcknowledged = ({ acknowledgedAt }: Books['notifications'][number]): boolean =>
  acknowledgedAt !== null;
