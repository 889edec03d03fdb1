/**
 * Rule M7: in currencies of 0, 2, 3 and 4 decimals every adapter says and reads amounts exact to the minor unit, as its
 * twin's books show, and what it cannot say exactly it refuses before anything is sent.
 */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CaptureCall, ProviderCall, RefundCall } from '../../payment/call.ts';
import type { HoldReference } from '../../payment/hold.ts';
import type { Notice } from '../../payment/notice.ts';
import type { CallResult } from '../../payment/outcome.ts';
import type { AccountConfig, ProviderAccount } from '../../providers/provider.ts';
import { providers } from '../../providers/registry.ts';
import { spawnCcvTwin } from '../../sandbox/ccv/spawn.ts';
import { spawnFinlineTwin } from '../../sandbox/finline/spawn.ts';
import { spawnPaymentOptionsTwin } from '../../sandbox/paymentoptions/spawn.ts';
import { spawnPayoneTwin } from '../../sandbox/payone/spawn.ts';
import { spawnSwedbankPayTwin } from '../../sandbox/swedbankpay/spawn.ts';
import { TWIN_ACCOUNTS } from '../support/five-providers.ts';

const PROVIDERS = ['payone', 'swedbankpay', 'ccv', 'paymentoptions', 'finline'] as const;
type Name = (typeof PROVIDERS)[number];

/** Decimals by currency; XTS only where the account says so. */
const CURRENCIES = { JPY: 0, ISK: 0, HUF: 2, XTS: 2, KWD: 3, CLF: 4 } as const;
const AMOUNTS = [1, 100, 1_234_567];
/** finline takes at most two decimals. */
const refused = (name: Name, currency: string): boolean =>
  name === 'finline' && /^(?:KWD|CLF)$/.test(currency);

interface Booked {
  readonly captured: number;
  readonly refunded: number;
}

interface Bench {
  readonly account: ProviderAccount;
  /** The same without an exponent for XTS. */
  readonly plain: ProviderAccount;
  hold(amount: number, currency: string): Promise<HoldReference>;
  booked(hold: HoldReference): Promise<Booked>;
  /** How many requests the provider has seen. */
  requests(): Promise<number>;
  stop(): Promise<void>;
}

interface SomeTwin {
  readonly url: string;
  stop(): Promise<void>;
}

type Json = Readonly<Record<string, unknown>>;

const benches = new Map<Name, Bench>();
const notices: Notice[] = [];
let told = (): void => {};
let receiver: Server;
let holds = 0;

const scripted = false;
const configs: Readonly<Record<Name, Omit<AccountConfig, 'provider'>>> = {
  payone: { mid: '14648', aid: '17321', portalId: '2040559', key: 'sandbox-portal-key', mode: 'test' },
  ...TWIN_ACCOUNTS,
};

async function ask(twin: SomeTwin, path: string, body?: Json): Promise<Json> {
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const answer = await fetch(`${twin.url}/admin/${path}`, body === undefined ? {} : post);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as Json;
}

function bench(
  name: Name,
  twin: SomeTwin,
  address: string,
  open: (amount: number, currency: string) => Promise<HoldReference>,
  booked: (hold: HoldReference) => Promise<Booked>,
): void {
  const provider = providers.get(name);
  if (provider === undefined) throw new Error(`${name} is not registered`);
  const serverUrl = name === 'finline' ? { serverUrl: `${addressOf(receiver)}/finline` } : {};
  const config = { ...configs[name], ...serverUrl, provider: name, url: address };
  const account = provider.configure(`${name}-1`, { ...config, exponents: { XTS: 2 } });
  const plain = provider.configure(`${name}-2`, config);
  benches.set(name, {
    account,
    plain,
    hold: open,
    booked,
    requests: async () => JSON.stringify(await ask(twin, 'books')).split('"tookEffect"').length - 1,
    stop: async () => {
      await Promise.all([account.close(), plain.close()]);
      await twin.stop();
    },
  });
}

