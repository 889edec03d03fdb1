/** Rule: a command that was taken in is never reported as one that was not, also when its answer cannot be read (agreement, section 6). */
import { describe, expect, it } from 'vitest';
import { enginePayments } from '../../api/engine.ts';
import { problemOf } from '../../api/problem.ts';
import type { Command } from '../../payment/command.ts';
import type { Asker, PaymentClient } from '../../temporal/client.ts';
import { PaymentError } from '../../temporal/payment-error.ts';

/** A client whose writes go through and whose reads do not. */
function writesOnly(asked: Asker[] = []): PaymentClient {
  const unread = async () => {
    throw new PaymentError('unavailable', 'no worker', { outcome: 'none', retryable: true });
  };
  const receipt = { receipt: { operation: 'c-1' }, repeated: false };
  const client: Pick<Record<keyof PaymentClient, unknown>, 'create' | 'command' | 'get' | 'operation'> = {
    create: async () => receipt,
    command: async (_payment: string, _command: Command, asker: Asker) => {
      asked.push(asker);
      return receipt;
    },
    get: unread,
    operation: unread,
  };
  return client as unknown as PaymentClient;
}

const capture: Command = { type: 'capture', id: 'c-1' };

describe('enginePayments', () => {
  it('says applied where the answer of a command or a creation cannot be read', async () => {
    const payments = enginePayments(writesOnly(), 'caller');
    const body = {
      id: 'o-1',
      account: 'a',
      amount: { value: 1, currency: 'EUR' },
      authorization: { request: { method: 'cc' } },
    };
    for (const asking of [payments.command('o-1', capture, 'shop'), payments.create(body, 'shop')]) {
      const error: unknown = await asking.catch((reason: unknown) => reason);
      expect(problemOf(error).problem).toMatchObject({
        status: 503,
        code: 'unavailable',
        outcome: 'applied',
        retryable: true,
      });
    }
  });

  it('lets a resolution be an operator’s whoever carries it', async () => {
    const asked: Asker[] = [];
    const payments = enginePayments(writesOnly(asked), 'caller');
    const word = { lock: 'lifted' } as const;
    await payments.command('o-1', capture, 'shop').catch(() => undefined);
    await payments
      .command('o-1', { type: 'resolve', id: 's-1', word, evidence: 'seen', by: 'kim' }, 'shop')
      .catch(() => undefined);
    expect(asked.map(({ role }) => role)).toEqual(['caller', 'operator']);
  });
});
