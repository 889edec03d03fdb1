// A whole engine for one conformance case: payment client, twin and edge on loopback, workers in this process or in one
// that can be killed, on task queues of their own.
import './quiet-runtime.ts';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { createCommandActivities } from '../../activities/command-activities.ts';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import type { CoreState } from '../../machines/core-state.ts';
import type { ProviderAccount } from '../../providers/provider.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { callQueueOf } from '../../temporal/call-queue.ts';
import { PaymentClient } from '../../temporal/client.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { routeNotice } from '../../temporal/notice-routing.ts';
import { paymentPort } from '../../temporal/payment-port.ts';
import { rpcRetryInterceptor } from '../../temporal/rpc-retry.ts';
import { createWorker } from '../../temporal/worker.ts';
import { readCore } from '../../workflows/messages.ts';
import type { ContractProvider, ContractTwin } from './contract-provider.ts';
import type { ProvidedTemporal } from './temporal-server.ts';
import { testKeyRing } from './test-key.ts';

export interface ContractEngine {
  readonly payments: PaymentClient;
  readonly account: ProviderAccount;
  readonly twin: ContractTwin;
  readonly currency: string;
  /** Everything that a payment knows. */
  core(payment: string): Promise<CoreState>;
  /** A worker in a process of its own that has said it is ready. */
  spawnWorker(env?: Readonly<Record<string, string>>): Promise<ChildProcess>;
  /** A worker of everything, or of the account's calls only, in this process. */
  startWorker(runs: 'everything' | 'calls'): Promise<void>;
  stop(): Promise<void>;
}

/** Milliseconds; a repeat after a proven absence waits for it, and an answer that is held back must come within. */
const TIMEOUT_MS = { short: 3_000, long: 15_000 } as const;

/** @param ownQueue - the account's calls run apart from the workflows. */
export async function startContractEngine(
  provider: ContractProvider,
  temporal: ProvidedTemporal,
  ownQueue: boolean,
): Promise<ContractEngine> {
  const name = `${provider.provider.name}-${randomUUID().slice(0, 8)}`;
  const taskQueue = `contract-${name}`;
  const callQueue = ownQueue ? callQueueOf(taskQueue, name) : taskQueue;
  const timeoutMs = ownQueue ? TIMEOUT_MS.long : TIMEOUT_MS.short;
  const keyRing = testKeyRing();
  const converter = dataConverter(keyRing);
  const interceptors = [rpcRetryInterceptor()];
  const connection = await Connection.connect({ address: temporal.address, interceptors });
  const native = await NativeConnection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace, dataConverter: converter });

  // Notices are read alike whatever address the account has, and the twin wants to know ours before it has one.
  const reader = provider.provider.configure(name, provider.config('http://127.0.0.1:1'));
  const edge = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const incoming = { headers: request.headers, body: Buffer.concat(chunks), remoteAddress: '127.0.0.1' };
      const said = reader.readNotice(incoming);
      if (said.verdict === 'notice')
        await routeNotice(client, taskQueue, { account: name, notice: said.notice });
      response.end(reader.acknowledgement);
    })().catch(() => response.writeHead(503).end());
  });
  edge.listen(0, '127.0.0.1');
  await once(edge, 'listening');
  const twin = await provider.start(`http://127.0.0.1:${(edge.address() as AddressInfo).port}/`);

  const config = {
    ...provider.config(twin.url),
    timeoutMs,
    repeats: ['PT1S'],
    absenceAfter: 'PT3S',
    unknownAfter: 'PT3S',
  };
  const account = provider.provider.configure(name, config);
  const accounts = new Map([[name, account]]);
  const payments = new PaymentClient({
    client,
    taskQueue,
    accounts,
    keyRing,
    acceptWithin: 5_000,
    ...(ownQueue ? { callQueues: new Map([[name, callQueue]]) } : {}),
  });
  const children: ChildProcess[] = [];
  const stops: (() => Promise<void>)[] = [];

  return {
    payments,
    account,
    twin,
    currency: provider.currency,
    core: (payment) => client.workflow.getHandle(`payment/${payment}`).query(readCore),
    async spawnWorker(env = {}) {
      const main = fileURLToPath(new URL('contract-worker-main.ts', import.meta.url));
      const order = { ...temporal, taskQueue, accounts: { [name]: config }, calls: !ownQueue };
      const child = spawn(process.execPath, [main, JSON.stringify(order)], {
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, ...env },
      });
      children.push(child);
      await once(createInterface({ input: child.stdout }), 'line');
      return child;
    },
    async startWorker(runs) {
      const worker = await createWorker({
        connection: native,
        namespace: temporal.namespace,
        taskQueue: runs === 'calls' ? callQueue : taskQueue,
        dataConverter: converter,
        activities: {
          ...createProviderActivities({ accounts, keyRing }),
          ...createCommandActivities(paymentPort(payments, client)),
        },
        bundle: runs === 'calls' ? null : await workflowBundle(),
        longestCallMs: timeoutMs,
      });
      const done = worker.run();
      stops.push(async () => {
        worker.shutdown();
        await done;
      });
    },
    async stop() {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(stops.map((stop) => stop()));
      edge.close();
      edge.closeAllConnections();
      await twin.stop();
      await Promise.all([account.close(), reader.close()]);
      await native.close();
      await connection.close();
    },
  };
}
