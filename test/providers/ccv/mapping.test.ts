/** Rule: an answer becomes what it certainly says, and unknown where it says nothing certain; the mapping is total. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProviderCall } from '../../../payment/call.ts';
import type { CallResult } from '../../../payment/outcome.ts';
import { OUTCOMES } from '../../../payment/outcome.ts';
import { type RawAnswer, type Reading, resultOf } from '../../../providers/ccv/mapping.ts';
import { holdKeyOf } from '../../../providers/ccv/reference.ts';
import { STATUSES } from '../../../providers/ccv/statuses.ts';
import { authorise, capture, REFERENCE, release } from './calls.ts';

const raw = (body: string | object, change: Partial<RawAnswer> = {}): RawAnswer => ({
  status: 200,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  framed: true,
  ...change,
});

const result = (
  call: ProviderCall,
  body: string | object,
  change: Partial<RawAnswer> = {},
  reading: Partial<Reading> = {},
): CallResult => resultOf(call, raw(body, change), { exponent: 2, approvedAmount: 'answered', ...reading });

const pair = { authReference: REFERENCE, authReferenceVersion: '1' };
const approvedAnswer = { status: 'SUCCESS', amount: '50.00', currency: 'EUR', ...pair };

/** What a sealed text of a result holds. */
const sealedIn = ({ sealed }: CallResult): unknown => JSON.parse(sealed ?? 'null');

describe('statuses', () => {
  const cases: readonly [string, string, string][] = [
    ['SUCCESS', 'approved', ''],
    ['Success', 'approved', ''],
    ['FAILURE', 'declined', 'FAILURE'],
    ['ABORTED', 'declined', 'ABORTED'],
    ['UNKNOWN_CARD', 'declined', 'UNKNOWN_CARD'],
    ['UnknownCard', 'declined', 'UnknownCard'],
    ['BUSY', 'not_performed', 'busy'],
    ['LOGGED_OUT', 'not_performed', 'logged-out'],
    ['Loggedout', 'not_performed', 'logged-out'],
    ['DEVICE_UNAVAILABLE', 'not_performed', 'device-unavailable'],
    ['FORMAT_ERROR', 'not_performed', 'format-error'],
    ['PARSING_ERROR', 'not_performed', 'parsing-error'],
    ['VALIDATION_ERROR', 'not_performed', 'validation-error'],
    ['MISSING_MANDATORY_DATA', 'not_performed', 'missing-mandatory-data'],
    ['TIMED_OUT', 'unknown', 'timed-out'],
    ['TimedOut', 'unknown', 'timed-out'],
    ['COMMUNICATION_ERROR', 'unknown', 'communication-error'],
    ['PARTIAL_FAILURE', 'unknown', 'partial-failure'],
    ['TICKET_PENDING', 'unknown', 'status-not-listed'],
    ['OK', 'unknown', 'status-not-listed'],
    ['constructor', 'unknown', 'status-not-listed'],
    ['success ', 'unknown', 'no-status'],
  ];

  test.each(cases)('%s to a capture is %s', (status, outcome, detail) => {
    const got = result(capture({ allocated: '42' }), { status });
    expect(got).toMatchObject({ outcome, keys: { requestId: '42' } });
    if (got.outcome === 'declined') {
      expect(got).toMatchObject({
        firstOnly: true,
        decline: { code: detail, hold: 'stands', again: 'later' },
      });
    } else if (got.outcome !== 'approved') expect(got).toMatchObject({ reason: detail });
  });

  test('the table has every result of OPI', () => {
    const said = new Set(cases.map(([status]) => status.toUpperCase().replaceAll('_', '')));
    expect(Object.keys(STATUSES).filter((name) => !said.has(name))).toEqual([]);
    expect(Object.keys(STATUSES)).toHaveLength(14);
  });

  test('only a terminal that will be ready is waited for, and nothing of it settles an earlier attempt', () => {
    for (const status of ['BUSY', 'LOGGED_OUT', 'DEVICE_UNAVAILABLE'])
      for (const call of [capture(), release()])
        expect(result(call, { status })).toMatchObject({ busy: true, firstOnly: true });
    for (const status of ['FORMAT_ERROR', 'PARSING_ERROR', 'VALIDATION_ERROR', 'MISSING_MANDATORY_DATA']) {
      expect(result(capture(), { status })).toMatchObject({ firstOnly: true });
      expect(result(capture(), { status })).not.toHaveProperty('busy');
    }
  });

  test('no authorisation waits for a terminal: another cardholder could stand there by then', () => {
    for (const status of ['BUSY', 'LOGGED_OUT', 'DEVICE_UNAVAILABLE']) {
      expect(result(authorise(), { status })).toMatchObject({ outcome: 'not_performed', firstOnly: true });
      expect(result(authorise(), { status })).not.toHaveProperty('busy');
    }
  });

  test('a refused authorisation is for the customer to mend', () => {
    expect(result(authorise(), { status: 'UNKNOWN_CARD', message: 'Card unknown' })).toMatchObject({
      outcome: 'declined',
      decline: { code: 'UNKNOWN_CARD', message: 'Card unknown', again: 'customer' },
    });
  });

  test('a refusal that hands out a hold is unknown, and the hold is kept', () => {
    for (const status of ['FAILURE', 'BUSY'])
      expect(result(authorise(), { ...approvedAnswer, status })).toMatchObject({
        outcome: 'unknown',
        reason: 'refused-with-reference',
        hold: pair,
      });
  });
});