const addressOf = (server: Server): string => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
};

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const name = PROVIDERS.find((each) => request.url === `/${each}`);
        const { account } = benches.get(name ?? 'payone') ?? {};
        const read = account?.readNotice({
          headers: request.headers,
          body: Buffer.concat(chunks),
          remoteAddress: '127.0.0.1',
        });
        if (read?.verdict === 'notice') notices.push(read.notice);
        response.end(account?.acknowledgement);
        told();
      });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  const notify = (name: Name): string => `${addressOf(receiver)}/${name}`;
  const [payone, swedbankpay, ccv, paymentoptions, finline] = await Promise.all([
    spawnPayoneTwin({ scripted, notifyUrl: notify('payone'), notifyDelayMs: 0 }),
    spawnSwedbankPayTwin({ scripted }),
    spawnCcvTwin({ scripted }),
    spawnPaymentOptionsTwin({ scripted }),
    spawnFinlineTwin({ scripted, notifyUrl: notify('finline'), notifyDelayMs: 0 }),
  ]);
  const next = (): string => {
    holds += 1;
    return `HOLD${holds}`;
  };

  bench(
    'payone',
    payone,
    payone.gatewayUrl,
    async (amount, currency) => {
      const { txid } = await ask(payone, 'processes', { reference: next(), amount, currency });
      return { txid: String(txid), clearingtype: 'cc' };
    },
    async ({ txid }) => {
      const { captured, refunded } = await ask(payone, `books/${txid}`);
      return { captured: Number(captured), refunded: Number(refunded) };
    },
  );
  bench(
    'swedbankpay',
    swedbankpay,
    swedbankpay.url,
    async (amount, currency) => {
      const { id } = await ask(swedbankpay, 'payments', { payeeReference: next(), amount, currency });
      return { payment: String(id) };
    },
    async ({ payment }) => {
      const id = String(payment).split('/').at(-1);
      const { captured, reversed } = await ask(swedbankpay, `books/${id}`);
      return { captured: Number(captured), refunded: Number(reversed) };
    },
  );
  const terminalHolds = new Map<unknown, string>();
  bench(
    'ccv',
    ccv,
    ccv.url,
    async (amount, currency) => {
      const made = await ask(ccv, 'holds', { amount, currency });
      const { authReference, authReferenceVersion } = made;
      terminalHolds.set(authReference, String(made['id']));
      return { authReference: String(authReference), authReferenceVersion: String(authReferenceVersion) };
    },
    async ({ authReference }) => {
      const { captured } = await ask(ccv, `books/${terminalHolds.get(authReference)}`);
      return { captured: Number(captured), refunded: 0 };
    },
  );
  bench(
    'paymentoptions',
    paymentoptions,
    paymentoptions.apiUrl,
    async (amount, currency) => {
      const { transactionId } = await ask(paymentoptions, 'holds', { amount, currency });
      return { transactionId: String(transactionId) };
    },
    async ({ transactionId }) => {
      const { captured, refunded } = await ask(paymentoptions, `books/${transactionId}`);
      return { captured: Number(captured), refunded: Number(refunded) };
    },
  );
  bench(
    'finline',
    finline,
    finline.apiUrl,
    async (amount, currency) => {
      const orderId = next();
      await ask(finline, 'orders', { orderId, amount, currency });
      return { orderId };
    },
    async ({ orderId }) => {
      const { captured, refunded } = await ask(finline, `books/${orderId}`);
      return { captured: Number(captured), refunded: Number(refunded) };
    },
  );
});

afterAll(async () => {
  for (const each of benches.values()) await each.stop();
  receiver.closeAllConnections();
  await new Promise((done) => receiver.close(done));
});

const of = (name: Name): Bench => {
  const found = benches.get(name);
  if (found === undefined) throw new Error(`no bench of ${name}`);
  return found;
};

let requestId = 0;
function base(account: ProviderAccount, hold: HoldReference, amount: number, currency: string) {
  requestId += 1;
  const allocated = String(requestId);
  const payment = `p-${requestId}`;
  return { account: account.name, payment, attempt: 1, amount, currency, hold, allocated };
}

const captureOf = (
  account: ProviderAccount,
  hold: HoldReference,
  amount: number,
  currency: string,
): CaptureCall => ({
  ...base(account, hold, amount, currency),
  action: 'capture',
  operation: 'c-1',
  sequenceNumber: 1,
  final: true,
  details: {},
});

const refundOf = (
  account: ProviderAccount,
  hold: HoldReference,
  amount: number,
  currency: string,
  anchor: string | undefined,
): RefundCall => ({
  ...base(account, hold, amount, currency),
  action: 'refund',
  operation: 'r-1',
  sequenceNumber: 2,
  details: {},
  ...(anchor === undefined ? {} : { anchor }),
});

const { signal } = new AbortController();
const send = (account: ProviderAccount, call: ProviderCall): Promise<CallResult> =>
  account.send(call, { signal, sendBefore: performance.now() + 5_000 });

/** Waits for a notice; the test's own time limit ends a wait that is in vain. */
async function notice(fits: (one: Notice) => boolean): Promise<Notice> {
  for (;;) {
    const found = notices.find(fits);
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => (told = resolve));
  }
}

