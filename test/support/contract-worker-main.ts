// A worker in a process of its own, for conformance tests that kill it: one JSON argument, `ready` on stdout. With
// `calls: false` it runs workflows and makes no call itself.
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
  readonly calls: boolean;
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order;
const keyRing = testKeyRing();
const accounts = configureAccounts(order.accounts);
const worker = await createWorker({
  connection: await NativeConnection.connect({ address: order.address }),
  namespace: order.namespace,
  taskQueue: order.taskQueue,
  dataConverter: dataConverter(keyRing),
  activities: order.calls
    ? createProviderActivities({ accounts, keyRing, crash: crashPlan(process.env) })
    : {},
  bundle: await workflowBundle(),
});
process.stdout.write('ready\n');
await worker.run();
