/** Rule: adapter and twin, written apart from the same sources, agree on operations, refusals, reads and callbacks. */
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import type { CallResult } from '../../../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../../../payment/read.ts';
import type { NoticeVerdict, ProviderAccount } from '../../../providers/provider.ts';
import { swedbankpay } from '../../../providers/swedbankpay/provider.ts';
import { type SpawnedSwedbankPayTwin, spawnSwedbankPayTwin } from '../../../sandbox/swedbankpay/spawn.ts';
import { authorise, capture, lookFor, options, PAYEE, refund, release } from './calls.ts';

let twin: SpawnedSwedbankPayTwin;
let account: ProviderAccount;

beforeAll(async () => {
  twin = await spawnSwedbankPayTwin({ tickets: true, notifyDelayMs: 0, settleMs: 1 });
  account = swedbankpay.configure('swedbank-se', { ...options({ url: twin.url, payeeId: PAYEE }) });
});
afterAll(async () => {
  await account.close();
  await twin.stop();
});

const send = (call: ProviderCall): Promise<CallResult> =>
  account.send(call, { signal: new AbortController().signal, sendBefore: performance.now() + 5_000 });
const read = async (call: ReadCall): Promise<ReadResult> => {
  const result = await account.read?.(call, { signal: new AbortController().signal });
  if (result === undefined) throw new Error('no read');
  return result;
};

let names = 0;
interface Held {
  readonly id: string;
  readonly hold: { readonly payment: string };
  readonly payment: string;
}
/** A payment that was authorised elsewhere, to be adopted. */
async function held(amount = 10_000, currency = 'SEK'): Promise<Held> {
  names += 1;
  const order = { payeeReference: `ELSEWHERE${names}`, amount, currency };
  const { id } = (await twin.admin.call('POST', 'payments', order)) as { id: string };
  return { id, hold: { payment: id }, payment: `order-${names}` };
}
const of = ({ hold, payment }: Held) => ({ hold, payment });

test('two captures, the rest cancelled, a reversal', async () => {
  const one = await held();
  const first = capture({ vatAmount: 600 }, { ...of(one), operation: 'c-1' });
  expect(await send(first)).toMatchObject({ outcome: 'approved', booked: 3_000 });
  expect(await send(capture({}, { ...of(one), operation: 'c-2', amount: 4_500, final: true }))).toMatchObject(
    {
      outcome: 'approved',
      booked: 4_500,
    },
  );
  expect(await send(release({ ...of(one), operation: 'c-2.rest' }))).toMatchObject({
    outcome: 'approved',
    booked: 2_500,
  });
  expect(await send(refund({ vatAmount: 100 }, { ...of(one) }))).toMatchObject({
    outcome: 'approved',
    booked: 500,
  });
  expect(await twin.admin.page(one.id)).toMatchObject({
    captured: 7_500,
    cancelled: 2_500,
    reversed: 500,
    remaining: 0,
  });
  expect(await read(lookFor(first))).toMatchObject({ read: 'approved', booked: 3_000, remaining: 0 });
});

test('a void, and what is left after it', async () => {
  const one = await held();
  expect(await send(release({ ...of(one), kind: 'void' }))).toMatchObject({
    outcome: 'approved',
    booked: 10_000,
  });
  expect(await send(capture({}, of(one)))).toMatchObject({
    outcome: 'not_performed',
    reason: 'nothing-remaining',
  });
});

test('one minor unit, and every exponent, to the unit', async () => {
  for (const currency of ['SEK', 'JPY', 'KWD', 'ISK', 'HUF', 'CLF']) {
    const one = await held(1_234_567, currency);
    for (const [operation, amount] of [
      ['c-1', 1],
      ['c-2', 1_234_566],
    ] as const) {
      const call = capture({}, { ...of(one), operation, amount, currency });
      expect(await send(call)).toMatchObject({ outcome: 'approved', booked: amount });
    }
    expect(await twin.admin.page(one.id)).toMatchObject({ captured: 1_234_567, remaining: 0 });
  }
});

