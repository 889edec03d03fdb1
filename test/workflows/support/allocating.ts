// A worker for the allocating workflows and stand-ins for payments, on a task queue of its own.
import '../../support/quiet-runtime.ts';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, type Worker } from '@temporalio/worker';
import { webpackConfigHook } from '../../../temporal/bundle.ts';
import { dataConverter, failureConverterPath } from '../../../temporal/data-converter.ts';
import { createWorker } from '../../../temporal/worker.ts';
import type { AllocationRequest, LeaseWord } from '../../../workflows/messages.ts';
import type { ProvidedTemporal } from '../../support/temporal-server.ts';
import { testKeyRing } from '../../support/test-key.ts';
import { end, type Heard, readHeard, type standIn } from './stand-in.ts';

/** One stand-in for a payment. */
export interface StandIn {
  readonly id: string;
  readonly handle: WorkflowHandle<typeof standIn>;
  heard(): Promise<readonly Heard[]>;
  ask(to: WorkflowHandle, number: number, more?: Partial<AllocationRequest>): Promise<void>;
  lease(to: WorkflowHandle, number: number, how: LeaseWord['how']): Promise<void>;
  end(): Promise<void>;
}

export interface Allocating {
  readonly client: Client;
  readonly taskQueue: string;
  payment(): Promise<StandIn>;
  /** As after a crash: what it had in memory is gone. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startAllocating({ address, namespace }: ProvidedTemporal): Promise<Allocating> {
  const taskQueue = `allocating-${randomUUID()}`;
  const converter = dataConverter(testKeyRing());
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace, dataConverter: converter });
  const native = await NativeConnection.connect({ address });
  const workflowsPath = fileURLToPath(new URL('stand-in.ts', import.meta.url));
  const logger = new DefaultLogger('ERROR');
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    failureConverterPath,
    webpackConfigHook,
    logger,
  });
  const folder = mkdtempSync(join(tmpdir(), 'tranche-allocating-'));
  const codePath = join(folder, 'workflows.js');
  writeFileSync(codePath, code);

  const start = async (): Promise<{ worker: Worker; done: Promise<void> }> => {
    const worker = await createWorker({
      connection: native,
      namespace,
      taskQueue,
      dataConverter: converter,
      activities: {},
      bundle: { codePath },
      longestCallMs: 0,
    });
    return { worker, done: worker.run() };
  };
  let running = await start();
  const halt = async (): Promise<void> => {
    running.worker.shutdown();
    await running.done;
  };

  return {
    client,
    taskQueue,
    async payment() {
      const id = `p-${randomUUID()}`;
      const handle = await client.workflow.start<typeof standIn>('standIn', {
        taskQueue,
        workflowId: `payment/${id}`,
      });
      return {
        id,
        handle,
        heard: () => handle.query(readHeard),
        ask: (to, number, more = {}) =>
          to.signal('allocate', { payment: id, operation: `c-${number}`, number, blockFor: null, ...more }),
        lease: (to, number, how) => to.signal('lease', { payment: id, number, how }),
        end: async () => {
          await handle.signal(end);
          await handle.result();
        },
      };
    },
    async restart() {
      await halt();
      running = await start();
    },
    async stop() {
      await halt();
      rmSync(folder, { recursive: true, force: true });
      await native.close();
      await connection.close();
    },
  };
}
