// A team's own worker that runs Tranche inside: node main.ts, with a tranche.config.json beside it.
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection } from '@temporalio/worker';
import { configureAccounts } from 'tranche/accounts';
import { engineActivities } from 'tranche/activities';
import { callQueuesOf, createWorkers, workerOptionsOf } from 'tranche/call-queue';
import { PaymentClient } from 'tranche/client';
import { loadConfiguration } from 'tranche/configuration';
import { resolveTarget } from 'tranche/connection';
import { dataConverter, failureConverterPath } from 'tranche/data-converter';
import { keyRingOf } from 'tranche/key-ring';
import { anyWants, configureWebhooks } from 'tranche/webhooks';
import { carReturned, rental } from './workflows.ts';

const configuration = loadConfiguration();
// The task queue, what the accounts allow at a time, and how long their calls may take.
const options = workerOptionsOf(configuration);
const { taskQueue } = options;
const { namespace, connectionOptions } = resolveTarget(configuration.temporal);
const accounts = configureAccounts(configuration.accounts);
const keyRing = keyRingOf(configuration);
const converter = dataConverter(keyRing);
const webhooks = configureWebhooks(configuration);

const connection = await Connection.connect(connectionOptions);
const client = new Client({ connection, namespace, dataConverter: converter });
const payments = new PaymentClient({
  client,
  taskQueue,
  accounts,
  keyRing,
  callQueues: callQueuesOf(taskQueue, options.limits),
  tells: (account) => anyWants(configuration.webhooks, account),
});

const native = await NativeConnection.connect(connectionOptions);
const workers = await createWorkers({
  ...options,
  connection: native,
  namespace,
  dataConverter: converter,
  bundle: await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('workflows.ts', import.meta.url)),
    failureConverterPath,
  }),
  activities: engineActivities({ configuration, accounts, keyRing, client, payments, webhooks }),
});

const running = Promise.all(workers.map((worker) => worker.run()));

// One rental, from the deposit to the price. A real worker would await what runs, and leave the rest to others.
async function rent(): Promise<void> {
  const id = `rental-${Date.now()}`;
  const [account = ''] = accounts.keys();
  const handle = await client.workflow.start(rental, {
    workflowId: id,
    taskQueue,
    args: [
      {
        id,
        account,
        currency: 'EUR',
        deposit: 30_000,
        authorization: { request: { method: 'cc', options: { pseudocardpan: '9410010000000000001' } } },
      },
    ],
  });
  await handle.signal(carReturned, 12_350);
  const said = await handle.result();
  const { status, amounts } = await payments.get(id);
  process.stdout.write(
    `${said}\n${status}, captured ${amounts.captured.value}, held ${amounts.held.value}\n`,
  );
}
await Promise.race([rent(), running]);

for (const worker of workers) worker.shutdown();
await running;
await webhooks.close();
await native.close();
await connection.close();
for (const account of accounts.values()) await account.close();
