// How an event goes over the wire: one id for one entry, a signature for each secret that Standard Webhooks' own library
// takes; and docs/webhooks.md says so: its catalogue is the ledger's, its example runs.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test } from 'vitest';
import { ENTRY_TYPES } from '../../payment/ledger.ts';
import { freePort } from '../../temporal/free-port.ts';
import { configureWebhooks } from '../../temporal/webhook-endpoint.ts';
import { webhookIdOf, webhookMessage } from '../../temporal/webhook-message.ts';
import { until } from '../support/payments.ts';
import { anEvent } from '../support/webhook-event.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const docs = readFileSync(`${root}docs/webhooks.md`, 'utf8');
const SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const PLAIN = 'a-plain-text-of-enough-characters';

let example: ChildProcess | null = null;
afterEach(() => {
  example?.kill('SIGKILL');
});

test('the id is the entry’s, whenever and wherever it is sent', () => {
  const id = webhookIdOf(anEvent('p-1', 7));
  expect(id).toMatch(/^evt_[0-9a-f]{32}$/);
  expect(webhookMessage(anEvent('p-1', 7), [PLAIN], 0).headers['webhook-id']).toBe(id);
  expect(webhookIdOf(anEvent('p-1', 8))).not.toBe(id);
  expect(webhookIdOf(anEvent('p-17', 7))).not.toBe(id);
});

test('each secret signs id, time and body', () => {
  const { headers, body } = webhookMessage(anEvent(), [SECRET, PLAIN]);
  expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
  for (const webhook of [new Webhook(SECRET), new Webhook(PLAIN, { format: 'raw' })]) {
    expect(webhook.verify(body, { ...headers })).toEqual(JSON.parse(body));
    expect(() => webhook.verify(body, { ...headers, 'webhook-id': 'evt_other' })).toThrow();
    expect(() => webhook.verify(body.replace('"a"', '"b"'), { ...headers })).toThrow();
  }
  expect(() =>
    new Webhook(`whsec_${Buffer.alloc(24, 8).toString('base64')}`).verify(body, { ...headers }),
  ).toThrow();
});

test('the catalogue in the docs has every type of entry, and no other', () => {
  const catalogue = docs.slice(docs.indexOf('### Catalogue'), docs.indexOf('## Taking one'));
  const rows = catalogue.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, type]) => type),
  );
  expect(named).toHaveLength(ENTRY_TYPES.length);
  expect(new Set<string | undefined>(named)).toEqual(new Set(ENTRY_TYPES));
});

test('the receiver in the docs takes what is signed, once, and nothing else', async () => {
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(docs) ?? [];
  const port = await freePort();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: root,
    env: { ...process.env, PORT: String(port), HOOK_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  example = child;
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8');
  });
  const post = async (secret: string) => {
    const url = `http://127.0.0.1:${port}/`;
    const webhooks = [{ name: 'one', url, secret, allowPrivate: true }];
    const endpoints = configureWebhooks({ webhooks, accounts: {} });
    try {
      return await endpoints.post('one', anEvent('p-1', 3));
    } finally {
      await endpoints.close();
    }
  };
  await until(
    () => post(PLAIN),
    ({ arrived }) => arrived,
    'the receiver',
  );
  expect(await post(PLAIN)).toMatchObject({ status: 401 });
  expect(await post(SECRET)).toMatchObject({ status: 204 });
  expect(await post(SECRET)).toMatchObject({ status: 204 });
  await until(
    async () => printed,
    (text) => text !== '',
    'the line',
  );
  expect(printed).toBe('capture.approved p-1 3\n');
});
