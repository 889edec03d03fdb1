/** Rule: adapter and twin, written apart from the same sources, agree on requests, answers and books. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import type { HoldReference } from '../../../payment/hold.ts';
import type { CallResult } from '../../../payment/outcome.ts';
import { ccv } from '../../../providers/ccv/provider.ts';
import type { ProviderAccount } from '../../../providers/provider.ts';
import { type SpawnedCcvTwin, spawnCcvTwin } from '../../../sandbox/ccv/spawn.ts';
import { authorise, capture, options, release } from './calls.ts';

let twin: SpawnedCcvTwin;
let account: ProviderAccount;

beforeAll(async () => {
  twin = await spawnCcvTwin();
  account = ccv.configure('ccv-ev', { ...options({ url: twin.url }) });
});

afterEach(async () => {
  await twin.admin.clearFaults();
  await twin.admin.set({
    receipts: 'lines',
    answeredAmount: 'text',
    answeredRequestId: 'same',
    approveAtMost: null,
    wholeCardNumber: false,
    captureMs: 0,
    authoriseMs: 0,
    state: 'IDLE',
  });
});

afterAll(async () => {
  await account.close();
  await twin.stop();
});

const send = (call: ProviderCall): Promise<CallResult> =>
  account.send(call, { signal: new AbortController().signal, sendBefore: performance.now() + 5_000 });

/** Waits until the terminal is at work; gives up after 500 looks. */
async function untilBusy(): Promise<void> {
  for (let n = 0; n < 500; n += 1) {
    const response = await fetch(`${twin.url}/terminal/status`, { method: 'POST' });
    if (((await response.json()) as { terminalState: string }).terminalState === 'BUSY') return;
  }
  throw new Error('it never began');
}

interface Held {
  readonly id: string;
  readonly hold: HoldReference;
}

async function held(amount = 5_000): Promise<Held> {
  const result = await send(authorise({ amount }));
  expect(result.outcome).toBe('approved');
  const page = await twin.admin.hold(result.keys?.['requestId'] ?? '');
  if (result.hold === undefined) throw new Error('no hold');
  return { id: page.id, hold: result.hold };
}

test('an authorisation, a capture of a part, and the rest is free', async () => {
  const { id, hold } = await held();
  expect(await send(capture({ hold, amount: 3_210 }))).toMatchObject({
    outcome: 'approved',
    facts: { customerReceipt: '8 lines', journalReceipt: '8 lines', eJournal: 'xml', testSystem: 'yes' },
  });
  expect(await twin.admin.hold(id)).toMatchObject({
    state: 'captured',
    authorised: 5_000,
    captured: 3_210,
    released: 1_790,
  });
});

test('a second capture, one above the hold, and a void of what is spent are refused', async () => {
  const { id, hold } = await held();
  expect(await send(capture({ hold, amount: 5_001 }))).toMatchObject({ outcome: 'declined' });
  expect(await send(capture({ hold, amount: 5_000 }))).toMatchObject({ outcome: 'approved' });
  for (const call of [capture({ hold, amount: 1 }), release({ hold })])
    expect(await send(call)).toMatchObject({
      outcome: 'declined',
      decline: { code: 'FAILURE', hold: 'stands' },
    });
  expect(await twin.admin.hold(id)).toMatchObject({ captured: 5_000, released: 0 });
});

test('a void gives everything back, with its reason', async () => {
  const { id, hold } = await held();
  expect(await send(release({ hold, details: { reason: 'nothing-delivered' } }))).toMatchObject({
    outcome: 'approved',
  });
  expect(await twin.admin.hold(id)).toMatchObject({
    state: 'cancelled',
    captured: 0,
    released: 5_000,
    reason: 'AMOUNT_ZERO_OR_NO_VOLUME',
  });
});

test('less than was asked is approved, in every way that an amount can be answered', async () => {
  await twin.admin.set({ approveAtMost: 3_000 });
  for (const answeredAmount of ['text', 'number'] as const) {
    await twin.admin.set({ answeredAmount });
    expect(await send(authorise())).toMatchObject({ outcome: 'approved', booked: 3_000 });
  }
  await twin.admin.set({ answeredAmount: 'absent' });
  expect(await send(authorise())).toMatchObject({ outcome: 'unknown', reason: 'amount-missing' });
});

test.each([
  ['EUR', 1],
  ['JPY', 2_501],
  ['ISK', 2_501],
  ['HUF', 2_501],
  ['KWD', 2_501],
  ['CLF', 25_011],
  ['XTS', 105],
])('%s %i is held and taken to the unit', async (currency, amount) => {
  const own = ccv.configure('ccv-ev', { ...options({ url: twin.url, exponents: { XTS: 2 } }) });
  const call = (one: ProviderCall): Promise<CallResult> =>
    own.send(one, { signal: new AbortController().signal, sendBefore: performance.now() + 5_000 });
  const result = await call(authorise({ amount: amount + 1, currency }));
  expect(result).toMatchObject({ outcome: 'approved', booked: amount + 1 });
  expect(await call(capture({ hold: result.hold ?? {}, amount, currency }))).toMatchObject({
    outcome: 'approved',
  });
  expect(await twin.admin.hold(result.keys?.['requestId'] ?? '')).toMatchObject({
    captured: amount,
    released: 1,
    currency,
  });
  await own.close();
});

test.each(['text', 'as-printed', 'absent'] as const)(
  'receipts: %s never fail a capture',
  async (receipts) => {
    const { id, hold } = await held();
    await twin.admin.set({ receipts });
    expect(await send(capture({ hold }))).toMatchObject({ outcome: 'approved' });
    expect(await twin.admin.hold(id)).toMatchObject({ captured: 2_500 });
  },
);