describe('an answer that is lost', () => {
  const calls = {
    capture: (one: Held) => capture({}, of(one)),
    release: (one: Held) => release(of(one)),
    refund: (one: Held) => refund({}, of(one)),
  };
  const requests = {
    capture: 'create-capture',
    release: 'create-cancellation',
    refund: 'create-reversal',
  } as const;
  const sums = { capture: 'captured', release: 'cancelled', refund: 'reversed' } as const;

  for (const kind of ['capture', 'release', 'refund'] as const) {
    test.each([
      'lost-after',
      'reset-mid-body',
      'garbage',
      'truncated',
      'huge',
      'invalid-utf8',
      'empty',
      'html',
    ] as const)(`of a ${kind}, %s: booked, and found in the books`, async (fault) => {
      const one = await held();
      if (kind === 'refund') await send(capture({}, { ...of(one), operation: 'c-0' }));
      await twin.admin.fault({ match: { request: requests[kind], payment: one.id }, fault });
      const call = calls[kind](one);
      expect(await send(call)).toMatchObject({ outcome: 'unknown' });
      const found = await read(lookFor(call));
      expect(found).toMatchObject({ read: 'approved' });
      const repeated = await send({ ...call, attempt: 2 });
      expect(repeated).toMatchObject({ outcome: 'approved' });
      const page = await twin.admin.page(one.id);
      expect(page[sums[kind]]).toBe(found.read === 'approved' ? found.booked : -1);
      expect(page.requests.filter(({ tookEffect }) => tookEffect).length).toBe(kind === 'refund' ? 2 : 1);
    });

    test.each(['lost-before', 'http-500', 'http-429'] as const)(
      `of a ${kind}, %s: absent, offered, and sent again`,
      async (fault) => {
        const one = await held();
        if (kind === 'refund') await send(capture({}, { ...of(one), operation: 'c-0' }));
        await twin.admin.fault({ match: { request: requests[kind], payment: one.id }, fault });
        const call = calls[kind](one);
        expect(await send(call)).toMatchObject({ outcome: 'unknown' });
        const remaining = kind === 'refund' ? 7_000 : 10_000;
        for (let n = 0; n < 3; n += 1) {
          expect(await read(lookFor(call))).toMatchObject({ read: 'absent', offered: true, remaining });
        }
        expect(await send({ ...call, attempt: 2 })).toMatchObject({ outcome: 'approved' });
      },
    );
  }

  test.each([76_500, 76_502, 76_504])(
    'a problem without outcome although it was booked: %i',
    async (amount) => {
      const one = await held(1_000_000);
      const call = capture({}, { ...of(one), amount });
      expect(await send(call)).toMatchObject({ outcome: 'unknown', reason: 'problem-without-outcome' });
      expect(await read(lookFor(call))).toMatchObject({ read: 'approved', booked: amount });
    },
  );

  test('a look that fails before a capture means that nothing was asked', async () => {
    const one = await held();
    await twin.admin.fault({ match: { request: 'payment', payment: one.id }, fault: 'lost-before' });
    expect(await send(capture({}, of(one)))).toMatchObject({
      outcome: 'not_performed',
      reason: 'read-connection-lost',
    });
    expect(await twin.admin.page(one.id)).toMatchObject({ captured: 0 });
  });

  test('not found yet: a repeat that goes out too early is refused as a duplicate and settles nothing', async () => {
    const one = await held();
    const call = capture({}, of(one));
    await twin.admin.fault({ match: { request: 'create-capture', payment: one.id }, fault: 'lost-after' });
    await send(call);
    const reads = (times: number) =>
      twin.admin.fault({ match: { payment: one.id }, fault: 'not-yet', times });
    await reads(2);
    expect(await read(lookFor(call))).toMatchObject({ read: 'absent', offered: true, remaining: 10_000 });
    await reads(2);
    expect(await send({ ...call, attempt: 2 })).toMatchObject({ outcome: 'unknown', reason: 'duplicate' });
    expect(await read(lookFor(call))).toMatchObject({ read: 'approved', booked: 3_000, remaining: 7_000 });
    expect(await twin.admin.page(one.id)).toMatchObject({ captured: 3_000 });
  });

  test('slow beyond the limit', async () => {
    const one = await held();
    const hasty = swedbankpay.configure('swedbank-se', { ...options({ url: twin.url, timeoutMs: 1_500 }) });
    onTestFinished(() => hasty.close());
    const match = { request: 'create-capture', payment: one.id };
    await twin.admin.fault({ match, fault: 'delay', delayMs: 600_000 });
    const call = capture({}, of(one));
    const context = { signal: new AbortController().signal, sendBefore: performance.now() + 5_000 };
    expect(await hasty.send(call, context)).toMatchObject({ outcome: 'unknown', reason: 'timeout' });
    expect(await read(lookFor(call))).toMatchObject({ read: 'approved', booked: 3_000 });
  });
});