describe('authorisation', () => {
  test('is held for the answered amount, and its reference is sealed', () => {
    const got = result(authorise(), { ...approvedAnswer, card: 'ECMC', stan: '77', timestamp: 't' });
    expect(got).toMatchObject({
      outcome: 'approved',
      booked: 5_000,
      hold: pair,
      providerReference: holdKeyOf(REFERENCE),
      facts: { card: 'ECMC', stan: '77', timestamp: 't' },
    });
    expect(sealedIn(got)).toEqual({ authReference: REFERENCE });
    expect(JSON.stringify(got.facts)).not.toContain(REFERENCE);
  });

  test.each([
    ['"39.75"', 3_975],
    ['39.75', 3_975],
    ['39.7', 3_970],
    ['39', 3_900],
    ['0.00', 0],
    ['50.00', 5_000],
  ])('approved for %s', (amount, booked) => {
    expect(
      result(
        authorise(),
        `{"status":"SUCCESS","amount":${amount},"authReference":"x","authReferenceVersion":"1"}`,
      ),
    ).toMatchObject({ outcome: 'approved', booked });
  });

  test.each(['"39.750"', '39.750', '"39,75"', '"1e2"', '1e2', '{}', '""', 'true'])(
    '%s is no amount',
    (amount) => {
      expect(
        result(
          authorise(),
          `{"status":"SUCCESS","amount":${amount},"authReference":"x","authReferenceVersion":"1"}`,
        ),
      ).toMatchObject({ outcome: 'unknown', reason: 'amount-unreadable', hold: { authReference: 'x' } });
    },
  );

  test('more than was asked is unknown, with what was answered', () => {
    expect(result(authorise(), { ...approvedAnswer, amount: '50.01' })).toMatchObject({
      outcome: 'unknown',
      reason: 'amount-differs',
      answered: 5_001,
      hold: pair,
    });
    expect(result(authorise(), { ...approvedAnswer, amount: '-1.00' })).toMatchObject({ outcome: 'unknown' });
  });

  test('without an amount it is unknown, unless the account says that all was approved', () => {
    const { amount: _amount, ...bare } = approvedAnswer;
    expect(result(authorise(), bare)).toMatchObject({
      outcome: 'unknown',
      reason: 'amount-missing',
      hold: pair,
    });
    expect(result(authorise(), bare, {}, { approvedAmount: 'asked' })).toMatchObject({
      outcome: 'approved',
      booked: 5_000,
    });
  });

  test.each([
    { authReference: REFERENCE },
    { authReferenceVersion: '1' },
    { ...pair, authReference: '' },
    { ...pair, authReference: 7 },
    { ...pair, authReferenceVersion: '' },
    { ...pair, authReferenceVersion: null },
  ])('without a pair it is unknown (%#)', (given) => {
    const got = result(authorise(), { status: 'SUCCESS', amount: '50.00', ...given });
    expect(got).toMatchObject({ outcome: 'unknown', reason: 'reference-missing' });
    expect(got).not.toHaveProperty('hold');
  });

  test('a version that is a number stays one, where it can be written as it came', () => {
    const answer = (version: string): string =>
      `{"status":"SUCCESS","amount":"50.00","authReference":"x","authReferenceVersion":${version}}`;
    expect(result(authorise(), answer('2'))).toMatchObject({
      outcome: 'approved',
      hold: { authReferenceVersion: 2 },
    });
    for (const version of ['2.0', '2e0', '1.5', '9007199254740993'])
      expect(result(authorise(), answer(version))).toMatchObject({ reason: 'reference-missing' });
  });

  test('decimals are those of the currency', () => {
    const yen = authorise({ currency: 'JPY', amount: 5_000 });
    expect(
      result(yen, { ...approvedAnswer, currency: 'JPY', amount: '5000' }, {}, { exponent: 0 }),
    ).toMatchObject({
      booked: 5_000,
    });
    expect(
      result(yen, { ...approvedAnswer, currency: 'JPY', amount: '5000.00' }, {}, { exponent: 0 }),
    ).toMatchObject({ outcome: 'unknown', reason: 'amount-unreadable' });
  });
});

