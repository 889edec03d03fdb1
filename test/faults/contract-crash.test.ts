/**
 * M3 under SIGKILL, at every provider: a worker that dies on the way of a capture loses an answer at most. Nothing is
 * called declined, no money moves twice, and the payment ends as the provider's file says.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { CoreState } from '../../machines/core-state.ts';
import { findOperation } from '../../machines/payment-state.ts';
import type { ProviderCall } from '../../payment/call.ts';
import { ccv } from '../contracts/providers/ccv.ts';
import { finline } from '../contracts/providers/finline.ts';
import { paymentoptions } from '../contracts/providers/paymentoptions.ts';
import { payone } from '../contracts/providers/payone.ts';
import { swedbankpay } from '../contracts/providers/swedbankpay.ts';
import { type ContractEngine, startContractEngine } from '../support/contract-engine.ts';
import { breachesOf } from '../support/contract-judge.ts';
import { PASSED } from '../support/contract-matrix.ts';
import type { ContractProvider, Ending, Sought } from '../support/contract-provider.ts';
import { report } from '../support/contract-report.ts';
import { OPERATOR, SHOP, until } from '../support/payments.ts';

const POINTS = {
  'before-send': 'a worker is killed before the capture leaves',
  'after-send': 'a worker is killed once the capture has left',
  'after-answer': 'a worker is killed with the answer in its hands',
  'before-record': 'a worker is killed before the answer is recorded',
} as const;
type Point = keyof typeof POINTS;

const AMOUNT = 1_000_000;
const CAPTURE = { type: 'capture', id: 'c-1', amount: 300_000 } as const;

const stateOf = (core: CoreState): string => findOperation(core.machine.context, 'c-1')?.state ?? 'none';

/** The calls of the capture, as far as the books name them by. */
function callsOf(core: CoreState): ProviderCall[] {
  const { account, id: payment, currency, authorization } = core.machine.context;
  return core.ledger
    .filter(({ type }) => type === 'capture.sent')
    .map(({ data }) => ({
      action: 'capture',
      account,
      payment,
      currency,
      operation: 'c-1',
      attempt: Number(data['attempt']),
      amount: CAPTURE.amount,
      hold: authorization.hold ?? {},
      sequenceNumber: Number(data['sequenceNumber']),
      final: data['final'] === true,
      details: {},
      ...(typeof data['allocated'] === 'string' ? { allocated: data['allocated'] } : {}),
    }));
}

/** Asks for the capture, and kills the worker at the point of it. */
async function killedAt(
  point: Point,
  engine: ContractEngine,
  payment: string,
  sought: Sought,
): Promise<void> {
  const ask = (): Promise<unknown> =>
    engine.payments.command(payment, CAPTURE, SHOP).then(
      ({ receipt }) => receipt.state,
      (error: unknown) => error,
    );
  if (point !== 'before-record') {
    const doomed = await engine.spawnWorker({
      TRANCHE_TEST_FAULTS: '1',
      TRANCHE_CRASH_AT: point,
      TRANCHE_CRASH_OPERATION: 'c-1',
    });
    await create(engine, payment, sought);
    const killed = once(doomed, 'exit');
    const asked = ask();
    expect((await killed)[1]).toBe('SIGKILL');
    await engine.startWorker('everything');
    expect(await asked).not.toBe('declined');
    return;
  }
  // The call is made by one worker, and the one that would record its answer is gone when it comes.
  await engine.startWorker('calls');
  const doomed = await engine.spawnWorker();
  await create(engine, payment, sought);
  await engine.twin.fault('capture', { fault: 'delay', at: 'after', delayMs: 1_500 });
  const asked = ask();
  await until(
    () => engine.twin.books(sought),
    ({ captured }) => captured > 0,
    'the booking',
  );
  const killed = once(doomed, 'exit');
  doomed.kill('SIGKILL');
  await killed;
  await engine.startWorker('everything');
  await asked;
}

