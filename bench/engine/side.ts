import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { bodyHash } from '../../temporal/body-hash.ts';
import { PaymentClient } from '../../temporal/client.ts';
import type { CaptureCommand } from '../../payment/command.ts';
import type { CpuAnswer, WorkerOrder } from '../engine-worker.ts';
import type { floor, FloorReceipt } from '../floor-workflow.ts';
import { BENCH_ACCOUNT, BENCH_CURRENCY, benchAccounts } from './account.ts';
import { Child } from './child.ts';

/** As the server keeps it. */
export type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

/** Minor units; more than the bench ever captures. */
const HELD = 10_000_000;
const CAPTURED = 1_000;

/** The engine or the floor: payments that can be opened and captured from, and the worker that runs them. */
export interface Side {
  readonly name: 'engine' | 'floor';
  /** Takes over a hold; nothing is asked of the provider. */
  open(payment: string): Promise<void>;
  /** The k-th capture; resolves with its answer and throws where that is not an approval. */
  capture(payment: string, k: number): Promise<void>;
  /** CPU time of the worker so far, milliseconds. */
  cpu(): Promise<number>;
  history(payment: string): Promise<History>;
  /** Ends the payment without a word, so that nothing is left running. */
  end(payment: string): Promise<void>;
  stop(): Promise<void>;
}

export interface SideOptions extends Omit<WorkerOrder, 'taskQueue'> {
  readonly client: Client;
  /** Node options of the worker process, for a profile. */
  readonly execArgv?: readonly string[];
}

let txid = Date.now();

/** A hold that no other open payment has, of one length on both sides. */
function newHold() {
  txid += 1;
  return { txid: String(txid), clearingtype: 'cc' };
}

const captureOf = (k: number): CaptureCommand => ({
  type: 'capture',
  id: `c-${String(k).padStart(3, '0')}`,
  amount: CAPTURED,
});

async function startWorker(options: SideOptions, taskQueue: string): Promise<Child> {
  const { address, namespace, providerUrl, key, codePath, execArgv } = options;
  const worker = new Child('engine-worker.ts', execArgv);
  const order: WorkerOrder = {
    address,
    namespace,
    providerUrl,
    key,
    taskQueue,
    ...(codePath === undefined ? {} : { codePath }),
  };
  await worker.ask<CpuAnswer>(order);
  return worker;
}

const common = (client: Client, worker: Child, idOf: (payment: string) => string) => ({
  cpu: async () => (await worker.ask<CpuAnswer>({})).cpu,
  history: (payment: string) => client.workflow.getHandle(idOf(payment)).fetchHistory(),
  end: async (payment: string) => {
    await client.workflow.getHandle(idOf(payment)).terminate('the bench is over');
  },
  stop: () => worker.stop(),
});

/** The engine as the edges use it: through the payment client, guards, ledger and all. */
export async function engineSide(options: SideOptions): Promise<Side> {
  const { client, providerUrl } = options;
  const taskQueue = `bench-engine-${randomUUID()}`;
  const accounts = benchAccounts(providerUrl);
  const payments = new PaymentClient({ client, taskQueue, accounts });
  const worker = await startWorker(options, taskQueue);
  const asker = { by: 'bench', role: 'caller' } as const;
  return {
    ...common(client, worker, (payment) => `payment/${payment}`),
    name: 'engine',
    async open(id) {
      const amount = { value: HELD, currency: BENCH_CURRENCY };
      const adopt = { reference: newHold(), authorizedAt: new Date().toISOString() };
      await payments.create(
        { id, account: BENCH_ACCOUNT, amount, authorization: { adopt } },
        { by: 'bench' },
      );
    },
    async capture(payment, k) {
      const { receipt } = await payments.command(payment, captureOf(k), asker);
      if (receipt.state !== 'approved')
        throw new Error(`capture ${k} of ${payment} is ${receipt.state}: ${receipt.reason}`);
    },
    async stop() {
      await worker.stop();
      await Promise.all([...accounts.values()].map((account) => account.close()));
    },
  };
}

/** The bare workflow, asked with the same update of the same shape by Temporal's own client. */
export async function floorSide(options: SideOptions): Promise<Side> {
  const { client } = options;
  const taskQueue = `bench-floor-${randomUUID()}`;
  const worker = await startWorker(options, taskQueue);
  return {
    ...common(client, worker, (payment) => `floor/${payment}`),
    name: 'floor',
    async open(id) {
      const input = { id, account: BENCH_ACCOUNT, amount: HELD, currency: BENCH_CURRENCY, hold: newHold() };
      await client.workflow.start<typeof floor>('floor', {
        workflowId: `floor/${id}`,
        taskQueue,
        args: [input],
      });
    },
    async capture(payment, k) {
      const command = captureOf(k);
      const receipt = await client.workflow
        .getHandle(`floor/${payment}`)
        .executeUpdate<FloorReceipt, [object]>('capture', {
          updateId: `capture/${command.id}`,
          args: [{ command, hash: bodyHash(command), by: 'bench', role: 'caller', request: randomUUID() }],
        });
      if (receipt.state !== 'approved') throw new Error(`capture ${k} of ${payment} is ${receipt.state}`);
    },
  };
}