describe('refusals', () => {
  test.each([
    [77_001, 'acquirererror', 'no'],
    [77_002, 'acquirerinsufficientfunds', 'no'],
    [77_005, 'badrequest', 'later'],
    [77_006, 'inputerror', 'no'],
    [77_007, 'dailylimitexceeded', 'later'],
    [77_008, 'velocitycheck', 'later'],
    [77_010, 'configurationerror', 'config'],
    [77_011, 'authenticationrequired', 'customer'],
    [77_013, 'acquirerinsufficientfunds', 'no'],
    [76_200, 'acquirererror', 'no'],
  ])('%i is declined: %s', async (amount, code, again) => {
    const one = await held(1_000_000);
    expect(await send(capture({}, { ...of(one), amount }))).toMatchObject({
      outcome: 'declined',
      decline: { code, again, hold: 'stands' },
    });
    expect(await send(capture({}, { ...of(one), operation: 'c-2', amount: 100 }))).toMatchObject({
      outcome: 'approved',
    });
  });

  test('the hold is gone', async () => {
    const one = await held(1_000_000);
    expect(await send(capture({}, { ...of(one), amount: 77_012 }))).toMatchObject({
      outcome: 'declined',
      decline: { code: 'authorizationexpired', hold: 'gone' },
    });
  });

  test('a type that is in no list is unknown; the books tell', async () => {
    const one = await held(1_000_000);
    const call = capture({}, { ...of(one), amount: 77_014 });
    expect(await send(call)).toMatchObject({ outcome: 'unknown', reason: 'problem-not-listed' });
    expect(await read(lookFor(call))).toMatchObject({ read: 'declined' });
  });

  test('a refused capture is found as failed, and its reference is used up', async () => {
    const one = await held(1_000_000);
    const call = capture({}, { ...of(one), amount: 77_002 });
    await send(call);
    expect(await read(lookFor(call))).toMatchObject({
      read: 'declined',
      decline: { code: 'acquirerinsufficientfunds' },
      remaining: 1_000_000,
    });
    expect(await send({ ...call, attempt: 2 })).toMatchObject({ outcome: 'declined' });
  });

  test('another’s use of our reference is a duplicate, not a decline', async () => {
    const one = await held();
    const payeeReference = account.referenceOf(one.payment, 'c-1');
    await twin.admin.call('POST', 'observe', {
      payment: one.id,
      kind: 'capture',
      amount: 50,
      payeeReference,
    });
    const call = capture({}, of(one));
    expect(await send(call)).toMatchObject({ outcome: 'unknown', reason: 'duplicate' });
    expect(await read(lookFor(call))).toMatchObject({ read: 'approved', booked: 50, remaining: 9_950 });
  });

  test('an amount above what is left is not sent, so that it does not count', async () => {
    const one = await held();
    await twin.admin.call('POST', 'observe', { payment: one.id, kind: 'capture', amount: 8_000 });
    expect(await send(capture({}, of(one)))).toMatchObject({
      outcome: 'not_performed',
      reason: 'amount-exceeds-remaining',
    });
  });
});

