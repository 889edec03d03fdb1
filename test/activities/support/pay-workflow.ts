import { ActivityCancellationType, ActivityFailure, proxyActivities } from '@temporalio/workflow';
import type { ProviderActivities } from '../../../activities/contract.ts';
import type { ProviderCall } from '../../../payment/call.ts';

/** One capture on a worker of its own; how it ended, and by which time-out where the server gave it up. */
export async function pay(call: ProviderCall, taskQueue: string): Promise<string> {
  const { capture } = proxyActivities<ProviderActivities>({
    taskQueue,
    startToCloseTimeout: '60s',
    heartbeatTimeout: '3s',
    retry: { maximumAttempts: 1 },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  try {
    return (await capture(call)).outcome;
  } catch (error) {
    return error instanceof ActivityFailure ? `gave up: ${error.cause?.message ?? ''}` : 'failed';
  }
}
