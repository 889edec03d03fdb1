// Rule: what the merchant did not take is listed, shown, retried and dropped from the command line, an endpoint is tried by
// a signed test, and no secret is printed.
import './../support/quiet-runtime.ts';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts';
import { runCli, spawnCli } from './run-cli.ts';

const SECRET = `whsec_${Buffer.alloc(32, 4).toString('base64')}`;
let folder: string;
let receiver: Receiver;
let worker: ChildProcess;
let twin: ChildProcess;

const started = (...args: string[]): Promise<{ child: ChildProcess; ready: string }> => {
  const child = spawnCli(args, folder);
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('no stdout');
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready')) resolve({ child, ready: line.slice(6) });
    });
    child.once('close', (code) => reject(new Error(`${args[0]} ended with ${code}: ${complaint}`)));
  });
};

function configure(url: string): void {
  const configuration = {
    temporal: { ...inject('temporal'), taskQueue },
    encryption: { keys: [{ id: 'test', key: Buffer.alloc(32, 7).toString('base64') }] },
    webhooks: [{ name: 'orders', url: receiver.url, secret: '${HOOK_SECRET}', allowPrivate: true }],
    accounts: {
      shop: {
        provider: 'payone',
        url,
        mid: '14648',
        aid: '17321',
        portalId: '2040559',
        key: 'sandbox-portal-key',
        mode: 'test',
      },
    },
  };
  writeFileSync(join(folder, 'tranche.config.json'), JSON.stringify(configuration));
}

const taskQueue = `webhook-cli-${randomUUID()}`;

beforeAll(async () => {
  process.env['HOOK_SECRET'] = SECRET;
  folder = mkdtempSync(join(tmpdir(), 'tranche-webhook-'));
  receiver = await startReceiver();
  configure('sandbox');
  const { child, ready } = await started('sandbox', '--account', 'shop');
  twin = child;
  configure(`${ready}/post-gateway/`);
  ({ child: worker } = await started('worker'));
});

afterAll(async () => {
  for (const child of [worker, twin]) {
    const ended = new Promise((resolve) => child?.once('close', resolve));
    child?.kill('SIGKILL');
    if (child !== undefined) await ended;
  }
  await receiver?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const cli = async (...args: string[]) => {
  const ran = await runCli(['--json', 'webhook', ...args], folder);
  expect(ran.stdout + ran.stderr).not.toContain(SECRET);
  return { ...ran, json: ran.stdout === '' ? null : (JSON.parse(ran.stdout) as Record<string, unknown>) };
};

async function until(read: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 60; round += 1) {
    if (await read()) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('it did not come about');
}

async function createPayment(payment: string): Promise<void> {
  const options = '--amount 100.00 --currency EUR --method cc --option pseudocardpan=9410010000000000001';
  const customer = '--customer lastname=Muster --customer country=DE';
  const words = `--json payment create --id ${payment} ${options} ${customer}`;
  const create = words.split(' ');
  // A machine that is busy may not answer in time; the same id is the same payment.
  await until(async () => (await runCli(create, folder)).code === 0);
}

it('tries an endpoint', async () => {
  receiver.answer(() => 200);
  expect(await cli('test')).toMatchObject({
    code: 0,
    json: { sent: [{ endpoint: 'orders', arrived: true, answer: 'http-200' }] },
  });
  const last = receiver.received.at(-1);
  if (last === undefined) throw new Error('nothing came');
  expect(new Webhook(SECRET).verify(last.raw, last.headers)).toMatchObject({ type: 'webhook.test' });
  receiver.answer(() => 500);
  expect(await cli('test', 'orders')).toMatchObject({ code: 1, json: { sent: [{ answer: 'http-500' }] } });
  expect((await cli('test', 'nobody')).code).toBe(2);
});

it('lists, shows, retries and drops what was not taken', async () => {
  receiver.answer(({ type }) => (type === 'webhook.test' ? 200 : 410));
  const payment = `w-${randomUUID()}`;
  await createPayment(payment);
  await until(async () => {
    const { json } = await cli('list');
    return JSON.stringify(json).includes(payment);
  });
  const shown = await cli('show', payment);
  expect(shown.json).toMatchObject({
    payment,
    endpoints: [
      { endpoint: 'orders', waiting: [], dead: [{ entry: 1, type: 'payment.created', why: 'gone' }, {}, {}] },
    ],
  });
  receiver.answer(() => 200);
  expect(await cli('drop', payment, '--entry', '1')).toMatchObject({ code: 0, json: { dropped: 1 } });
  expect(await cli('retry', payment, '--endpoint', 'orders')).toMatchObject({
    code: 0,
    json: { retried: 2 },
  });
  await until(async () => receiver.accepted().some(({ event }) => event.type === 'authorization.approved'));
  expect(
    receiver.accepted().flatMap(({ event }) => (event.data.entry === 0 ? [] : event.data.entry)),
  ).toEqual([2, 3]);
  expect((await cli('retry', payment, '--entry', 'one')).code).toBe(2);
  for (const [what, counted] of [
    ['retry', 'retried'],
    ['drop', 'dropped'],
  ] as const)
    for (const more of [
      ['w-unknown'],
      [payment],
      [payment, '--endpoint', 'nobody'],
      [payment, '--entry', '99'],
    ]) {
      const none = await cli(what, ...more);
      expect(none).toMatchObject({ code: 1, json: { [counted]: 0 } });
      expect(none.stderr).toContain(`nothing to ${what}: no event of payment ${more[0]}`);
    }
}, 300_000);

it('tries at once what waits, which is no dead letter', async () => {
  receiver.answer(() => 500);
  const payment = `w-${randomUUID()}`;
  await createPayment(payment);
  await until(async () => JSON.stringify((await cli('show', payment)).json).includes('"waiting":[{'));
  expect(await cli('retry', payment)).toMatchObject({ code: 0, json: { retried: 0 } });
  expect((await cli('retry', payment, '--entry', '99')).code).toBe(1);
  expect((await cli('drop', payment)).code).toBe(1);
}, 300_000);

it('doctor looks at the endpoint, and config check prints it without its secret', async () => {
  receiver.answer(() => 200);
  const doctor = await runCli(['--json', 'doctor'], folder);
  expect(doctor.stdout).toContain('webhook orders');
  expect(doctor.stdout).toContain('"webhooks"');
  const check = await runCli(['config', 'check'], folder);
  expect(check.code).toBe(0);
  expect(check.stdout).toContain(receiver.url);
  expect(check.stdout + check.stderr + doctor.stdout).not.toContain(SECRET);
});

it('refuses an address of this machine that is not allowed, before a worker starts', async () => {
  const text = { name: 'orders', url: 'http://127.0.0.1:9/', secret: SECRET };
  const file = join(folder, 'refused.json');
  writeFileSync(file, JSON.stringify({ webhooks: [text], accounts: {} }));
  const check = await runCli(['config', 'check', file], folder);
  expect(check.code).toBe(2);
  expect(check.stderr).toContain('webhooks[0].url: is an address of this machine or network');
});
