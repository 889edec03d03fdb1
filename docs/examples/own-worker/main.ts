// A team's own worker that runs Tranche inside: node main.ts, with a tranche.config.json beside it.
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection } from '@temporalio/worker';
import { configureAccounts } from 'tranche/accounts';
import { engineActivities } from 'tranche/activities';
import { PaymentClient } from 'tranche/client';
import { loadConfiguration } from 'tranche/configuration';
import { resolveTarget } from 'tranche/connection';
import { dataConverter, failureConverterPath } from 'tranche/data-converter';
import { keyRingOf } from 'tranche/key-ring';
import { createWorker } from 'tranche/worker';
import { carReturned, rental } from './workflows.ts';

const configuration = loadConfiguration();
const { taskQueue } = configuration.temporal;
const { namespace, connectionOptions } = resolveTarget(configuration.temporal);
const accounts = configureAccounts(configuration.accounts);
const keyRing = keyRingOf(configuration);
const converter = dataConverter(keyRing);

const connection = await Connection.connect(connectionOptions);
const client = new Client({ connection, namespace, dataConverter: converter });
const payments = new PaymentClient({ client, taskQueue, accounts, keyRing });

const native = await NativeConnection.connect(connectionOptions);
const worker = await createWorker({
  connection: native,
  namespace,
  taskQueue,
  dataConverter: converter,
  bundle: await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('workflows.ts', import.meta.url)),
    failureConverterPath,
  }),
  activities: engineActivities({ accounts, keyRing, client, payments, taskQueue }),
});

// One rental, from the deposit to the price. A real worker would await worker.run() and leave the rest to others.
await worker.runUntil(async () => {
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
});

await native.close();
await connection.close();
for (const account of accounts.values()) await account.close();
