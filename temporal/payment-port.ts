import type { Client } from '@temporalio/client';
import type { PaymentPort, PortAnswer } from '../activities/command-activities.ts';
import type { Answer, PaymentClient } from './client.ts';
import type { CreateBody } from './create-body.ts';
import { deliverNotice, keepNotice } from './notice-routing.ts';
import { PaymentError } from './payment-error.ts';

/** How activities reach payments: through the same client as the edges, under the name of the order side. */
export function paymentPort(payments: PaymentClient, client: Client, by = 'fulfilment'): PaymentPort {
  return {
    create: async ({ payment, body, orderWorkflow }) => {
      const answer = await answered(
        payments.create({ ...body, id: payment } as unknown as CreateBody, {
          by,
          ...(orderWorkflow === undefined ? {} : { orderWorkflow }),
        }),
      );
      if ('refused' in answer) return answer;
      const { plan } = await payments.get(payment);
      return { ...answer, captures: plan.captures };
    },
    command: ({ payment, command }) => answered(payments.command(payment, command, { by, role: 'caller' })),
    deliverNotice: (input) => deliverNotice(client, input),
    keepNotice: (input) => keepNotice(client, payments.taskQueue, input),
  };
}

/** A refusal is an answer; what may be tried again under the same id is thrown, and the activity's retries try it. */
async function answered(asking: Promise<Answer>): Promise<PortAnswer> {
  try {
    const { receipt, unanswered } = await asking;
    return { answered: receipt, ended: unanswered !== true };
  } catch (error) {
    if (!(error instanceof PaymentError) || error.retryable) throw error;
    return { refused: { code: error.code, rule: error.rule, message: error.message } };
  }
}
