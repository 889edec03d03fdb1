import type { PaymentFacts } from '../machines/core-state.ts';
import { capabilitiesOf, DAY } from './capabilities.ts';
import type { Life } from './life.ts';

/** When every life begins, milliseconds since the epoch: 2026-01-05T09:00:00Z. */
export const BEGIN = 1_767_603_600_000;

/** The creation of a life's payment, as the edge would hand it to the core. */
export function factsOf(life: Life): PaymentFacts {
  const { setting } = life;
  const reference = `s${life.seed}`;
  const hold = { txid: '770000001', clearingtype: setting.clearing };
  return {
    id: `life-${life.seed}`,
    account: 'payone-sim',
    provider: 'payone',
    amount: setting.amount,
    currency: setting.currency,
    capabilities: capabilitiesOf(setting),
    plan: {
      captures: setting.plan,
      onDeadline: setting.onDeadline,
      ...(setting.deadlineAfter === null
        ? {}
        : { deadline: new Date(BEGIN + setting.deadlineAfter).toISOString() }),
    },
    authorization:
      setting.adopted === null
        ? { request: { method: setting.clearing } }
        : {
            adopt: {
              reference: { ...hold, sequenceNumber: setting.adopted, captured: 0 },
              authorizedAt: new Date(BEGIN - DAY / 24).toISOString(),
            },
          },
    reference,
    ...(setting.adopted === null ? {} : { holdKey: hold.txid }),
    orderWorkflow: 'order',
    hash: 'created',
    by: 'sim',
  };
}