describe('the lock', () => {
  test('five failures in a row: declined as locked, and reads say so', async () => {
    const one = await held(1_000_000);
    for (let n = 1; n <= 5; n += 1) {
      const call = capture({}, { ...of(one), operation: `f-${n}`, amount: 77_001 });
      expect(await send(call)).toMatchObject({ outcome: 'declined', decline: { code: 'acquirererror' } });
    }
    const call = capture({}, { ...of(one), operation: 'c-6' });
    for (const next of [call, release(of(one))]) {
      expect(await send(next)).toMatchObject({
        outcome: 'declined',
        decline: { code: 'locked', again: 'no' },
      });
      expect(await read(lookFor(next))).toMatchObject({ read: 'absent', offered: false, locked: true });
    }
    const whole = lookFor(authorise({}, { payment: one.payment }), { hold: one.hold });
    expect(await read(whole)).toMatchObject({ read: 'approved', booked: 1_000_000, locked: true });
    await twin.admin.call('POST', 'unlock', { payment: one.id });
    expect(await send(call)).toMatchObject({ outcome: 'approved' });
    expect(await read(lookFor(call))).not.toHaveProperty('locked');
  });

  test('five failed reversals lock it too', async () => {
    const one = await held(1_000_000);
    await send(capture({}, { ...of(one), amount: 500_000 }));
    for (let n = 1; n <= 5; n += 1) {
      await send(refund({}, { ...of(one), operation: `f-${n}`, amount: 77_001 }));
    }
    expect(await send(refund({}, { ...of(one), operation: 'f-6', amount: 1 }))).toMatchObject({
      decline: { code: 'locked' },
    });
    expect(await send(capture({}, { ...of(one), operation: 'c-2', amount: 1 }))).toMatchObject({
      decline: { code: 'locked' },
    });
  });
});

describe('open transactions', () => {
  test.each([
    [76_003, 'unknown'],
    [76_013, 'pending'],
  ])('%i is %s until the books say more', async (amount, outcome) => {
    for (const [end, word] of [
      ['Completed', 'approved'],
      ['Failed', 'declined'],
    ] as const) {
      const one = await held(1_000_000);
      const call = capture({}, { ...of(one), amount });
      expect(await send(call)).toMatchObject({ outcome });
      expect(await read(lookFor(call))).toMatchObject({ read: 'pending' });
      expect(await send(capture({}, { ...of(one), operation: 'c-2' }))).toMatchObject({
        outcome: 'not_performed',
        reason: 'busy',
        busy: true,
      });
      await twin.admin.call('POST', 'settle', { payment: one.id, outcome: end });
      expect(await read(lookFor(call))).toMatchObject({ read: word });
    }
  });

  test('the seed’s AwaitingActivity of a partial capture is done once the books count it', async () => {
    const one = await held();
    await twin.admin.set({ partialState: 'AwaitingActivity' });
    onTestFinished(() => twin.admin.set({ partialState: 'Completed' }));
    const call = capture({}, of(one));
    expect(await send(call)).toMatchObject({ outcome: 'pending' });
    expect(await read(lookFor(call))).toMatchObject({ read: 'approved', booked: 3_000, remaining: 7_000 });
  });

  test('operations that stay away for a moment', async () => {
    const one = await held();
    await twin.admin.fault({ match: { request: 'payment', payment: one.id }, fault: 'busy' });
    expect(await send(capture({}, of(one)))).toMatchObject({ outcome: 'not_performed', busy: true });
    expect(await send(capture({}, of(one)))).toMatchObject({ outcome: 'approved' });
  });
});

