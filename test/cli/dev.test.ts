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
  account: 'payone-de',
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
    const twin = sandboxes['payone-de'] ?? '';
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
      () => recall('GET', '/v1/payments?account=payone-de'),
      ({ body }) => (body['items'] as unknown[]).length > 0,
    );
    expect(listed.body).toMatchObject({ items: [{ id: 'o-1', provider: 'payone' }], next: null });
    expect(await stop(again.child, 'SIGINT')).toBe(0);
  });

  it('has a twin of each of the five providers, where a hold is adopted, captured and freed', async () => {
    const own = mkdtempSync(join(tmpdir(), 'tranche-dev-'));
    try {
      const dev = await start(own);
      const call = caller(dev);
      const { sandboxes } = devFile(own);
      expect(Object.keys(sandboxes)).toEqual(['payone-de', 'swedbank-se', 'ccv-ev', 'po-jp', 'finline-ua']);
      for (const [account, twin] of Object.entries(sandboxes)) {
        const of = ELSEWHERE[account];
        if (of === undefined) throw new Error(account);
        for (const [id, amount] of [
          [`${account}-part`, 4_000],
          [`${account}-void`, null],
        ] as const) {
          const made = (await admin(twin, of.path, of.body(id))) as Record<string, unknown>;
          const { currency } = of;
          const created = await call('POST', '/v1/payments', {
            id,
            account,
            amount: { value: 10_000, currency },
            authorization: { adopt: { reference: of.reference(made) } },
          });
          expect(created, id).toMatchObject({ status: 201, body: { status: 'authorized' } });
          const asked =
            amount === null
              ? await call('POST', `/v1/payments/${id}/release`, { id: 'v-1' })
              : await call('POST', `/v1/payments/${id}/captures`, {
                  id: 'c-1',
                  amount: { value: amount, currency },
                  final: true,
                });
          expect(asked, `${id} ${JSON.stringify(asked.body)}`).toMatchObject({
            status: 201,
            body: { state: 'approved' },
          });
          const settled = await until(
            () => call('GET', `/v1/payments/${id}`),
            ({ body }) => held(body) === 0,
          );
          const captured = amount ?? 0;
          expect(settled.body, id).toMatchObject({
            status: amount === null ? 'released' : 'captured',
            attention: null,
            amounts: { captured: { value: captured }, released: { value: 10_000 - captured } },
          });
          const page = await admin(twin, `books/${of.page(made)}`);
          expect((page as { captured: number }).captured, id).toBe(captured);
        }
      }
      const shown = await runCli(['doctor'], own);
      expect(shown.code, shown.stdout).toBe(0);
      for (const account of Object.keys(sandboxes))
        expect(shown.stdout).toMatch(new RegExp(`✓ provider ${account}:.* answers`));
      const terminal = await runCli(['terminal', 'show', 'ccv-ev', '--json'], own);
      expect(JSON.parse(terminal.stdout)).toMatchObject({ counter: 2, holder: null, queue: [], block: null });
      const none = await runCli(
        ['terminal', 'unblock', 'ccv-ev', '--request-id', '2', '--evidence', 'seen'],
        own,
      );
      expect(none, none.stderr).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('holds nothing now'),
      });

      expect(await stop(dev.child)).toBe(0);
      for (const twin of Object.values(sandboxes)) {
        expect(await isFree(Number(new URL(twin).port)), twin).toBe(true);
      }
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  });

  it('gives each sandbox account of a file a twin of its own, whose notices come to its secret path', async () => {
    const own = mkdtempSync(join(tmpdir(), 'tranche-dev-'));
    const pathToken = 'an-unguessable-path-token';
    const terminal = {
      provider: 'ccv',
      url: 'sandbox',
      operatingEnvironment: 'ATTENDED',
      accessProtocol: 'OPI_DE',
      language: 'GER',
    };
    const accounts = {
      pump: { ...terminal, environment: 'PETROL' },
      barrier: { ...terminal, environment: 'CARPARKING' },
      se: {
        provider: 'swedbankpay',
        url: 'sandbox',
        accessToken: 'token-of-the-file',
        networks: ['20.91.170.120/29'],
        pathToken,
      },
      ua: {
        provider: 'finline',
        url: 'sandbox',
        posId: 'pos-of-the-file',
        apiKey: 'key-of-the-file',
        apiSecret: 'secret-of-the-file',
        endpointKey: 'endpoint-of-the-file',
        serverUrl: 'https://shop.example/elsewhere',
        pathToken,
      },
      de: {
        provider: 'payone',
        url: 'https://api.pay1.de/post-gateway/',
        mid: '12345',
        aid: '23456',
        portalId: '2000001',
        key: 'portal-key-of-the-file',
        mode: 'test',
      },
    };
    try {
      writeFileSync(join(own, 'own.json'), JSON.stringify({ accounts }));
      const dev = await start(own, '--config', 'own.json');
      const { sandboxes, configuration } = devFile(own);
      expect(Object.keys(sandboxes)).toEqual(['pump', 'barrier', 'se', 'ua']);
      expect(new Set(Object.values(sandboxes)).size).toBe(4);
      const notices = (account: string): string => `${dev.url}/v1/notifications/${account}`;
      expect(configuration.accounts).toMatchObject({
        pump: { url: sandboxes['pump'] },
        se: { url: sandboxes['se'], callbackUrl: `${notices('se')}/${pathToken}` },
        ua: { serverUrl: `${notices('ua')}/${pathToken}` },
        de: { url: 'https://api.pay1.de/post-gateway/' },
      });

      const se = sandboxes['se'] ?? '';
      const ua = sandboxes['ua'] ?? '';
      await admin(se, 'payments', { payeeReference: 'ELSEWHERE', amount: 10_000, currency: 'SEK' });
      await admin(ua, 'orders', { orderId: 'order-1', amount: 10_000, currency: 'UAH' });
      for (const twin of [se, ua]) {
        const told = await until(
          async () => JSON.stringify(await admin(twin, 'books')),
          (books) => books.includes('"acknowledgedAt":"'),
        );
        expect(told).toContain('"acknowledgedAt":"');
        expect(told).not.toContain('"status":403');
      }
      for (const path of ['', '/another-path-token']) {
        const answer = await fetch(`${notices('se')}${path}`, { method: 'POST', body: '{}' });
        expect(answer.status).toBe(403);
      }

      const made = (await admin(sandboxes['pump'] ?? '', 'holds', { amount: 5_000 })) as Record<
        string,
        unknown
      >;
      const { authReference, authReferenceVersion } = made;
      const adopted = await runCli(
        [
          'payment',
          'create',
          '--id',
          'fuel-1',
          '--account',
          'pump',
          '--amount',
          '50.00',
          '--adopt',
          JSON.stringify({ authReference, authReferenceVersion }),
        ],
        own,
      );
      expect(adopted.code, adopted.stderr).toBe(0);
      const taken = await runCli(['capture', 'fuel-1', '--amount', '31.00', '--override'], own);
      expect(taken.code, taken.stderr).toBe(0);
      expect(await admin(sandboxes['pump'] ?? '', `books/${String(made['id'])}`)).toMatchObject({
        captured: 3_100,
      });
      expect(JSON.stringify(await admin(sandboxes['barrier'] ?? '', 'books'))).not.toContain('3100');
      expect(await stop(dev.child)).toBe(0);
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
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

interface DevFile {
  readonly sandboxes: Readonly<Record<string, string>>;
  readonly configuration: { readonly accounts: Readonly<Record<string, unknown>> };
}

const devFile = (cwd: string): DevFile =>
  JSON.parse(readFileSync(join(cwd, '.tranche', 'dev.json'), 'utf8')) as DevFile;

async function admin(twin: string, path: string, body?: unknown): Promise<unknown> {
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const answer = await fetch(`${twin}/admin/${path}`, body === undefined ? {} : post);
  expect(answer.status, path).toBeLessThan(300);
  return answer.json();
}

const held = (payment: Record<string, unknown>): number =>
  (payment['amounts'] as { held: { value: number } }).held.value;

type Made = Readonly<Record<string, unknown>>;

/** How a hold of 10 000 minor units is made at each twin without us, and what it is called afterwards. */
const ELSEWHERE: Readonly<
  Record<
    string,
    {
      readonly currency: string;
      readonly path: string;
      readonly body: (id: string) => object;
      readonly reference: (made: Made) => object;
      readonly page: (made: Made) => string;
    }
  >
> = {
  'payone-de': {
    currency: 'EUR',
    path: 'processes',
    body: (reference) => ({ reference, amount: 10_000, currency: 'EUR' }),
    reference: ({ txid }) => ({ txid }),
    page: ({ txid }) => String(txid),
  },
  'swedbank-se': {
    currency: 'SEK',
    path: 'payments',
    body: (id) => ({ payeeReference: id.replaceAll('-', ''), amount: 10_000, currency: 'SEK' }),
    reference: ({ id }) => ({ payment: id }),
    page: ({ id }) => String(id).split('/').at(-1) ?? '',
  },
  'ccv-ev': {
    currency: 'EUR',
    path: 'holds',
    body: () => ({ amount: 10_000 }),
    reference: ({ authReference, authReferenceVersion }) => ({ authReference, authReferenceVersion }),
    page: ({ id }) => String(id),
  },
  'po-jp': {
    currency: 'JPY',
    path: 'holds',
    body: () => ({ amount: 10_000, currency: 'JPY' }),
    reference: ({ transactionId }) => ({ transactionId }),
    page: ({ transactionId }) => String(transactionId),
  },
  'finline-ua': {
    currency: 'UAH',
    path: 'orders',
    body: (orderId) => ({ orderId, amount: 10_000, currency: 'UAH' }),
    reference: ({ order_id: orderId }) => ({ orderId }),
    page: ({ order_id: orderId }) => String(orderId),
  },
};

interface Books {
  readonly processes: readonly unknown[];
  readonly notifications: readonly { readonly acknowledgedAt: string | null }[];
}

const isAcknowledged = ({ acknowledgedAt }: Books['notifications'][number]): boolean =>
  acknowledgedAt !== null;
