// A worker in a process of its own, for tests that kill it: one JSON argument, `ready` on stdout.
import { NativeConnection } from '@temporalio/worker';
import { crashPlan } from '../../activities/crash-point.ts';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import type { AccountConfig } from '../../providers/provider.ts';
import { configureAccounts } from '../../temporal/accounts.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { createWorker } from '../../temporal/worker.ts';
import { testKeyRing } from './test-key.ts';

interface Order {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly accounts: Readonly<Record<string, AccountConfig>>;
}

const { address, namespace, taskQueue, accounts } = JSON.parse(process.argv[2] ?? '{}') as Order;
const keyRing = testKeyRing();
const worker = await createWorker({
  connection: await NativeConnection.connect({ address }),
  namespace,
  taskQueue,
  dataConverter: dataConverter(keyRing),
  activities: createProviderActivities({
    accounts: configureAccounts(accounts),
    keyRing,
    crash: crashPlan(process.env),
  }),
  bundle: await workflowBundle(),
});
process.stdout.write('ready\n');
await worker.run();
