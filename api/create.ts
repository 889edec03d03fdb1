import type { CreateBody } from '../temporal/create-body.ts';
import type { CreateInput } from './body.ts';
import { present } from './command.ts';

/** The body that creates a payment, its id settled, absent fields absent. */
export function createOf(id: string, given: CreateInput): CreateBody {
  const { adopt, request } = given.authorization;
  const authorization = adopt === undefined ? { request: present(request ?? {}) } : { adopt: present(adopt) };
  const { account, amount, plan, order, metadata } = given;
  return present({
    id,
    account,
    amount,
    authorization,
    plan: plan === undefined ? undefined : present(plan),
    order: order === undefined ? undefined : present(order),
    metadata,
  }) as unknown as CreateBody;
}
