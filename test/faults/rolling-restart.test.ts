/**
 * M3 over a rolling restart, with real processes: while captures are under way at a provider that answers slowly, each
 * worker is told to end and another takes its place, and then the HTTP edge. Every capture takes effect once, none is
 * unknown, every request that was taken is answered, and every process ends with exit 0.
 */
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type SpawnedPayoneTwin, spawnPayoneTwin } from '../../sandbox/payone/spawn.ts';
import { spawnCli } from '../cli/run-cli.ts';

const TOKEN = 'operator-token-0001';
const ACCOUNT = `rolling-${randomUUID().slice(0, 8)}`;
const PAYMENTS = 8;
/** Long enough for a worker to be told to end while calls are out. */
const ANSWER_MS = 2_500;

let folder: string;
let twin: SpawnedPayoneTwin;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-rolling-'));
  twin = await spawnPayoneTwin({ notifyDelayMs: 20, retryDelayMs: 200 });
  const account = {
    provider: 'payone',
    url: twin.gatewayUrl,
    mid: '14648',
    aid: '17321',
    portalId: '2040559',
    key: 'sandbox-portal-key',
    mode: 'test',
    timeoutMs: 60_000,
  };
  writeFileSync(
    join(folder, 'tranche.config.json'),
    JSON.stringify({
      temporal: { ...inject('temporal'), taskQueue: `rolling-${randomUUID()}` },
      api: { drain: 'PT6S', tokens: [{ name: 'shop', token: TOKEN, role: 'operator' }] },
      encryption: { keys: [{ id: 'test', key: Buffer.alloc(32, 7).toString('base64') }] },
      accounts: { [ACCOUNT]: account },
    }),
  );
});

afterEach(async () => {
  await Promise.all(children.splice(0).map(end));
  await twin.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  /** What stands behind `ready`. */
  readonly told: string;
}

async function start(...args: string[]): Promise<Started> {
  const child = spawnCli(args, folder);
  children.push(child);
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString('utf8');
  });
  const told = await new Promise<string>((resolve, reject) => {
    if (child.stdout === null) throw new Error('no stdout');
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve(line.slice(6));
    });
    child.once('close', (code) => reject(new Error(`${args[0]} ended with ${code}: ${complaint}`)));
  });
  return { child, told };
}

/** SIGTERM. @returns the exit code. */
async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  return ended;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function call(url: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', prefer: 'wait=30' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

async function until<T>(read: () => Promise<T>, so: (value: T) => boolean, what: string): Promise<T> {
  for (let tries = 0; tries < 600; tries += 1) {
    const value = await read();
    if (so(value)) return value;
    await delay(100);
  }
  throw new Error(`${what} did not come about`);
}

const creation = (id: string) => ({
  id,
  account: ACCOUNT,
  amount: { value: 10_000, currency: 'EUR' },
  authorization: {
    request: {
      method: 'cc',
      options: { pseudocardpan: '9410010000000000001' },
      customer: { lastname: 'Muster', country: 'DE' },
    },
  },
});

/** Bookings of captures, over all payments. */
async function booked(): Promise<
  readonly { readonly reference: string; readonly amounts: readonly number[] }[]
> {
  const { processes } = await twin.admin.books();
  return processes.map(({ reference, bookings }) => ({
    reference,
    amounts: bookings.filter(({ kind }) => kind === 'capture').map(({ amount }) => amount),
  }));
}

test('captures that are under way while workers and edge are replaced take effect once, and are answered', async () => {
  const first = await start('worker');
  const second = await start('worker');
  const edge = await start('api', '--port', '0');
  const ids = Array.from({ length: PAYMENTS }, () => `p-${randomUUID()}`);
  for (const id of ids)
    expect(await call(edge.told, '/v1/payments', creation(id))).toMatchObject({ status: 201 });
  await twin.admin.fault({
    match: { request: 'capture' },
    fault: 'delay',
    at: 'after',
    delayMs: ANSWER_MS,
    times: 3 * PAYMENTS,
  });
  /** Sends a capture to every payment; waits until all of them have reached the provider. */
  const captureAll = async (url: string, id: string, amount: number) => {
    const before = (await booked()).flatMap(({ amounts }) => amounts).length;
    const answers = ids.map((payment) =>
      call(url, `/v1/payments/${payment}/captures`, {
        id,
        amount: { value: amount, currency: 'EUR' },
        final: false,
      }),
    );
    await until(
      booked,
      (all) => all.flatMap(({ amounts }) => amounts).length === before + PAYMENTS,
      'the bookings',
    );
    return answers;
  };
  const approved = { status: 201, body: { state: 'approved' } };

  const answers = await captureAll(edge.told, 'c-1', 1_000);
  const firstEnds = end(first.child);
  const third = await start('worker');
  expect(await firstEnds).toBe(0);
  for (const answer of await Promise.all(answers)) expect(answer).toMatchObject(approved);

  const more = await captureAll(edge.told, 'c-2', 2_000);
  expect(await end(second.child)).toBe(0);
  for (const answer of await Promise.all(more)) expect(answer).toMatchObject(approved);

  // The edge: not ready any more, still listening, and what it has taken is answered.
  const last = await captureAll(edge.told, 'c-3', 3_000);
  const edgeEnds = end(edge.child);
  const look = () => call(edge.told, '/readyz');
  const seen = await until(look, ({ status }) => status === 503, 'readyz');
  expect(seen.body).toMatchObject({ missing: ['this process is ending'] });
  expect(await call(edge.told, `/v1/payments/${ids[0]}`)).toMatchObject({ status: 200 });
  for (const answer of await Promise.all(last)) expect(answer).toMatchObject(approved);
  expect(await edgeEnds).toBe(0);

  const another = await start('api', '--port', '0');
  for (const id of ids) {
    const { body } = await call(another.told, `/v1/payments/${id}`);
    expect(body).toMatchObject({
      status: 'partially_captured',
      attention: null,
      amounts: { captured: { value: 6_000 }, reserved: { value: 0 } },
    });
    const { body: ledger } = await call(another.told, `/v1/payments/${id}/ledger`);
    const types = (ledger['entries'] as { readonly type: string }[]).map(({ type }) => type);
    expect(types.filter((type) => type === 'capture.sent')).toHaveLength(3);
    expect(types).not.toContain('capture.unknown');
  }
  for (const { amounts } of await booked()) expect(amounts).toEqual([1_000, 2_000, 3_000]);
  expect(await end(third.child)).toBe(0);
  expect(await end(another.child)).toBe(0);
}, 300_000);
