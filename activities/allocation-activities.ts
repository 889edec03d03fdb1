/**
 * How payments reach the workflows that allocate references, and those look back at a payment. Workflow code can start
 * no other workflow that outlives it, so an activity signals-with-start.
 */
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { AllocationActivities } from './contract.ts';

/** Ends of a workflow after which nothing of it runs. */
const ENDED: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'];

/** They need a worker with a connection, whose client they use, and run on the task queue of the workflows. */
export function createAllocationActivities(): AllocationActivities {
  return {
    async askAllocation({ account, payment, operation, number, rule }) {
      const { client, info } = Context.current();
      await client.workflow.signalWithStart(rule.from, {
        workflowId: `${rule.from}/${account}`,
        taskQueue: info.taskQueue,
        args: [{ account }],
        // One that has ended took its counter with it: a person starts it anew from a number that is safe.
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        signal: 'allocate',
        signalArgs: [{ payment, operation, number, blockFor: rule.blockFor }],
      });
    },
    async paymentStands(payment) {
      const { client } = Context.current();
      try {
        const { status } = await client.workflow.getHandle(`payment/${payment}`).describe();
        return !ENDED.includes(status.name);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}
