import type { Client } from '@temporalio/client';
import { brokenPayments, brokenQuery } from '../temporal/broken-payments.ts';
import { readSweep, SWEEP_EVERY, sweepIdOf } from '../temporal/schedules.ts';
import { type Finding, ill, well } from './finding.ts';

/** A sweep that began longer ago than four of its turns has nobody who runs it. */
const MOST_AGE_MS = 4 * SWEEP_EVERY;
const MOST_NAMED = 5;

/** Whether the sweep runs, and what the last one said. */
export async function sweepFindings(client: Client, taskQueue: string): Promise<readonly Finding[]> {
  const report = await readSweep(client, taskQueue);
  const id = sweepIdOf(taskQueue);
  if (report === null)
    return [ill('sweep', 'not scheduled', 'a worker schedules it when it starts: tranche worker')];
  const { paused, startedAt, status, result } = report;
  if (paused)
    return [
      ill('sweep', `schedule ${id} is paused`, `temporal schedule toggle --unpause --schedule-id ${id}`),
    ];
  if (startedAt === null) return [well('sweep', 'scheduled, none was due yet')];
  const at = startedAt.toISOString();
  if (Date.now() - startedAt.getTime() > MOST_AGE_MS)
    return [ill('sweep', `the last one began at ${at}`, 'look whether a worker runs: tranche worker')];
  if (status !== 'running' && status !== 'completed')
    return [
      ill(
        'sweep',
        `the one of ${at} ended as ${status}`,
        `temporal schedule describe --schedule-id ${id} names its run`,
      ),
    ];
  if (result === null) return [well('sweep', `the first one began at ${at}`)];
  const { until, looked, poked, shared } = result;
  const last = well('sweep', `the last one began at ${until}: ${looked} payment(s) overdue, ${poked} poked`);
  if (shared.length === 0) return [last];
  const pairs = shared
    .slice(0, MOST_NAMED)
    .map(({ hold, payments }) => `${hold} by ${payments.join(' and ')}`);
  return [
    last,
    ill(
      'holds',
      `${shared.length} shared: ${pairs.join('; ')}`,
      'decide which payment the hold belongs to: tranche payment list --attention hold-shared',
    ),
  ];
}

/** Payments end by their own rules; a run that was terminated, reset or failed left money with nobody to watch it. */
export async function brokenFinding(client: Client, taskQueue: string): Promise<Finding> {
  const { count, payments } = await brokenPayments(client, taskQueue, MOST_NAMED);
  if (count === 0) return well('payments', 'none was terminated, reset or failed');
  const named = payments.map(({ payment, how }) => `${payment} (${how})`).join(', ');
  return ill(
    'payments',
    `${count} ended by force: ${named}${count > payments.length ? ', …' : ''}`,
    `look at each with: temporal workflow list --query "${brokenQuery(taskQueue)}"`,
  );
}
