import type { PaymentFacts } from '../machines/core-state.ts';
import { capabilitiesOf, DAY, HOUR, MINUTE } from './capabilities.ts';
import type { Life } from './life.ts';
import { modelOf } from './models.ts';
import type { Setting } from './setting.ts';

/** When every life begins, milliseconds since the epoch: 2026-01-05T09:00:00Z. */
export const BEGIN = 1_767_603_600_000;

/** Our own reference of a life's authorisation. */
export const referenceOf = (life: Life): string => `s${life.seed}`;

/** The creation of a life's payment, as the edge would hand it to the core. */
export function factsOf(life: Life): PaymentFacts {
  const { setting } = life;
  const reference = referenceOf(life);
  const { hold, holdKey } = modelOf(setting, reference);
  return {
    id: `life-${life.seed}`,
    account: `${setting.provider}-sim`,
    provider: setting.provider,
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
        ? { request: { method: methodOf(setting) } }
        : {
            adopt: {
              reference:
                setting.provider === 'payone'
                  ? { ...hold, sequenceNumber: setting.adopted, captured: 0 }
                  : hold,
              authorizedAt: new Date(BEGIN - ageOf(setting)).toISOString(),
            },
          },
    reference,
    ...(setting.adopted === null ? {} : { holdKey }),
    orderWorkflow: 'order',
    hash: 'created',
    by: 'sim',
  };
}

function methodOf(setting: Setting): string {
  switch (setting.provider) {
    case 'payone':
      return setting.clearing;
    case 'swedbankpay':
      return 'creditcard';
    case 'ccv':
      return 'terminal';
    case 'paymentoptions':
      return 'adopted';
    case 'finline':
      return setting.mode;
  }
}

/** How long an adopted hold stands already. */
function ageOf(setting: Setting): number {
  if (setting.provider !== 'ccv') return DAY / 24;
  return setting.validity > HOUR ? HOUR : MINUTE;
}
