import type { Command } from '../payment/command.ts';
import type { AnyOperationView } from '../machines/view.ts';
import type { Asker, PaymentClient } from '../temporal/client.ts';
import { PaymentError } from '../temporal/payment-error.ts';
import type { Payments } from './payments.ts';

/**
 * The engine behind the edges. Answers are receipts of fixed size; the objects of the contract are read beside them,
 * and where that reading fails the caller hears that the command was taken in.
 *
 * @param speaks - what the callers of this edge are; a resolution is always an operator's.
 */
export function enginePayments(client: PaymentClient, speaks: Asker['role']): Payments {
  return {
    async create(body, by) {
      await client.create(body, { by });
      return afterwards(() => client.get(body.id));
    },
    async command(payment, command, by): Promise<AnyOperationView | null> {
      const { receipt } = await client.command(payment, command, { by, role: roleOf(command, speaks) });
      const { operation } = receipt;
      if (operation === null || operation === 'authorization') return null;
      return afterwards(() => client.operation(payment, operation));
    },
    get: (payment) => client.get(payment),
    ledger: (payment) => client.ledger(payment),
    explain: (payment, command) => client.explain(payment, command),
    list: (query) => client.list(query),
  };
}

const roleOf = (command: Command, speaks: Asker['role']): Asker['role'] =>
  command.type === 'resolve' ? 'operator' : speaks;

async function afterwards<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const message = 'the payment took this in, and its answer could not be read; ask again with the same id';
    throw new PaymentError('unavailable', message, { outcome: 'applied', retryable: true, cause });
  }
}
