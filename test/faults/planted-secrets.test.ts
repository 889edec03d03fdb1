/**
 * Rule M8: secrets and card numbers that are planted wherever something comes in (configuration, requests, providers that
 * repeat all they were sent, notices) are found nowhere where something is kept or shown: the log at its most talkative,
 * raw and decoded histories, search attributes and memos, answers and problems, events, metrics, audit bundles, files.
 */
import { type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KeyRing } from '../../activities/key-ring.ts';
import { type SpawnedPayoneTwin, spawnPayoneTwin } from '../../sandbox/payone/spawn.ts';
import { encryptionCodec } from '../../temporal/codec.ts';
import { spawnCli } from '../cli/run-cli.ts';
import { until } from '../support/payments.ts';

const KEY = Buffer.alloc(32, 9);
const CARDS = ['4111111111111111', '5500 0000 0000 0004', '3782-822463-10005'] as const;
const SECRETS = {
  operator: 'planted-operator-token-1',
  encryption: KEY.toString('base64'),
  payone: 'sandbox-portal-key',
  swedbank: 'planted-access-token-2',
  basic: 'planted-basic-3',
  poKey: 'planted-api-key-4',
  finline: 'planted-api-secret-5',
  pathToken: 'planted-path-token-6',
  webhook: 'planted-webhook-secret-of-24-signs',
} as const;

/** What a later capture at the terminal needs, and nobody else may have. */
const AUTH_REFERENCE = 'planted-auth-reference-7';

const hex = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');

/** Every form that a secret is sent or kept in. */
const FORBIDDEN = [
  ...CARDS,
  ...CARDS.map((card) => card.replaceAll(/\D/g, '')),
  ...[...Object.values(SECRETS), AUTH_REFERENCE].flatMap((secret) => [
    secret,
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    hex('md5', secret),
    hex('sha256', secret),
    hex('sha384', secret),
  ]),
];

/** Where something was kept or shown, and what. */
const kept = new Map<string, string>();
const keep = (place: string, text: string): void => void kept.set(place, `${kept.get(place) ?? ''}\n${text}`);

let folder: string;
let twin: SpawnedPayoneTwin;
let echo: Server;
let dev: ChildProcess;
let url: string;
let address: string;
let log = '';

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Providers that say everything again that they were told, with headers and a card number on top: PAYONE as fields of an
 * approval or, for 6.66, of a refusal; the others as JSON. What webhooks bring is kept.
 */
