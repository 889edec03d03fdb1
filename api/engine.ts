import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from '../payment/command.ts';
import type { AnyOperationView } from '../machines/view.ts';
import { bodyHash } from '../temporal/body-hash.ts';
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
    create(body, by, patience) {
      const asked = async () => {
        await client.create(body, { by });
        return afterwards(() => client.get(body.id));
      };
      return within(asked(), patience, async () => {
        const bound = await client.creation(body.id);
        return bound?.hash === bodyHash(body) ? client.get(body.id) : null;
      });
    },
    command(payment, command, by, patience) {
      const asked = async (): Promise<AnyOperationView | null> => {
        const { receipt } = await client.command(payment, command, { by, role: roleOf(command, speaks) });
        const { operation } = receipt;
        if (operation === null || operation === 'authorization') return null;
        return afterwards(() => client.operation(payment, operation));
      };
      return within(asked(), patience, async () => {
        const bound = await client.receipt(payment, command.id);
        return bound?.hash === bodyHash(command) ? client.operation(payment, command.id) : null;
      });
    },
    get: (payment) => client.get(payment),
    ledger: (payment) => client.ledger(payment),
    explain: (payment, command) => client.explain(payment, command),
    list: (query) => client.list(query),
  };
}

/** Milliseconds between two looks at whether a command was taken in. */
const LOOK_AGAIN = 200;

/**
 * The answer, or once the patience has ended what stands of a command that was taken in. Until it is known to be taken
 * in nothing is answered: a refusal, another body under the same id and a payment that does not answer are still to come.
 */
async function within<T>(
  answer: Promise<T>,
  patience: number | undefined,
  standing: () => Promise<T | null>,
): Promise<T> {
  if (patience === undefined) return answer;
  const ended = new AbortController();
  const done = answer.then(
    () => true,
    () => true,
  );
  try {
    for (let pause = patience; ; pause = LOOK_AGAIN) {
      const waited = delay(pause, false, { signal: ended.signal }).catch(() => true);
      if (await Promise.race([done, waited])) return await answer;
      const stands = await standing().catch(() => null);
      if (stands !== null) return stands;
    }
  } finally {
    ended.abort();
  }
}

/** What only an operator may say is said as one, whoever carries it. */
const roleOf = (command: Command, speaks: Asker['role']): Asker['role'] =>
  command.type === 'resolve' || ('override' in command && command.override === true) ? 'operator' : speaks;

async function afterwards<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const message = 'the payment took this in, and its answer could not be read; ask again with the same id';
    throw new PaymentError('unavailable', message, { outcome: 'applied', retryable: true, cause });
  }
}
