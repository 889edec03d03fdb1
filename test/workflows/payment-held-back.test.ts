// While a provider does not answer, an open breaker leaves captures planned and unsent; they go out when it answers.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NativeConnection } from '@temporalio/worker';
import { expect, inject, onTestFinished, test } from 'vitest';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { createWorker } from '../../temporal/worker.ts';
import { ACCOUNT, cardPayment, type Engine, SHOP, startEngine, until } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';

/** Approves what it is asked, or answers 503; remembers the transactions that captures were asked for. */
async function startProvider() {
  const provider = { broken: false, captures: [] as string[], url: '' };
  let txid = 310_000_000;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
      if (asked.get('request') === 'capture') provider.captures.push(asked.get('txid') ?? '');
      if (provider.broken) response.writeHead(503).end('away');
      else {
        txid += 1;
        const transaction = asked.get('txid') ?? String(txid);
        response.end(`status=APPROVED\ntxid=${transaction}\nuserid=100\nsettleaccount=yes\n`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return provider;
}

async function work(engine: Engine, openFor: number): Promise<void> {
  const { address, namespace } = inject('temporal');
  const keyRing = testKeyRing();
  const connection = await NativeConnection.connect({ address });
  const worker = await createWorker({
    connection,
    namespace,
    taskQueue: engine.taskQueue,
    dataConverter: dataConverter(keyRing),
    activities: createProviderActivities({
      accounts: engine.accounts,
      keyRing,
      breakers: new Map([[ACCOUNT, { failures: 1, openFor }]]),
    }),
    bundle: await workflowBundle(),
    longestCallMs: 3_000,
  });
  const running = worker.run();
  onTestFinished(async () => {
    worker.shutdown();
    await running;
    await connection.close();
  });
}

test('one lost answer holds the next capture back, planned, and both are approved once the provider answers', async () => {
  const provider = await startProvider();
  const engine = await startEngine(inject('temporal'), {
    worker: false,
    taskQueue: `test-${randomUUID()}`,
    account: { url: provider.url, repeats: ['PT1S'] },
  });
  onTestFinished(() => engine.stop());
  await work(engine, 12_000);
  const [lost, held] = [cardPayment(), cardPayment()];
  for (const body of [lost, held]) await engine.payments.create(body, { by: 'shop' });
  const txidOf = async (id: string): Promise<string> =>
    (await engine.payments.get(id)).authorization.providerReference ?? '';
  const heldTxid = await txidOf(held.id);

  provider.broken = true;
  const first = await engine.payments.command(lost.id, { type: 'capture', id: 'c-1' }, SHOP);
  expect(first.receipt.state).toBe('unknown');
  const second = await engine.payments.command(held.id, { type: 'capture', id: 'c-1' }, SHOP);
  expect(second.receipt.state).toBe('planned');
  expect(provider.captures).not.toContain(heldTxid);

  provider.broken = false;
  for (const { id } of [lost, held]) {
    await until(
      () => engine.payments.operation(id, 'c-1'),
      ({ state }) => state === 'approved',
      'the capture',
    );
  }
  expect(provider.captures.filter((txid) => txid === heldTxid)).toHaveLength(1);
  const { attentions } = await engine.payments.get(held.id);
  expect(attentions).toEqual([]);
});
