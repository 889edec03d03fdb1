// A worker that delivers webhooks, in a process of its own, for a test that kills it: one JSON argument, `ready` on stdout.
import './quiet-runtime.ts';
import { NativeConnection } from '@temporalio/worker';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import { createWebhookActivities } from '../../activities/webhook-activities.ts';
import type { AccountConfig } from '../../providers/provider.ts';
import { configureAccounts } from '../../temporal/accounts.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import type { Configuration } from '../../temporal/configuration.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { configureWebhooks } from '../../temporal/webhook-endpoint.ts';
import { createWorker } from '../../temporal/worker.ts';
import { testKeyRing } from './test-key.ts';

interface Order {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly accounts: Readonly<Record<string, AccountConfig>>;
  readonly webhooks: Configuration['webhooks'];
  /** Kills itself when it has handed over an event of this type. */
  readonly dieAfter?: string;
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order;
const { address, namespace, taskQueue, accounts, webhooks } = order;
const keyRing = testKeyRing();
const webhookActivities = createWebhookActivities({ port: configureWebhooks({ webhooks, accounts }) });
const worker = await createWorker({
  connection: await NativeConnection.connect({ address }),
  namespace,
  taskQueue,
  dataConverter: dataConverter(keyRing),
  activities: {
    ...createProviderActivities({ accounts: configureAccounts(accounts), keyRing }),
    ...webhookActivities,
    tellWebhooks: async (news: Parameters<typeof webhookActivities.tellWebhooks>[0]) => {
      await webhookActivities.tellWebhooks(news);
      if (news.events.some(({ type }) => type === order.dieAfter)) process.kill(process.pid, 'SIGKILL');
    },
  },
  bundle: await workflowBundle(),
});
process.stdout.write('ready\n');
await worker.run();
