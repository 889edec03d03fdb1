/**
 * A worker that froze with a poll open and wakes up after the server gave its task up sends nothing; one that dies
 * between send and record has sent once; and the server's own history shows nothing of a call.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { KeyRing } from '../../activities/key-ring.ts';
import { dataConverter, failureConverterPath } from '../../temporal/data-converter.ts';
import type { pay } from './support/pay-workflow.ts';
import { captureCall, startTwin, type Twin } from './support/fake-account.ts';

const key = randomBytes(32);
const converter = dataConverter(new KeyRing([{ id: 'k', key }]));
const workflows = `lost-worker-${randomUUID()}`;
const children: ChildProcess[] = [];
let twin: Twin;
let connection: Connection;
let native: NativeConnection;
let worker: Worker;
let running: Promise<void>;
let client: Client;

beforeAll(async () => {
  const { address, namespace } = inject('temporal');
  twin = await startTwin({ outcome: 'approved', booked: 4500 });
  connection = await Connection.connect({ address });
  client = new Client({ connection, namespace, dataConverter: converter });
  native = await NativeConnection.connect({ address });
  const workflowsPath = new URL('./support/pay-workflow.ts', import.meta.url).pathname;
  worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue: workflows,
    dataConverter: converter,
    workflowBundle: await bundleWorkflowCode({ workflowsPath, failureConverterPath }),
  });
  running = worker.run();
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(async () => {
  worker.shutdown();
  await running;
  await Promise.all([native.close(), connection.close(), twin.close()]);
});

async function startWorker(taskQueue: string, env: Record<string, string> = {}): Promise<ChildProcess> {
  const { address, namespace } = inject('temporal');
  const main = new URL('./support/worker-main.ts', import.meta.url).pathname;
  const words = [main, address, namespace, taskQueue, String(twin.port), key.toString('base64')];
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  children.push(child);
  await once(child.stdout ?? child, 'data');
  return child;
}

const start = (taskQueue: string, operation: string) =>
  client.workflow.start<typeof pay>('pay', {
    taskQueue: workflows,
    workflowId: `${taskQueue}/${operation}`,
    args: [captureCall({ operation, details: { description: 'canary-description' } }), taskQueue],
  });

const sent = (operation: string): number =>
  twin.bodies.filter((body) => body.includes(`"${operation}"`)).length;

test('a frozen worker sends nothing when it wakes up', async () => {
  const queue = `activities-${randomUUID()}`;
  const frozen = await startWorker(queue);
  // Its first task shows that it polls.
  expect(await (await start(queue, 'warm-1')).result()).toBe('approved');
  frozen.kill('SIGSTOP');
  expect(await (await start(queue, 'frozen-1')).result()).toBe('gave up: activity Heartbeat timeout');
  expect(sent('frozen-1')).toBe(0);
  // Awake, it is told to end, and ends only when the task it was handed has.
  frozen.kill('SIGCONT');
  frozen.kill('SIGTERM');
  await once(frozen, 'close');
  expect(sent('frozen-1')).toBe(0);
});

test.each([
  ['before-send', 0],
  ['after-send', 1],
  ['after-answer', 1],
])('a worker that dies %s has sent %d times', async (point, times) => {
  const queue = `activities-${randomUUID()}`;
  const operation = `crash-${point}`;
  const faults = { TRANCHE_TEST_FAULTS: '1', TRANCHE_CRASH_AT: point, TRANCHE_CRASH_OPERATION: operation };
  const dying = await startWorker(queue, faults);
  const handle = await start(queue, operation);
  const [, signal] = (await once(dying, 'close')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  expect(await handle.result()).toBe('gave up: activity Heartbeat timeout');
  expect(sent(operation)).toBe(times);
});

test('the history on the server says nothing of the call', async () => {
  const queue = `activities-${randomUUID()}`;
  await startWorker(queue);
  const handle = await start(queue, 'history-1');
  expect(await handle.result()).toBe('approved');
  // The protobuf JSON carries bytes as base64; each text is looked at both ways.
  const texts = JSON.stringify(await handle.fetchHistory()).match(/"[^"]*"/g) ?? [];
  const stored = texts.flatMap((text) => [text, Buffer.from(text, 'base64').toString('latin1')]).join('\n');
  expect(stored).toContain('binary/encrypted');
  expect(stored).not.toMatch(/canary|4711|4500|json\/plain/);
});