test('a whole card number in receipts and eJournal is masked', async () => {
  const { hold } = await held();
  await twin.admin.set({ wholeCardNumber: true });
  const result = await send(capture({ hold }));
  expect(result.outcome).toBe('approved');
  expect(result.sealed).toContain('[card number]');
  expect(JSON.stringify(result)).not.toMatch(/4111 ?1111/);
});

test('a requestId is taken once, and another one in the answer is noted', async () => {
  await twin.admin.set({ answeredRequestId: 'other' });
  const first = await send(authorise());
  expect(first).toMatchObject({ outcome: 'approved', facts: { answeredRequestId: '1601951231' } });
  const again = capture({ hold: first.hold ?? {}, allocated: first.keys?.['requestId'] ?? '' });
  expect(await send(again)).toMatchObject({ outcome: 'not_performed', reason: 'validation-error' });
});

test('a terminal does one thing at a time', async () => {
  const one = await held();
  const two = await held();
  await twin.admin.set({ captureMs: 2_000 });
  const first = send(capture({ hold: one.hold }));
  await untilBusy();
  expect(await send(capture({ hold: two.hold }))).toMatchObject({
    outcome: 'not_performed',
    reason: 'busy',
    busy: true,
  });
  expect(await first).toMatchObject({ outcome: 'approved' });
});

test('logged out and out of order: nothing began', async () => {
  for (const [state, reason] of [
    ['LOGGED_OUT', 'logged-out'],
    ['LOCKED', 'device-unavailable'],
  ] as const) {
    await twin.admin.set({ state });
    expect(await send(authorise())).toMatchObject({ outcome: 'not_performed', reason });
  }
});

test.each([
  [78_001, 'declined', false],
  [78_003, 'declined', false],
  [78_004, 'not_performed', false],
  [78_009, 'not_performed', false],
  [78_011, 'unknown', false],
  [75_011, 'unknown', true],
  [75_013, 'unknown', true],
  [75_014, 'unknown', true],
])('an authorisation of %i is %s', async (amount, outcome, booked) => {
  const result = await send(authorise({ amount }));
  expect(result).toMatchObject({ outcome });
  const { requests } = await twin.admin.books();
  expect(requests.at(-1)).toMatchObject({ tookEffect: booked });
});

test.each([
  [77_002, 'declined', 0],
  [77_012, 'unknown', 0],
  [76_012, 'unknown', 76_012],
  [76_014, 'unknown', 76_014],
])('a capture of %i is %s', async (amount, outcome, captured) => {
  const { id, hold } = await held(90_000);
  expect(await send(capture({ hold, amount }))).toMatchObject({ outcome });
  expect(await twin.admin.hold(id)).toMatchObject({ captured });
});

test.each([
  'lost-after',
  'reset-mid-body',
  'garbage',
  'empty',
  'html',
  'truncated',
  'invalid-utf8',
  'huge',
  'status',
] as const)('%s: the capture is booked and its outcome is unknown', async (fault) => {
  const { id, hold } = await held();
  await twin.admin.fault({ match: { paymentType: 'CAPTURE' }, fault });
  expect(await send(capture({ hold }))).toMatchObject({ outcome: 'unknown' });
  expect(await twin.admin.hold(id)).toMatchObject({ state: 'captured', captured: 2_500 });
});

test.each(['lost-before', 'http-500'] as const)(
  '%s: nothing is booked, and that is not known either',
  async (fault) => {
    const { id, hold } = await held();
    await twin.admin.fault({ match: { amount: 2_500 }, fault });
    expect(await send(capture({ hold }))).toMatchObject({ outcome: 'unknown' });
    expect(await twin.admin.hold(id)).toMatchObject({ state: 'open', captured: 0 });
  },
);

test('a void whose answer is lost is unknown, and was made', async () => {
  const { id, hold } = await held();
  await twin.admin.fault({ match: { amount: 0 }, fault: 'lost-after' });
  expect(await send(release({ hold }))).toMatchObject({ outcome: 'unknown', reason: 'connection-lost' });
  expect(await twin.admin.hold(id)).toMatchObject({ state: 'cancelled' });
});

test('an authorisation whose answer is cut keeps what came of its reference under seal', async () => {
  await twin.admin.fault({ fault: 'truncated', keepBytes: 400 });
  const result = await send(authorise());
  expect(result).toMatchObject({ outcome: 'unknown', reason: 'not-json' });
  expect(result.sealed).toContain('SUCCESS');
});

test('a hold that was made elsewhere is taken over', async () => {
  const { id, authReference, authReferenceVersion } = await twin.admin.open(4_000);
  const hold = { authReference, authReferenceVersion };
  const authorization = { adopt: hold };
  expect(account.capabilities({ currency: 'EUR', amount: 4_000, authorization })).toMatchObject({
    maxCaptures: 1,
  });
  expect(await send(capture({ hold, amount: 4_000 }))).toMatchObject({ outcome: 'approved' });
  expect(await twin.admin.hold(id)).toMatchObject({ state: 'captured', captured: 4_000 });
});

test('a reference that was changed, mixed or expired is refused', async () => {
  const { id, hold } = await held();
  const text = String(hold['authReference']);
  for (const other of [
    { ...hold, authReference: `${text} ` },
    { ...hold, authReference: text.toLowerCase() },
    { ...hold, authReferenceVersion: '2' },
  ])
    expect(await send(capture({ hold: other }))).toMatchObject({ outcome: 'declined' });
  await twin.admin.call('POST', 'expire', { hold: id });
  expect(await send(capture({ hold }))).toMatchObject({ outcome: 'declined', decline: { again: 'later' } });
});
