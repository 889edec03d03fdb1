/** Rule: every release has one of the seed's reasons, and NO_ERROR is none of them (provider notes 1.5). */
import { expect, test } from 'vitest';
import { cancellationCodeOf, REASON_CODES } from '../../../providers/ccv/reasons.ts';

test.each([
  ['customer cancelled', 'CLIENT_DID_NOT_TAKE_PRODUCT_IN_TIME'],
  ['not-taken', 'CLIENT_DID_NOT_TAKE_PRODUCT_IN_TIME'],
  ['Nothing_Delivered', 'AMOUNT_ZERO_OR_NO_VOLUME'],
  ['back office  silent', 'DISPENSER_BACK_OFFICE_SYSTEM_NOT_RESPONDING_TO_REQUEST'],
  ['back-office-failure', 'DISPENSER_BACK_OFFICE_SYSTEM_INTERNAL_FAILURE'],
  ['approved too little', 'AVAILABLE_FUNDS_TOO_SMALL_TO_DELIVER'],
  ['wrong product', 'WRONG_PRODUCT'],
  ['deadline', 'UNEXPECTED_OPERATION_RESULT'],
  ['the cable was broken', 'UNEXPECTED_OPERATION_RESULT'],
  ['toString', 'UNEXPECTED_OPERATION_RESULT'],
  ['', 'UNEXPECTED_OPERATION_RESULT'],
  [undefined, 'UNEXPECTED_OPERATION_RESULT'],
])('%j', (reason, code) => {
  expect(cancellationCodeOf(reason)).toBe(code);
});

test('a code of the seed is taken as it is, but for NO_ERROR', () => {
  for (const code of REASON_CODES) expect(cancellationCodeOf(code)).toBe(code === 'NO_ERROR' ? null : code);
  expect(REASON_CODES).toHaveLength(8);
});
