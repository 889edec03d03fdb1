// A payment whose captures carry all the lines that a request may have goes on from run to run: its state stays far
// below what the server takes in one payload, and no line of the provider's request is lost.
import { randomBytes } from 'node:crypto';
import { expect, inject, onTestFinished, test } from 'vitest';
import { cardPayment, SHOP, startEngine } from '../support/payments.ts';

const CAPTURES = 40;
const LINES = 400;

/** Texts that hardly get smaller: base64 of random bytes loses a quarter at most. */
const linesOf = (capture: number) =>
  Array.from({ length: LINES }, (_, k) => ({
    id: `line-${capture}-${k}`,
    description: randomBytes(192).toString('base64url').slice(0, 255).replace(/\d/g, 'x'),
    quantity: 1,
    unitPrice: { value: 1, currency: 'EUR' },
  }));

test(`${CAPTURES} captures of ${LINES} lines go on over new runs, and the ledger is read`, async () => {
  const engine = await startEngine(inject('temporal'), {
    client: { continueAfter: 100 },
    account: { timeoutMs: 20_000 },
    twin: { settleMs: 600_000 },
  });
  onTestFinished(() => engine.stop());
  const body = cardPayment({ amount: { value: 100_000, currency: 'EUR' } });
  await engine.payments.create(body, { by: 'shop' });
  const handle = engine.client.workflow.getHandle(`payment/${body.id}`);
  const runs = new Set<string>();
  for (let k = 1; k <= CAPTURES; k += 1) {
    const command = { type: 'capture', id: `c-${k}`, lines: linesOf(k), final: false } as const;
    const { receipt } = await engine.payments.command(body.id, command, SHOP);
    expect(receipt).toMatchObject({ state: 'approved', booked: LINES, sequenceNumber: k });
    const { runId, status } = await handle.describe();
    expect(status.name).toBe('RUNNING');
    runs.add(runId);
  }
  expect(runs.size).toBeGreaterThan(3);

  const { events } = await handle.fetchHistory();
  const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  const bytes = input.reduce((total, { data }) => total + (data?.length ?? 0), 0);
  expect(bytes).toBeLessThan(512 * 1024);

  const view = await engine.payments.get(body.id);
  expect(view.amounts.captured.value).toBe(CAPTURES * LINES);
  expect(view.captures[0]?.lines).toHaveLength(LINES);
  const ledger = await engine.payments.ledger(body.id);
  const planned = ledger.filter(({ type }) => type === 'capture.planned');
  expect(planned).toHaveLength(CAPTURES);
  expect(planned.at(-1)?.data['lines']).toEqual({ count: LINES, sum: LINES });
}, 240_000);
