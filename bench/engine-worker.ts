// One side's worker in a process of its own, so that its CPU time is its own. Started by bench/engine/side.ts.
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { createProviderActivities } from '../activities/provider-activities.ts';
import { KeyRing } from '../activities/key-ring.ts';
import { workflowBundle } from '../temporal/bundle.ts';
import { dataConverter } from '../temporal/data-converter.ts';
import { createWorker } from '../temporal/worker.ts';
import { benchAccounts } from './engine/account.ts';

/** The first message; every later one asks for the CPU time. */
export interface WorkerOrder {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly providerUrl: string;
  /** base64 */
  readonly key: string;
  /** The floor's bundle; without it the engine's own. */
  readonly codePath?: string;
}

/** User and system time of the whole process, threads and native code included, in milliseconds. */
export interface CpuAnswer {
  readonly cpu: number;
}

Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined), shutdownSignals: [] });

const order = await new Promise<WorkerOrder>((resolve) => {
  process.once('message', (message) => resolve(message as WorkerOrder));
});
const keyRing = new KeyRing([{ id: 'bench', key: Buffer.from(order.key, 'base64') }]);
const accounts = benchAccounts(order.providerUrl);
const connection = await NativeConnection.connect({ address: order.address });
const worker = await createWorker({
  connection,
  namespace: order.namespace,
  taskQueue: order.taskQueue,
  dataConverter: dataConverter(keyRing),
  activities: createProviderActivities({ accounts, keyRing, secrets: ['bench-portal-key'] }),
  bundle: order.codePath === undefined ? await workflowBundle() : { codePath: order.codePath },
});
process.once('disconnect', () => worker.shutdown());
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: (user + system) / 1000 } satisfies CpuAnswer);
});
const running = worker.run();
process.send?.({ cpu: 0 } satisfies CpuAnswer);
await running;
await Promise.all([...accounts.values()].map((account) => account.close()));
await connection.close();
