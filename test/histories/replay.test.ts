// Golden histories replay on today's workflow code: what runs today must not lose the payments of yesterday.
import '../support/quiet-runtime.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { workflowBundle } from '../../temporal/bundle.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { testKeyRing } from '../support/test-key.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

test('there are histories to replay', () => {
  expect(names.length).toBeGreaterThanOrEqual(6);
});

test.each(names)('%s', async (name) => {
  const { workflowId, history } = JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as { workflowId: string; history: unknown };
  const options = { workflowBundle: await workflowBundle(), dataConverter: dataConverter(testKeyRing()) };
  await expect(Worker.runReplayHistory(options, historyFromJSON(history), workflowId)).resolves.toBeUndefined();
});

test('a history of other code does not replay', async () => {
  const { workflowId, history } = JSON.parse(readFileSync(`${folder}three-shipments.json`, 'utf8')) as {
    workflowId: string;
    history: { events: { eventType: string; activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[] };
  };
  const scheduled = history.events.findLast((event) => event.activityTaskScheduledEventAttributes !== undefined);
  if (scheduled?.activityTaskScheduledEventAttributes !== undefined) {
    scheduled.activityTaskScheduledEventAttributes.activityType.name = 'capture';
  }
  const options = { workflowBundle: await workflowBundle(), dataConverter: dataConverter(testKeyRing()) };
  await expect(Worker.runReplayHistory(options, historyFromJSON(history), workflowId)).rejects.toThrow();
});
