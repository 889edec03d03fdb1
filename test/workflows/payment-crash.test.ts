// M3 under SIGKILL: a worker that dies between send and record loses an answer, and no money moves twice.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, inject, test } from 'vitest';
import { ACCOUNT, cardPayment, type Engine, SHOP, startEngine, until } from '../support/payments.ts';

const children = new Set<ChildProcess>();
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

async function startWorkerProcess(engine: Engine, env: Record<string, string>): Promise<ChildProcess> {
  const { address, namespace } = inject('temporal');
  const order = {
    address,
    namespace,
    taskQueue: engine.taskQueue,
    accounts: { [ACCOUNT]: engine.accountConfig },
  };
  const main = fileURLToPath(new URL('../support/worker-main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  children.add(child);
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}

// The twins count their process ids from different seeds: the cases run side by side on one server.
test.concurrent.each([
  ['before-send', 1],
  ['after-send', 1_000],
  ['after-answer', 2_000],
] as const)('killed %s: the outcome is unknown, never declined, and booked once', async (point, seed) => {
  const engine = await startEngine(inject('temporal'), {
    worker: false,
    twin: { seed },
    account: { repeats: ['PT1S'] },
    client: { acceptWithin: 3_000 },
  });
  try {
    const faults = { TRANCHE_TEST_FAULTS: '1', TRANCHE_CRASH_AT: point, TRANCHE_CRASH_OPERATION: 'c-1' };
    const doomed = await startWorkerProcess(engine, faults);
    const body = cardPayment();
    await engine.payments.create(body, { by: 'shop' });
    const killed = once(doomed, 'exit');
    const asked = engine.payments.command(body.id, { type: 'capture', id: 'c-1', amount: 2_500 }, SHOP);
    const answer = asked.then(
      ({ receipt }) => receipt,
      (error: unknown) => error,
    );
    expect((await killed)[1]).toBe('SIGKILL');
    await engine.startWorker();

    // Whoever asked hears that nobody knows, or has to ask again; never a decline.
    expect(await answer).toSatisfy((said: { state?: string; outcome?: string }) =>
      ['unknown', 'sent', 'approved'].includes(said.state ?? said.outcome ?? ''),
    );
    await until(
      () => engine.payments.ledger(body.id),
      (ledger) => ledger.some((entry) => entry.type === 'capture.unknown'),
      'unknown',
    );
    // Where it was booked, the repeat is refused by its number and only the provider's notice can settle it.
    await engine.twin.admin.set({ notifyUrl: engine.noticeUrl });
    const view = await until(
      () => engine.payments.get(body.id),
      ({ captures }) => captures[0]?.state === 'approved',
      'the approval',
    );
    expect(view.captures).toMatchObject([{ id: 'c-1', booked: { value: 2_500 }, sequenceNumber: 1 }]);
    const ledger = (await engine.payments.ledger(body.id)).filter((entry) => entry.operation === 'c-1');
    expect(ledger.map((entry) => entry.type).slice(0, 3)).toEqual([
      'capture.planned',
      'capture.sent',
      'capture.unknown',
    ]);
    expect(ledger.filter((entry) => entry.type === 'capture.declined')).toEqual([]);
    const sent = ledger.filter((entry) => entry.type === 'capture.sent');
    expect(new Set(sent.map((entry) => entry.data['sequenceNumber']))).toEqual(new Set([1]));
    const books = await engine.twin.admin.process(view.authorization.providerReference ?? '');
    expect(books).toMatchObject({ captured: 2_500, sequence: 1 });
  } finally {
    await engine.stop();
  }
});
