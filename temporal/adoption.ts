import type { Client } from '@temporalio/client';
import type { KeyRing } from '../activities/key-ring.ts';
import type { PaymentFacts } from '../machines/core-state.ts';
import type { ProviderAccount } from '../providers/provider.ts';
import { type CreateBody, type CreateSurroundings, factsOf } from './create-body.ts';
import { canBeAsked, checkHold, type HoldFound } from './hold-check.ts';
import { firstHold } from './hold.ts';
import { openedReference, sealedReference } from './hold-secret.ts';
import { PaymentError, unavailable } from './payment-error.ts';
import { faultOf } from './update-fault.ts';
import { quoted } from './visibility-page.ts';

export interface AdoptionOptions {
  readonly client: Client;
  /** Seals secret references; needed where an account has any. */
  readonly keyRing?: KeyRing;
  /** How long a question may take, milliseconds. @default 10 000 */
  readonly readWithin?: number;
}

/** How a hold that exists at the provider comes to a payment: nobody else has it, the provider agrees, and its secrets are sealed. */
export class Adoption {
  readonly #options: AdoptionOptions;

  constructor(options: AdoptionOptions) {
    this.#options = options;
  }

  /**
   * What a payment starts with. A hold is asked for once: the payment that has it knows better afterwards.
   *
   * @throws PaymentError `validation` with its path, `hold-shared`, or `unavailable` where somebody could not be asked.
   */
  async facts(body: CreateBody, account: ProviderAccount, around: CreateSurroundings): Promise<PaymentFacts> {
    const { authorization } = body;
    if ('request' in authorization) return factsOf(body, account, around);
    const { keyRing } = this.#options;
    const owner = { account, payment: body.id };
    const path = 'authorization.adopt.reference';
    const { adopt } = authorization;
    const reference = openedReference(adopt.reference, owner, keyRing, path);
    const facts = factsOf({ ...body, authorization: { adopt: { ...adopt, reference } } }, account, around);
    await this.#refuseSharedHold(facts);
    const asks = canBeAsked(facts, account) && !(await this.#isThere(body.id));
    const signal = AbortSignal.timeout(this.#patience);
    const { expiresAt }: HoldFound = asks ? await checkHold(facts, reference, account, signal) : {};
    const expiry =
      expiresAt === undefined || adopt.expiresAt !== undefined
        ? {}
        : { expiresAt, expiresBy: 'provider' as const };
    const sealed = sealedReference(reference, owner, keyRing);
    return { ...facts, authorization: { adopt: { ...adopt, ...expiry, reference: sealed } } };
  }

  get #patience(): number {
    return this.#options.readWithin ?? 10_000;
  }

  /** @throws PaymentError `unavailable` where the server does not say. */
  async #isThere(payment: string): Promise<boolean> {
    const { client } = this.#options;
    try {
      await client.withDeadline(Date.now() + this.#patience, () =>
        client.workflow.getHandle(`payment/${payment}`).describe(),
      );
      return true;
    } catch (error) {
      if (faultOf(error).kind === 'gone') return false;
      throw unavailable(error, 'none');
    }
  }

  /** One hold, one payment: visibility may lag, and the sweep finds what slips through. */
  async #refuseSharedHold(facts: PaymentFacts): Promise<void> {
    const { client } = this.#options;
    const hold = quoted(firstHold(facts));
    const query = `WorkflowType = 'payment' AND ExecutionStatus = 'Running' AND TrancheHold = ${hold}`;
    try {
      const { executions } = await client.withDeadline(Date.now() + this.#patience, () =>
        client.workflowService.listWorkflowExecutions({
          namespace: client.options.namespace,
          pageSize: 2,
          query,
        }),
      );
      const other = executions.find((each) => each.execution?.workflowId !== `payment/${facts.id}`);
      if (other === undefined) return;
    } catch (error) {
      throw unavailable(error, 'none');
    }
    throw new PaymentError('hold-shared', 'another open payment has adopted this hold');
  }
}