const cases = PROVIDERS.flatMap((name) =>
  Object.keys(CURRENCIES).flatMap((currency) => AMOUNTS.map((amount) => ({ name, currency, amount }))),
);
/** PAYONE's list of currencies, which its twin checks, has no test currency. */
const listed = (name: Name, currency: string): boolean => name !== 'payone' || currency !== 'XTS';
const taken = cases.filter(({ name, currency }) => !refused(name, currency) && listed(name, currency));

describe('what is taken is exact to the unit', () => {
  test.each(taken)('$name: $amount $currency', async ({ name, currency, amount }) => {
    const { account, hold: open, booked } = of(name);
    const hold = await open(amount + 1, currency);
    const read = await account.read?.(
      {
        action: 'read',
        account: account.name,
        payment: 'p-1',
        operation: 'authorization',
        kind: 'authorization',
        amount: amount + 1,
        currency,
        hold,
        keys: {},
        attempts: 1,
      },
      { signal },
    );
    if (read !== undefined) expect(read).toMatchObject({ read: 'approved', booked: amount + 1 });

    const captured = await send(account, captureOf(account, hold, amount, currency));
    expect(captured).toMatchObject({ outcome: 'approved' });
    if (captured.outcome === 'approved' && captured.booked !== undefined)
      expect(captured.booked).toBe(amount);
    expect(await booked(hold)).toEqual({ captured: amount, refunded: 0 });

    if (name === 'ccv') return;
    const refund = refundOf(account, hold, amount, currency, captured.providerReference);
    const returned = await send(account, refund);
    expect(returned).toMatchObject({ outcome: 'approved' });
    if (returned.outcome === 'approved' && returned.booked !== undefined)
      expect(returned.booked).toBe(amount);
    expect(await booked(hold)).toEqual({ captured: amount, refunded: amount });
  });

  test.each(Object.keys(CURRENCIES).filter((currency) => listed('payone', currency)))(
    'notices of PAYONE, which are decimals: %s',
    async (currency) => {
      const { account, hold: open } = of('payone');
      const hold = await open(1_234_568, currency);
      expect(await send(account, captureOf(account, hold, 1_234_567, currency))).toMatchObject({
        outcome: 'approved',
      });
      const one = await notice(
        ({ providerReference, about }) => about === 'capture' && providerReference === hold['txid'],
      );
      expect(one).toMatchObject({ currency, receivable: 1_234_567 });
    },
  );

  test.each(Object.keys(CURRENCIES).filter((currency) => !refused('finline', currency)))(
    'notices of finline, which are decimals: %s',
    async (currency) => {
      const hold = await of('finline').hold(1_234_567, currency);
      const one = await notice(({ providerReference }) => providerReference === hold['orderId']);
      expect(one).toMatchObject({ about: 'authorization', currency, price: 1_234_567 });
    },
  );
});

describe('what cannot be said exactly is refused before anything is sent', () => {
  const hold: Readonly<Record<Name, HoldReference>> = {
    payone: { txid: '1', clearingtype: 'cc' },
    swedbankpay: { payment: '/psp/creditcard/payments/1' },
    ccv: { authReference: 'abc', authReferenceVersion: '1' },
    paymentoptions: { transactionId: '1' },
    finline: { orderId: '1' },
  };

  /** Each thing that was refused, and by how many the twin's requests have grown. */
  async function refusalsOf(name: Name, account: ProviderAccount, currency: string) {
    const before = await of(name).requests();
    const reference = hold[name];
    const capabilities = account.capabilities({ currency, amount: 1, authorization: { adopt: reference } });
    const calls = [
      captureOf(account, reference, 1, currency),
      refundOf(account, reference, 1, currency, '1'),
    ];
    const checked = calls.map((call) => account.check(call));
    const sent = [];
    for (const call of calls) sent.push(await send(account, call));
    return { refusals: [capabilities, ...checked], sent, requests: (await of(name).requests()) - before };
  }

  const refusal = { path: 'amount.currency' };
  const stopped = { outcome: 'not_performed', reason: 'validation' };
  const nothing = { refusals: [refusal, refusal, refusal], sent: [stopped, stopped], requests: 0 };

  test.each(cases.filter(({ name, currency, amount }) => amount === 1 && refused(name, currency)))(
    '$currency at $name',
    async ({ name, currency }) => {
      expect(await refusalsOf(name, of(name).account, currency)).toMatchObject(nothing);
    },
  );

  test.each(PROVIDERS)('XTS at %s, where the account gives it no exponent', async (name) => {
    expect(await refusalsOf(name, of(name).plain, 'XTS')).toMatchObject(nothing);
  });
});
