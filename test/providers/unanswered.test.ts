/** Rule: what did not leave is `not_performed` for this attempt only; what may have left and was not answered is `unknown`. */
import { expect, test } from 'vitest';
import { refusedBeforeSending, unanswered } from '../../providers/unanswered.ts';

test('a request that did not leave says nothing of an earlier attempt', () => {
  expect(unanswered({ sent: false, reason: 'refused-connection', message: 'no', tookMs: 1 })).toEqual({
    outcome: 'not_performed',
    reason: 'refused-connection',
    message: 'no',
    firstOnly: true,
  });
});

test('a request that may have left and was not answered is unknown', () => {
  expect(unanswered({ sent: true, lost: true, reason: 'timeout', message: 'late', tookMs: 1 })).toEqual({
    outcome: 'unknown',
    reason: 'timeout',
    message: 'late',
  });
});

test('a call that is refused before it is sent names the field', () => {
  expect(refusedBeforeSending({ path: 'amount', message: 'is 1 or more' })).toEqual({
    outcome: 'not_performed',
    reason: 'validation',
    message: 'amount: is 1 or more',
    firstOnly: true,
  });
});