describe('an authorisation that is asked for', () => {
  const ask = async (end: 'complete' | 'fail' | 'abandon' | null) => {
    names += 1;
    const call = authorise({}, { payment: `asked-${names}` });
    const result = await send(call);
    if (result.outcome !== 'pending' || result.hold === undefined) throw new Error(result.outcome);
    const id = String(result.hold['payment']);
    if (end !== null) await twin.admin.call('POST', `redirect/${id.split('/').at(-1)}/${end}`);
    return { result, hold: result.hold, look: await read(lookFor(call, { hold: result.hold })) };
  };

  test('the payer is sent to the page, and nothing is held before', async () => {
    const { result, look } = await ask(null);
    expect(result).toMatchObject({ redirectUrl: expect.stringMatching(/^http:.*\/payments\/authorize\//) });
    expect(look).toMatchObject({ read: 'pending' });
  });

  test('completed, refused, abandoned', async () => {
    const { look, hold } = await ask('complete');
    expect(look).toMatchObject({ read: 'approved', booked: 10_000, remaining: 10_000, hold });
    expect(await send(capture({}, { hold, payment: `asked-${names}` }))).toMatchObject({
      outcome: 'approved',
    });
    expect((await ask('fail')).look).toMatchObject({ read: 'pending' });
    expect((await ask('abandon')).look).toMatchObject({
      read: 'declined',
      decline: { code: 'aborted', hold: 'gone', again: 'customer' },
    });
  });

  test('asked for twice it is one payment', async () => {
    names += 1;
    const call = authorise({}, { payment: `asked-${names}` });
    await send(call);
    expect(await send({ ...call, attempt: 2 })).toMatchObject({ outcome: 'unknown', reason: 'duplicate' });
  });

  test('a lost answer cannot be looked up without the id that it would have named', async () => {
    names += 1;
    const call = authorise({}, { payment: `asked-${names}` });
    await twin.admin.fault({ match: { request: 'create-payment' }, fault: 'lost-after' });
    expect(await send(call)).toMatchObject({ outcome: 'unknown' });
    expect(await read(lookFor(call))).toEqual({ read: 'failed', reason: 'no-payment' });
  });
});

test('where the merchant settles, allocated digits go out and are found again', async () => {
  await twin.admin.set({ settlement: 'merchant' });
  onTestFinished(() => twin.admin.set({ settlement: 'swedbankpay' }));
  const digits = swedbankpay.configure('swedbank-se', {
    ...options({ url: twin.url, payeeReferenceDigits: 12 }),
  });
  onTestFinished(() => digits.close());
  const one = await held();
  const call = capture({}, { ...of(one), allocated: '000000000042' });
  const context = { signal: new AbortController().signal, sendBefore: performance.now() + 5_000 };
  const result = await digits.send(call, context);
  expect(result).toMatchObject({ outcome: 'approved', keys: { payeeReference: '000000000042' } });
  const look = lookFor(call, { keys: result.keys ?? {} });
  expect(await digits.read?.(look, context)).toMatchObject({ read: 'approved', booked: 3_000 });
});

test('a callback of the twin is a hint at the payment', async () => {
  const verdicts: NoticeVerdict[] = [];
  let told = (): void => {};
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const remoteAddress = request.socket.remoteAddress ?? '';
        verdicts.push(
          account.readNotice({ headers: request.headers, body: Buffer.concat(chunks), remoteAddress }),
        );
        response.end(account.acknowledgement);
        told();
      });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  onTestFinished(async () => {
    receiver.closeAllConnections();
    await new Promise((done) => receiver.close(done));
  });
  const address = receiver.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await twin.admin.set({ notifyUrl: `http://127.0.0.1:${address.port}/` });
  onTestFinished(() => twin.admin.set({ notifyUrl: null }));
  const one = await held();
  while (verdicts.length === 0) await new Promise<void>((resolve) => (told = resolve));
  expect(verdicts[0]).toMatchObject({
    verdict: 'notice',
    notice: { about: 'hint', providerReference: one.id, hold: one.hold },
  });
  expect((await twin.admin.page(one.id)).notifications).toHaveLength(1);
});
