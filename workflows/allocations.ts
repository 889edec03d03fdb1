import { getExternalWorkflowHandle, log, proxyActivities, sleep } from '@temporalio/workflow';
import type { AllocationActivities } from '../activities/contract.ts';
import type { Effect } from '../machines/core-input.ts';
import { ASK_OPTIONS } from './activity-options.ts';
import { lease } from './messages.ts';

interface Payment {
  readonly id: string;
  readonly account: string;
}

/**
 * How a payment asks for references and gives leases back. Asking goes through an activity, since whoever allocates is
 * started by the first asking, which a workflow cannot do; answers come as signals.
 */
export class Allocations {
  /** Askings that may not have arrived yet, by number. */
  readonly #asking = new Map<number, Promise<void>>();

  /** Resolves when the asking has arrived. It throws nothing. */
  async ask(payment: Payment, effect: Extract<Effect, { type: 'allocate' }>): Promise<void> {
    const { number, operation, rule } = effect;
    const { askAllocation } = proxyActivities<AllocationActivities>({
      ...ASK_OPTIONS,
      activityId: `${operation}@${number}`,
    });
    const arrived = askAllocation({
      account: payment.account,
      payment: payment.id,
      operation,
      number,
      rule,
    }).catch((error: unknown) => {
      log.error('a reference could not be asked for', { account: payment.account, operation, error });
    });
    this.#asking.set(number, arrived);
    await arrived;
    this.#asking.delete(number);
  }

  /** The word follows its asking, or the lease could be granted after it was given back. It throws nothing. */
  async lease(payment: Payment, effect: Extract<Effect, { type: 'lease' }>): Promise<void> {
    const { number, operation, how } = effect;
    const asking = this.#asking.get(number);
    // One that never arrives, since the terminal is gone, keeps nobody.
    if (asking !== undefined) await Promise.race([asking, sleep('1 minute')]);
    try {
      const word = { payment: payment.id, number, how };
      await getExternalWorkflowHandle(`terminal/${payment.account}`).signal(lease, word);
    } catch (error) {
      log.warn('the terminal could not be told', { account: payment.account, operation, how, error });
    }
  }
}
