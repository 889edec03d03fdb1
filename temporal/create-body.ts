import type { PaymentFacts } from '../machines/core-state.ts';
import type { AuthorizationRequest } from '../payment/call.ts';
import type { HoldReference } from '../payment/hold.ts';
import { checkLines, type Line } from '../payment/line.ts';
import type { Money } from '../payment/money.ts';
import { DEFAULT_PLAN, type Plan } from '../payment/plan.ts';
import type { ProviderAccount } from '../providers/provider.ts';
import { PaymentError } from './payment-error.ts';

/** The body of POST /v1/payments with its id, its shape already checked. */
export interface CreateBody {
  readonly id: string;
  readonly account: string;
  readonly amount: Money;
  readonly authorization:
    | {
        readonly adopt: {
          readonly reference: HoldReference;
          readonly authorizedAt?: string;
          readonly expiresAt?: string;
        };
      }
    | { readonly request: AuthorizationRequest };
  readonly plan?: Partial<Plan>;
  readonly order?: { readonly reference: string; readonly lines?: readonly Line[] };
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface CreateSurroundings {
  /** SHA-256 of the body. */
  readonly hash: string;
  readonly by: string;
  readonly orderWorkflow?: string;
}

/**
 * What a payment is created with: the body, and what the account can do for it.
 *
 * @throws PaymentError `validation` with the path that the provider refuses, `lines-sum`, or
 *   `unsupported-by-provider` for a plan that the account cannot keep.
 */
export function factsOf(
  body: CreateBody,
  account: ProviderAccount,
  surroundings: CreateSurroundings,
): PaymentFacts {
  const { id, amount, authorization, order, metadata } = body;
  const capabilities = account.capabilities({
    currency: amount.currency,
    amount: amount.value,
    authorization: 'adopt' in authorization ? { adopt: authorization.adopt.reference } : authorization,
  });
  if ('path' in capabilities)
    throw new PaymentError('validation', capabilities.message, { path: capabilities.path });
  if ('request' in authorization) {
    const { value, currency } = amount;
    const call = {
      account: account.name,
      payment: id,
      operation: 'authorization',
      attempt: 1,
      amount: value,
      currency,
      // The real one is allocated just before the call.
      ...(capabilities.allocates === null ? {} : { allocated: '1' }),
    };
    const refused = account.check({ ...call, action: 'authorise', request: authorization.request });
    if (refused !== null) throw new PaymentError('validation', refused.message, { path: refused.path });
  }
  // An order ships in parts: where the provider takes one capture only, its shipments are collected for it.
  const collects = surroundings.orderWorkflow !== undefined && capabilities.maxCaptures === 1;
  const usual: Plan = collects ? { captures: 'collect', onDeadline: 'capture' } : DEFAULT_PLAN;
  const plan = { ...usual, ...body.plan };
  if (!capabilities.plans.includes(plan.captures)) {
    throw new PaymentError('unsupported-by-provider', `captures: ${plan.captures} is not offered here`, {
      rule: 'plan',
    });
  }
  if (order?.lines !== undefined) {
    const fault = checkLines(order.lines, amount.value, amount.currency);
    if (fault !== null) throw new PaymentError(fault.code, fault.message, { path: `order.${fault.path}` });
  }
  return {
    id,
    account: account.name,
    provider: account.provider,
    amount: amount.value,
    currency: amount.currency,
    capabilities,
    plan,
    authorization,
    ...(order === undefined ? {} : { order }),
    ...(metadata === undefined ? {} : { metadata }),
    reference: account.referenceOf(id, 'authorization'),
    ...('adopt' in authorization ? { holdKey: account.holdKey(authorization.adopt.reference) } : {}),
    ...surroundings,
  };
}