describe('capture and void', () => {
  test('the answer of the seed, its receipts kept under seal', () => {
    const receipt = '[ "Kopie Kaarthouder", "", "******* PAS OP: TEST SYSTEEM *******", "..."]';
    const eJournal = '<?xml version="1.0"?>\n<E-Journal>\n...</E-Journal>';
    const got = result(capture(), {
      status: 'SUCCESS',
      customerReceipt: receipt,
      journalReceipt: receipt,
      eJournal,
    });
    expect(got).toMatchObject({
      outcome: 'approved',
      facts: { customerReceipt: '4 lines', journalReceipt: '4 lines', eJournal: 'xml', testSystem: 'yes' },
    });
    expect(got).not.toHaveProperty('booked');
    expect(sealedIn(got)).toEqual({ customerReceipt: receipt, journalReceipt: receipt, eJournal });
    expect(JSON.stringify({ ...got, sealed: '' })).not.toContain('Kaarthouder');
  });

  const printed =
    '{ "status": "SUCCESS", "customerReceipt": "[ \\"Kopie Kaarthouder\\", \\"\\", "..."]", "journalReceipt": "[ \\"Kopie Merchant\\", "..."]", "eJournal": "<?xml version=\\"1.0\\"?>\\n<E-Journal>\\n...</E-Journal>" }';

  test('the answer as the seed prints it, whose receipts break the JSON around them', () => {
    expect(() => void JSON.parse(printed)).toThrow(SyntaxError);
    const got = result(capture(), printed);
    expect(got).toMatchObject({ outcome: 'approved', facts: { answer: 'only the status could be read' } });
    expect(sealedIn(got)).toEqual({ answer: printed });
    expect(result(capture(), printed.replace('SUCCESS', 'FAILURE'))).toMatchObject({ outcome: 'declined' });
    expect(result(authorise(), printed)).toMatchObject({ outcome: 'unknown', reason: 'reference-missing' });
  });

  test.each([
    ['may be cut', printed, false],
    ['is cut', printed.slice(0, -1), true],
    ['names a second status', printed.replace('"eJournal"', '"status": "FAILURE", "eJournal"'), true],
    ['names a second status in a receipt', printed.replace('Kopie Merchant', '\\"status\\"'), true],
    ['names an amount', printed.replace('"eJournal"', '"amount": "1.00", "eJournal"'), true],
    ['begins otherwise', printed.replace('"customerReceipt"', '"x"'), true],
  ])('a broken answer that %s is unknown', (_name, text, framed) => {
    expect(result(capture(), text, { framed })).toMatchObject({ outcome: 'unknown', reason: 'not-json' });
  });

  test('an amount that is not the asked one keeps it unknown', () => {
    expect(result(capture(), { status: 'SUCCESS', amount: '25.00' }).outcome).toBe('approved');
    expect(result(capture(), { status: 'SUCCESS', amount: '24.99' })).toMatchObject({
      outcome: 'unknown',
      reason: 'amount-differs',
      answered: 2_499,
    });
    expect(result(release(), { status: 'SUCCESS', amount: 0 }).outcome).toBe('approved');
    expect(result(release(), { status: 'SUCCESS', amount: '50.00' })).toMatchObject({ answered: 5_000 });
    expect(result(capture(), { status: 'SUCCESS', currency: 'USD' })).toMatchObject({
      outcome: 'unknown',
      reason: 'currency-differs',
    });
  });

  test('another requestId in the answer is noted and no reason to doubt', () => {
    const got = result(capture({ allocated: '123456' }), { status: 'SUCCESS', requestId: '1601951231' });
    expect(got).toMatchObject({
      outcome: 'approved',
      keys: { requestId: '123456' },
      facts: { answeredRequestId: '1601951231' },
    });
    expect(result(capture({ allocated: '7' }), { status: 'SUCCESS', requestId: 7 }).facts).toEqual({});
  });
});

