// A worker for activities only: ADDRESS NAMESPACE TASK_QUEUE PROVIDER_PORT KEY(base64). Ends on SIGTERM.
import { NativeConnection, Worker } from '@temporalio/worker';
import { crashPlan } from '../../../activities/crash-point.ts';
import { KeyRing } from '../../../activities/key-ring.ts';
import { createProviderActivities } from '../../../activities/provider-activities.ts';
import { dataConverter } from '../../../temporal/data-converter.ts';
import { fakeAccount } from './fake-account.ts';

const [address = '', namespace = '', taskQueue = '', port = '', key = ''] = process.argv.slice(2);
const keyRing = new KeyRing([{ id: 'k', key: Buffer.from(key, 'base64') }]);
const connection = await NativeConnection.connect({ address });
const activities = createProviderActivities({
  accounts: new Map([['shop', fakeAccount({ port: Number(port) })]]),
  keyRing,
  sendWindowMs: 1_000,
  heartbeatMs: 500,
  crash: crashPlan(process.env),
});
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue,
  activities: { ...activities },
  dataConverter: dataConverter(keyRing),
  maxHeartbeatThrottleInterval: 500,
});
const running = worker.run();
process.stdout.write('ready\n');
await running;
await connection.close();
