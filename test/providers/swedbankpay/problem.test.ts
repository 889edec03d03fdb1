/** Rule: only the tail of a problem's type is compared, a 5xx settles nothing, and what is not listed says nothing. */
import { describe, expect, test } from 'vitest';
import { hintsAtDuplicate, meaningOf, PROBLEMS, tailOf } from '../../../providers/swedbankpay/problem.ts';

test('hosts, resources, case and underscores do not matter', () => {
  for (const type of [
    'https://api.payex.com/psp/errordetail/creditcard/acquirerinsufficientfunds',
    'https://api.externalintegration.payex.com/psp/errordetail/paymentorders/acquirerinsufficientfunds/',
    'https://api.payex.com/psp/errordetail/vipps/acquirer_insufficient_funds',
    'AcquirerInsufficientFunds',
  ]) {
    expect(meaningOf(type, 403)).toMatchObject({ class: 'P', again: 'no', hold: 'stands' });
  }
});

test('every tail stands once', () => {
  const tails = PROBLEMS.flatMap((row) => row.tails.split(' '));
  expect(new Set(tails).size).toBe(tails.length);
  for (const tail of tails) expect(tailOf(`x/${tail}`)).toBe(tail);
});

describe('classes by the notes', () => {
  test.each([
    ['inputerror', 400, 'P', 'no', true],
    ['configurationerror', 403, 'C', 'config', true],
    ['forbidden', 403, 'P', 'no', true],
    ['notfound', 404, 'R', 'later', true],
    ['paymentorders/paymenttokeninactive', 422, 'P', 'no', false],
    ['creditcard/3dsecurerequired', 403, 'P', 'customer', false],
    ['creditcard/frauddetected', 403, 'P', 'no', false],
    ['creditcard/velocitycheck', 429, 'P', 'later', false],
    ['creditcard/3dsecureerror', 400, 'R', 'later', true],
    ['creditcard/badrequest', 400, 'R', 'later', true],
    ['creditcard/cardblacklisted', 400, 'P', 'no', false],
    ['creditcard/acquirererror', 403, 'P', 'no', false],
    ['creditcard/acquirererrordonotretry', 403, 'P', 'no', false],
    ['creditcard/dailylimitexceeded', 403, 'P', 'later', false],
    ['creditaccount/INVALIDAMOUNT', 400, 'P', 'no', true],
    ['creditaccount/IDENTIFIERALREADYINUSE', 403, 'D', 'no', true],
    ['creditaccount/CREDITNOTAPPROVED', 403, 'P', 'no', false],
    ['creditaccount/UNKNOWN', 403, 'U', 'later', true],
    ['vipps/vipps_declined', 400, 'P', 'no', false],
    ['vipps/card_blacklisted', 400, 'P', 'no', false],
  ])('%s %i is %s', (tail, status, kind, again, firstOnly) => {
    expect(meaningOf(`https://api.payex.com/psp/errordetail/${tail}`, status)).toMatchObject({
      class: kind,
      again,
      firstOnly,
    });
  });

  test.each([
    ['systemerror', 500],
    ['creditcard/internalservererror', 500],
    ['creditcard/acquirergatewayerror', 502],
    ['creditcard/badgateway', 502],
    ['creditcard/acquirergatewaytimeout', 504],
    ['vipps/bad_request', 500],
    ['invoice/ERROR', 502],
    ['trustly/systemerror', 502],
    ['creditcard/carddeclined', 502],
  ])('%s %i settles nothing', (tail, status) => {
    expect(meaningOf(tail, status)).toMatchObject({ class: 'U' });
  });

  test('an expired authorisation takes the hold with it', () => {
    expect(meaningOf('creditaccount/AUTHORIZATIONEXPIRED', 403)).toMatchObject({ hold: 'gone' });
  });

  test('what is not listed has no meaning', () => {
    expect(meaningOf('creditcard/somethingnew', 403)).toBeNull();
    expect(meaningOf('creditcard/somethingnew', 500)).toBeNull();
    expect(meaningOf('', 400)).toBeNull();
    expect(meaningOf('constructor', 400)).toBeNull();
  });
});

test('a refusal that names the reference may be our own trace', () => {
  expect(hintsAtDuplicate('Transaction.PayeeReference: must be unique', 1)).toBe(true);
  expect(hintsAtDuplicate('The payeeReference already exists', 1)).toBe(true);
  expect(hintsAtDuplicate('Transaction.PayeeReference: not in the format', 1)).toBe(false);
  expect(hintsAtDuplicate('Transaction.PayeeReference: not in the format', 2)).toBe(true);
  expect(hintsAtDuplicate('Transaction.Amount: must be unique', 2)).toBe(false);
});