describe('what is no answer', () => {
  test.each([
    ['empty-answer', ''],
    ['empty-answer', ' \n'],
    ['not-json', '<html>"status":"SUCCESS"</html>'],
    ['not-json', '{"status":"SUCCESS"'],
    ['not-an-object', '["SUCCESS"]'],
    ['not-an-object', 'null'],
    ['not-an-object', '"SUCCESS"'],
    ['no-status', '{}'],
    ['no-status', '{"status":true}'],
    ['no-status', '{"Status":"SUCCESS"}'],
    ['conflicting-members', '{"status":"FAILURE","status":"SUCCESS"}'],
    ['conflicting-members', '{"status":"SUCCESS","amount":25.00,"amount":"25.00"}'],
  ])('%s: %s', (reason, body) => {
    expect(result(capture(), body)).toMatchObject({ outcome: 'unknown', reason });
  });

  test('a member that is repeated word for word', () => {
    expect(result(capture(), '{"status":"SUCCESS","x":{"status":1},"status":"SUCCESS"}').outcome).toBe(
      'approved',
    );
  });

  test('bytes that are no text', () => {
    const body = Buffer.from('{"status":"SUCCESS","x":"\xff"}', 'latin1');
    expect(result(capture(), '', { body })).toMatchObject({ outcome: 'unknown', reason: 'not-utf8' });
  });

  test.each([201, 204, 301, 400, 404, 500, 503])('HTTP %i says nothing, whatever the body', (status) => {
    for (const said of ['SUCCESS', 'FAILURE', 'BUSY'])
      expect(result(capture(), { status: said }, { status })).toMatchObject({
        outcome: 'unknown',
        reason: 'http-status',
        message: `HTTP ${status}`,
      });
  });

  test('the text that may hold the only copy of a reference is kept under seal', () => {
    const cut = JSON.stringify(approvedAnswer).slice(0, -3);
    const got = result(authorise(), cut);
    expect(got).toMatchObject({ outcome: 'unknown', reason: 'not-json' });
    expect(sealedIn(got)).toEqual({ answer: cut });
  });
});

test('a card number is masked in everything that is kept', () => {
  const number = '4111 1111 1111 1111';
  const got = result(capture(), {
    status: 'SUCCESS',
    message: `card ${number}`,
    customerReceipt: JSON.stringify([number]),
    eJournal: `<E-Journal><Card>4111111111111111</Card></E-Journal>`,
  });
  expect(got.outcome).toBe('approved');
  expect(JSON.stringify(got)).not.toMatch(/4111 ?1111/);
  const whole = result(capture(), `{"status":"SUCCESS","message":"${number}"`);
  expect(JSON.stringify(whole)).not.toMatch(/4111 ?1111/);
});

test('a reference is never changed, not even where it looks like a card number', () => {
  const authReference = '4111111111111111';
  expect(result(authorise(), { ...approvedAnswer, authReference })).toMatchObject({
    hold: { authReference },
  });
});

test('any bytes and any members give one of the five outcomes, and approved only for a status of success', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('SUCCESS', '50.00', 'EUR', REFERENCE, 1, null));
  const members = fc.dictionary(
    fc.constantFrom(
      'status',
      'amount',
      'currency',
      'authReference',
      'authReferenceVersion',
      'customerReceipt',
      'eJournal',
      'requestId',
      '__proto__',
    ),
    value,
  );
  const body = fc.oneof(
    members.map((given) => Buffer.from(JSON.stringify(given))),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc.string().map((text) => Buffer.from(text)),
  );
  const calls = fc.constantFrom<ProviderCall>(authorise(), capture(), release());
  fc.assert(
    fc.property(calls, body, fc.constantFrom(200, 201, 500), (call, bytes, status) => {
      const got = result(call, '', { body: bytes, status });
      expect(OUTCOMES).toContain(got.outcome);
      if (got.outcome === 'approved')
        expect(JSON.parse(bytes.toString('utf8'))).toMatchObject({ status: 'SUCCESS' });
    }),
    { numRuns: 2_000 },
  );
});
