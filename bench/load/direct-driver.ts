import type { PaymentClient } from '../../temporal/client.ts';
import { PaymentError } from '../../temporal/payment-error.ts';
import type { Driver, Reply } from './driver.ts';

type Done = Extract<Reply, { kind: 'done' }>;

/** Temporal's own client with nothing in between: what the HTTP edge is measured against. */
export function directDriver(payments: PaymentClient): Driver {
  const ask = async (run: () => Promise<Omit<Done, 'kind'>>): Promise<Reply> => {
    try {
      return { kind: 'done', ...(await run()) };
    } catch (error) {
      if (!(error instanceof PaymentError)) throw error;
      const why = `${error.code}: ${error.message}`;
      if (error.code === 'too-many-requests') return { kind: 'later', after: 1_000 };
      return error.code === 'unavailable' ? { kind: 'lost', why } : { kind: 'refused', why };
    }
  };
  const by = 'load';
  return {
    create: (body) =>
      ask(async () => {
        const { receipt } = await payments.create(body, { by });
        return { state: receipt.state === 'approved' ? 'authorized' : (receipt.state ?? '') };
      }),
    capture: (payment, command) =>
      ask(async () => {
        const { receipt } = await payments.command(payment, command, { by, role: 'caller' });
        return { state: receipt.state ?? '' };
      }),
    read: (payment) =>
      ask(async () => {
        const { status, amounts } = await payments.get(payment);
        return { state: status, captured: amounts.captured.value };
      }),
  };
}
