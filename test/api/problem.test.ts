/** Rule: a refusal names the field of the request that it means, as the caller wrote it. */
import { expect, it } from 'vitest';
import { invalid, problemOf } from '../../api/problem.ts';
import { HELD_AMOUNT } from '../../temporal/hold-check.ts';
import { PaymentError } from '../../temporal/payment-error.ts';

it('names the whole amount where the provider holds another, with both figures', () => {
  const refused = new PaymentError('validation', 'is 9000, and the provider holds 10000', {
    path: 'amount',
    rule: HELD_AMOUNT,
    figures: { asked: 9_000, held: 10_000 },
  });
  expect(problemOf(refused).problem).toMatchObject({
    status: 400,
    code: 'validation',
    outcome: 'none',
    retryable: false,
    figures: { asked: 9_000, held: 10_000 },
    errors: [{ path: 'amount' }],
  });
});

it('names the number of an amount that a provider cannot take', () => {
  const refused = new PaymentError('validation', 'is too large', { path: 'amount' });
  expect(problemOf(refused).problem).toMatchObject({ status: 400, errors: [{ path: 'amount.value' }] });
});

it('repeats no card number, whatever the field or the id was called', () => {
  const { message, problem } = invalid('metadata.4111111111111111', 'no payment 5500 0000 0000 0004');
  expect(`${message} ${JSON.stringify(problem)}`).not.toMatch(/4111|5500/);
  expect(problem.errors).toEqual([{ path: 'metadata.[card]', message: 'no payment [card]' }]);
});