function startEcho(): Promise<Server> {
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const all = `${request.url} ${JSON.stringify(request.headers)} ${body} ${CARDS.join(' or ')} ${Object.values(SECRETS).join(' ')}`;
      if (request.url === '/hook') {
        keep('webhook', `${JSON.stringify(request.headers)} ${body}`);
        response.writeHead(204).end();
        return;
      }
      if (request.url !== '/payone') {
        response.writeHead(422, {
          'content-type': 'application/json',
          'x-echo': encodeURIComponent(all).slice(0, 4_000),
        });
        response.end(
          JSON.stringify({ status: 'error', message: all, error: { detail: all }, [CARDS[0]]: all }),
        );
        return;
      }
      if (body.includes('amount=666')) {
        response.end(`status=ERROR\nerrorcode=2003\nerrormessage=${all}\ncustomermessage=${all}\n`);
        return;
      }
      const answer = await fetch(twin.gatewayUrl, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      response.writeHead(answer.status);
      response.end(`${(await answer.text()).trimEnd()}\ncustomermessage=${all}\ncardpan=${CARDS[0]}\n`);
    })();
  });
  server.listen(0, '127.0.0.1');
  return once(server, 'listening').then(() => server);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-planted-'));
  twin = await spawnPayoneTwin({});
  echo = await startEcho();
  const at = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
  const file = join(folder, 'planted.json');
  writeFileSync(
    file,
    JSON.stringify({
      api: { tokens: [{ name: 'shop', token: SECRETS.operator, role: 'operator' }] },
      encryption: { keys: [{ id: 'planted', key: SECRETS.encryption }] },
      webhooks: [{ name: 'orders', url: `${at}/hook`, secret: SECRETS.webhook }],
      accounts: {
        payone: {
          provider: 'payone',
          url: `${at}/payone`,
          mid: '14648',
          aid: '17321',
          portalId: '2040559',
          key: SECRETS.payone,
          mode: 'test',
        },
        swedbank: {
          provider: 'swedbankpay',
          url: at,
          accessToken: SECRETS.swedbank,
          payeeId: '5cabf558-5283-482f-b252-4d58e06f6f3b',
          pathToken: SECRETS.pathToken,
        },
        ccv: {
          provider: 'ccv',
          url: 'sandbox',
          operatingEnvironment: 'UNATTENDED',
          accessProtocol: 'OPI_NL',
          language: 'ENG',
          environment: 'EVCHARGING',
        },
        po: {
          provider: 'paymentoptions',
          url: `${at}/`,
          authorization: `Basic ${SECRETS.basic}`,
          apiKey: SECRETS.poKey,
          merchantId: 'm-1',
          amountUnit: 'major',
        },
        finline: {
          provider: 'finline',
          url: `${at}/`,
          posId: 'dc728de1-51ef-4ef1-80f7-3b44b07b5667',
          apiKey: 'public-id',
          apiSecret: SECRETS.finline,
          endpointKey: 'endpoint',
        },
      },
    }),
    { mode: 0o600 },
  );
  dev = spawnCli(['--config', file, 'dev', '--ephemeral', '--port', '0'], folder, { LOG_LEVEL: 'trace' });
  dev.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
  url = await new Promise<string>((resolve, reject) => {
    if (dev.stdout === null) throw new Error('no stdout');
    createInterface({ input: dev.stdout }).on('line', (line) => {
      keep('stdout', line);
      if (line.startsWith('ready ')) resolve(line.slice(6));
    });
    dev.once('close', (code) => reject(new Error(`tranche dev ended with ${code}: ${log}`)));
  });
  address = /^temporal +(\S+),/m.exec(log)?.[1] ?? '';
});

afterAll(async () => {
  const ended = once(dev, 'close');
  dev.kill('SIGTERM');
  await ended;
  echo.close();
  echo.closeAllConnections();
  await twin.stop();
  rmSync(folder, { recursive: true, force: true });
});

const eur = (value: number) => ({ value, currency: 'EUR' });

async function call(method: string, path: string, body?: unknown, token: string = SECRETS.operator) {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', prefer: 'wait=5' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  keep(
    `answer ${method} ${path.split('?')[0]?.replaceAll(/\d{13,}/g, 'N')}`,
    `${JSON.stringify([...answer.headers])} ${text}`,
  );
  return {
    status: answer.status,
    text,
    body: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>,
  };
}

const request = (method: string, options: object = {}) => ({ request: { method, options } });
const CARD = request('cc', { pseudocardpan: '9410010000000000001' });
const create = (id: string, account: string, authorization: object, more: object = {}) =>
  call('POST', '/v1/payments', { id, account, amount: eur(10_000), authorization, ...more });