async function create(engine: ContractEngine, id: string, { hold }: Sought): Promise<void> {
  const amount = { value: AMOUNT, currency: engine.currency };
  const authorization = { adopt: { reference: hold ?? {} } };
  await engine.payments.create({ id, account: engine.account.name, amount, authorization }, { by: 'shop' });
}

async function played(provider: ContractProvider, point: Point): Promise<Ending> {
  const engine = await startContractEngine(provider, inject('temporal'), point === 'before-record');
  try {
    const payment = `p-${randomUUID()}`;
    const hold = await engine.twin.hold(AMOUNT, provider.currency);
    const sought = { hold, reference: '', intents: [] };
    await killedAt(point, engine, payment, sought);

    const when = point === 'before-send' ? 'before' : 'after';
    const how = point === 'before-record' ? 'itself' : provider.afterLoss[when].capture;
    let core = await until(
      () => engine.core(payment),
      (seen) =>
        how === 'itself'
          ? stateOf(seen) === 'approved'
          : seen.machine.context.attentions.some(({ code }) => code === 'outcome-unknown'),
      how === 'itself' ? 'the approval' : 'the attention',
    );
    if (how === 'person') {
      const [booking] = (await engine.twin.books(sought)).bookings;
      const outcome = booking === undefined ? 'not_performed' : 'approved';
      const said = {
        operation: 'c-1',
        outcome,
        ...(booking === undefined ? {} : { amount: booking.amount }),
        ...(booking?.reference === undefined ? {} : { reference: booking.reference }),
      } as const;
      const word = { type: 'resolve', id: 'w-1', word: said, evidence: 'the own pages', by: 'anna' } as const;
      await engine.payments.command(payment, word, OPERATOR);
      core = await engine.core(payment);
      expect(stateOf(core)).toBe(outcome);
    }
    const types = core.ledger.filter(({ operation }) => operation === 'c-1').map(({ type }) => type);
    expect(types).not.toContain('capture.declined');
    if (point === 'before-record')
      expect(types.slice(0, 3)).toEqual(['capture.planned', 'capture.sent', 'capture.approved']);
    // A notice may have told of it before the heartbeats were missed.
    if (point === 'before-send') expect(types).toContain('capture.unknown');
    const intentOf = (call: ProviderCall): string =>
      provider.intentOf(call, (of, operation) => engine.account.referenceOf(of, operation));
    const books = await engine.twin.books(sought);
    expect(breachesOf({ state: core, calls: callsOf(core) }, books, intentOf)).toEqual([]);
    return how;
  } finally {
    await engine.stop();
  }
}

const points = Object.keys(POINTS) as Point[];
const providers = [payone, swedbankpay, ccv, paymentoptions, finline];
const cases = providers.flatMap((provider) => points.map((point) => ({ provider, point })));
/** They wait for heartbeats to stop most of the time, so that many share two cores. */
const AT_ONCE = 7;

const endings = new Map<string, Promise<Ending>>();
const keyOf = (provider: ContractProvider, point: Point): string => `${provider.title} ${point}`;

beforeAll(() => {
  const waiting = cases.map(({ provider, point }) => {
    const { promise, resolve, reject } = Promise.withResolvers<Ending>();
    promise.catch(() => undefined);
    endings.set(keyOf(provider, point), promise);
    return () => played(provider, point).then(resolve, reject);
  });
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
  };
  for (let n = 0; n < AT_ONCE; n += 1) void work();
});

describe.each(providers)('$title', (provider) => {
  const cells: Record<string, string> = {};

  test.each(points)(
    '%s: nothing is declined, and it is booked once',
    async (point) => {
      const ending = await endings.get(keyOf(provider, point));
      expect(['itself', 'person']).toContain(ending);
      cells[`crash-${point}`] = `${PASSED}, ${ending === 'person' ? 'a person' : 'by itself'}`;
    },
    300_000,
  );

  afterAll(() => {
    if (points.some((point) => cells[`crash-${point}`] === undefined)) return;
    const rows = points.map((point) => ({ id: `crash-${point}`, rule: 'M3', title: POINTS[point] }));
    report(`${provider.provider.name}-crash`, { title: provider.title, rows, cells });
  });
});
