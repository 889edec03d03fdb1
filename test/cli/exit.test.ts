/** Rule: 0 done, planned or pending · 1 refused, declined or failed check · 2 wrong use · 3 unreachable · 7 outcome unknown. */
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../api/problem.ts';
import { CheckFailed, exitOf, exitOfError, UnreachableError, UsageError } from '../../cli/exit.ts';
import { PaymentError } from '../../temporal/payment-error.ts';

describe('exitOf', () => {
  it.each([
    ['approved', 0],
    ['planned', 0],
    ['sent', 0],
    ['pending', 0],
    ['declined', 1],
    ['reversed', 1],
    ['not_performed', 1],
    ['unknown', 7],
  ] as const)('is for %s %i', (state, code) => {
    expect(exitOf(state)).toBe(code);
  });
});

describe('exitOfError', () => {
  it.each<[unknown, number]>([
    [new CommanderError(0, 'commander.help', ''), 0],
    [new CommanderError(1, 'commander.unknownOption', ''), 2],
    [new UsageError('x'), 2],
    [new ProblemError('validation'), 2],
    [new PaymentError('validation', 'x', { path: 'amount' }), 2],
    [new CheckFailed('x'), 1],
    [new PaymentError('not-found', 'x'), 1],
    [new PaymentError('amount-exceeds-capturable', 'x'), 1],
    [new PaymentError('idempotency-conflict', 'x'), 1],
    [new UnreachableError('x'), 3],
    [new PaymentError('unavailable', 'x', { outcome: 'none' }), 3],
    [new PaymentError('too-many-requests', 'x'), 3],
    [new PaymentError('unavailable', 'x', { outcome: 'unknown' }), 7],
    [new Error('defect'), 1],
  ])('is for %s %i', (error, code) => {
    expect(exitOfError(error)).toBe(code);
  });
});