/** Everything that a caller could send with a card number in it; each is refused, and none repeats it. */
async function plantInRequests(): Promise<void> {
  for (const card of CARDS) {
    const text = `card ${card} of the customer`;
    const line = { id: '1', description: text, quantity: 1, unitPrice: eur(10_000) };
    for (const more of [
      { metadata: { note: text } },
      { metadata: { [card]: 'x' } },
      { order: { reference: card } },
      { order: { reference: 'o', lines: [line] } },
    ]) {
      expect((await create('planted', 'payone', CARD, more)).status, JSON.stringify(more)).toBe(400);
    }
    expect(
      (await create('planted', 'payone', request('cc', { cardpan: card, cardcvc2: '737' }))).status,
    ).toBe(400);
    const commands: readonly (readonly [string, object])[] = [
      ['captures', { amount: eur(1), description: text }],
      ['captures', { amount: eur(1), reference: text }],
      ['captures', { amount: eur(1), invoice: { appendix: text } }],
      ['release', { reason: text }],
      ['refunds', { reason: text }],
      ['resolutions', { attention: 'lapsing', evidence: text, by: 'kim' }],
      ['captures', { [card]: 1 }],
      ['captures', { amount: { value: text, currency: card } }],
    ];
    for (const [path, body] of commands) {
      const { status } = await call('POST', `/v1/payments/p-payone/${path}`, body);
      expect(status, `${path} ${JSON.stringify(body)}`).toBe(400);
    }
    await call('GET', `/v1/payments?cursor=${encodeURIComponent(card)}`);
    await call('GET', `/v1/payments/p-payone/explain?command=${encodeURIComponent(card)}`);
    await call('GET', `/v1/payments/${encodeURIComponent(card)}/ledger`);
    await call('GET', '/v1/payments', undefined, card.replaceAll(' ', ''));
    await fetch(`${url}/v1/payments`, {
      method: 'POST',
      body: `{"id":"${card}`,
      headers: { authorization: `Bearer ${SECRETS.operator}`, 'content-type': 'application/json' },
    });
  }
}

/** A forged notice, and an authentic one with fields that should never be in one. */
async function plantInNotices(): Promise<void> {
  const fields = {
    portalid: '2040559',
    aid: '17321',
    mode: 'test',
    txid: '1',
    reference: 'r',
    cardpan: CARDS[0],
    cardholder: CARDS[1],
  };
  for (const key of ['planted-forged', hex('md5', SECRETS.payone)]) {
    const body = new URLSearchParams({
      ...fields,
      key,
      txaction: 'appointed',
      sequencenumber: '0',
      price: '100.00',
      currency: 'EUR',
      clearingtype: 'cc',
      txtime: '1795000000',
    });
    const answer = await fetch(`${url}/v1/notifications/payone`, { method: 'POST', body });
    keep('answer notice', await answer.text());
  }
  const path = await fetch(`${url}/v1/notifications/swedbank/${SECRETS.pathToken}`, {
    method: 'POST',
    body: `{"card":"${CARDS[0]}"}`,
  });
  keep('answer notice', await path.text());
}

/** Raw and decoded, with search attributes and memo, of every workflow that there is. */
async function keepHistories(): Promise<number> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const codec = encryptionCodec(new KeyRing([{ id: 'planted', key: KEY }]));
  let runs = 0;
  for await (const { workflowId, runId, searchAttributes, memo, raw } of client.workflow.list()) {
    runs += 1;
    keep(
      'visibility',
      `${workflowId} ${JSON.stringify(searchAttributes)} ${JSON.stringify(memo)} ${JSON.stringify(raw)}`,
    );
    keep(
      'visibility',
      Object.values(raw.memo?.fields ?? {})
        .map(({ data }) => Buffer.from(data ?? []).toString('latin1'))
        .join('\n'),
    );
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    keep(
      'raw history',
      JSON.stringify(events, (_name, value: unknown) => textOfBytes(value)),
    );
    const payloads = (events ?? []).flatMap(payloadsIn);
    for (const { data } of await codec.decode(payloads))
      keep('decoded history', Buffer.from(data ?? []).toString('utf8'));
  }
  await connection.close();
  return runs;
}

type Payload = Parameters<ReturnType<typeof encryptionCodec>['decode']>[0][number];

function payloadsIn(part: unknown): readonly Payload[] {
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return [];
  if ('metadata' in part && 'data' in part && part.data instanceof Uint8Array) return [part as Payload];
  return Object.values(part).flatMap(payloadsIn);
}

const textOfBytes = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'Buffer' &&
    'data' in value
  )
    return Buffer.from(value.data as number[]).toString('latin1');
  return value;
};

/** What a stream says at once. */
async function keepEvents(payment: string): Promise<void> {
  const gone = new AbortController();
  const answer = await fetch(`${url}/v1/payments/${payment}/events`, {
    headers: { authorization: `Bearer ${SECRETS.operator}` },
    signal: gone.signal,
  });
  const reader = answer.body?.getReader();
  for (let read = 0; read < 3; read += 1) {
    const { value } = (await reader?.read()) ?? {};
    const text = Buffer.from(value ?? []).toString('utf8');
    keep('events', text);
    if (text.includes('event: entry')) break;
  }
  gone.abort();
}

it('are nowhere to be found', async () => {
  const first = await create('p-payone', 'payone', CARD);
  expect(first.body, first.text).toMatchObject({ status: 'authorized' });
  expect(
    (await call('POST', '/v1/payments/p-payone/captures', { id: 'c-1', amount: eur(3_000) })).body,
  ).toMatchObject({ state: 'approved' });
  expect(
    (await call('POST', '/v1/payments/p-payone/captures', { id: 'c-2', amount: eur(666) })).body,
  ).toMatchObject({ state: 'declined' });
  const reference = { authReference: AUTH_REFERENCE, authReferenceVersion: '1' };
  const terminal = await create('p-ccv', 'ccv', { adopt: { reference } });
  expect(terminal.body, terminal.text).toMatchObject({ status: 'authorized' });
  // What these answer is no answer of theirs; what they were sent and said is kept all the same, redacted.
  const urls = { success: 'https://shop.example/1' };
  for (const [account, method, customer] of [
    ['swedbank', 'creditcard', {}],
    ['finline', 'hosted', { customer_email: 'a@example.com', customer_ip: '192.0.2.7' }],
  ] as const) {
    const answer = await create(`p-${account}`, account, { request: { method, returnUrls: urls, customer } });
    expect(answer.status, answer.text).toBeLessThan(300);
  }
  await create('p-po', 'po', { adopt: { reference: { transactionId: '1234567' } } });
  await plantInRequests();
  await plantInNotices();

  for (const id of ['p-payone', 'p-ccv', 'p-swedbank', 'p-po', 'p-finline']) {
    for (const part of ['', '/ledger', '/audit', '/explain?command=capture'])
      await call('GET', `/v1/payments/${id}${part}`);
  }
  await keepEvents('p-payone');
  await until(
    async () => kept.get('webhook') ?? '',
    (text) => text.includes('capture.approved'),
    'a webhook',
  );
  await call('GET', '/metrics');
  await call('GET', '/v1/payments?attention=any');
  expect(await keepHistories()).toBeGreaterThanOrEqual(2);
  keep('log', log);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (name !== 'planted.json' && /\.\w+$/.test(name))
      keep(`file ${name}`, readFileSync(join(folder, name), 'latin1'));
  }

  // The search itself works: what was said stands where it is looked for.
  expect(kept.get('log')).toContain('provider call');
  expect(kept.get('decoded history')).toContain('p-payone');
  expect(kept.get('raw history')).toContain('payment/p-payone');
  expect(kept.get('answer GET /v1/payments/p-payone/audit')).toContain('tranche.audit/1');
  expect(kept.get('events')).toContain('event: entry');
  const sealed = /sealed:v1:[A-Za-z0-9._-]+:/.test(kept.get('decoded history') ?? '');
  expect(sealed).toBe(true);

  const leaks = [...kept].flatMap(([place, text]) =>
    FORBIDDEN.filter((each) => text.includes(each)).map((each) => {
      const at = text.indexOf(each);
      return `${place}: ${each} in …${text.slice(Math.max(0, at - 160), at + each.length + 40)}…`;
    }),
  );
  expect(leaks).toEqual([]);
}, 300_000);
