/** Rule: an answer becomes exactly one of the five outcomes, and whatever is not PAYONE's own clear word becomes `unknown`. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { ProviderCall } from '../../../payment/call.ts';
import { ERROR_CODES } from '../../../providers/payone/error-codes.ts';
import { resultOf } from '../../../providers/payone/mapping.ts';
import { authorise, capture, everyCall, followUps, lines, refund, release, TXID } from './calls.ts';

const answered = (
  call: ProviderCall,
  body: string | Uint8Array,
  raw: { status?: number; framed?: boolean } = {},
) =>
  resultOf(call, {
    status: 200,
    framed: true,
    ...raw,
    body: typeof body === 'string' ? Buffer.from(body) : body,
  });
const error = (code: string | number, call: ProviderCall = capture()) =>
  answered(
    call,
    lines({ status: 'ERROR', errorcode: String(code), errormessage: 'No', customermessage: 'Sorry' }),
  );

describe('recorded answers', () => {
  test('the sample of the seed', () => {
    expect(
      answered(capture(), 'status=APPROVED\ntxid=917985802\nworkorderid=PP2ABD8L6FLVEEJG\nsettleaccount=yes'),
    ).toEqual({
      outcome: 'approved',
      providerReference: '917985802',
      keys: { txid: '917985802', sequencenumber: '1' },
      facts: { workorderid: 'PP2ABD8L6FLVEEJG', settleaccount: 'yes' },
    });
  });

  test('clearing, mandate and creditor fields are facts', () => {
    const facts = {
      clearing_bankaccountholder: 'PAYONE GmbH',
      clearing_bankcountry: 'DE',
      clearing_bankaccount: '0022520120',
      clearing_bankcode: '21070020',
      clearing_bankiban: 'DE87210700200022520120',
      clearing_bankbic: 'DEUTDEHH210',
      clearing_bankcity: 'Kiel',
      clearing_bankname: 'Deutsche Bank',
      clearing_legalnote: 'a=b&c=d',
      clearing_duedate: '20261201',
      clearing_reference: 'R-1',
      clearing_instructionnote: 'https://x.example/?a=b',
      mandate_identification: 'PO-1',
      mandate_dateofsignature: '20261121',
      creditor_identifier: 'DE16ZZZ',
      creditor_name: 'Händler',
      creditor_street: 'Weg 1',
      creditor_zip: '24103',
      creditor_city: 'Kiel',
      creditor_country: 'DE',
      creditor_email: 'a@b.example',
      clearing_date: '20261123',
      clearing_amount: '12000',
    };
    expect(answered(capture(), lines({ status: 'APPROVED', txid: TXID, ...facts }))).toMatchObject({
      outcome: 'approved',
      facts,
    });
  });

  test('CRLF and empty lines', () => {
    expect(answered(capture(), `status=APPROVED\r\ntxid=${TXID}\r\n\r\n`).outcome).toBe('approved');
  });

  test('PENDING', () => {
    for (const call of everyCall) {
      expect(
        answered(call, lines({ status: 'PENDING', txid: TXID, userid: '90737467', reasoncode: '903' })),
      ).toMatchObject({
        outcome: 'pending',
        providerReference: TXID,
        facts: { userid: '90737467', reasoncode: '903' },
      });
    }
  });

  test('REDIRECT answers an authorisation and nothing else', () => {
    const body = lines({
      status: 'REDIRECT',
      txid: TXID,
      redirecturl: 'https://secure.example/3ds?a=b&c==d',
    });
    expect(answered(authorise(), body)).toMatchObject({
      outcome: 'pending',
      providerReference: TXID,
      redirectUrl: 'https://secure.example/3ds?a=b&c==d',
    });
    for (const call of followUps)
      expect(answered(call, body)).toMatchObject({ outcome: 'unknown', reason: 'status-not-listed' });
    expect(
      answered(authorise(), lines({ status: 'REDIRECT', txid: TXID, redirecturl: 'javascript:1' })).outcome,
    ).toBe('unknown');
  });

  test('an authorisation learns its txid', () => {
    const result = answered(
      authorise(),
      lines({ status: 'APPROVED', txid: '205387102', userid: '90737467' }),
    );
    expect(result).toMatchObject({
      outcome: 'approved',
      providerReference: '205387102',
      keys: { reference: expect.stringMatching(/^[a-z2-7]{20}$/) },
    });
  });

  test('a decline carries code, message and what the customer may read', () => {
    expect(error(2)).toEqual({
      outcome: 'declined',
      decline: { code: '2', message: 'No', hold: 'stands', again: 'no' },
      facts: { customermessage: 'Sorry' },
      keys: { txid: TXID, sequencenumber: '1' },
    });
  });

  test('a card number in a message is masked', () => {
    const body = lines({
      status: 'ERROR',
      errorcode: '14',
      errormessage: 'card 4111111111111111 is invalid',
      customermessage: '4111 1111 1111 1111',
    });
    expect(JSON.stringify(answered(capture(), body))).not.toMatch(/4111/);
  });
});

describe('error codes', () => {
  const rows: [number[], Record<string, unknown>][] = [
    [
      [
        2, 4, 5, 7, 12, 13, 14, 30, 31, 33, 34, 43, 51, 55, 56, 57, 58, 60, 61, 62, 63, 65, 102, 103, 104,
        107, 109,
      ],
      { again: 'no' },
    ],
    [
      [
        250, 255, 301, 304, 307, 308, 701, 724, 872, 887, 897, 910, 912, 913, 922, 926, 937, 944, 945, 970,
        971, 981, 987,
      ],
      { again: 'no' },
    ],
    [[1000, 1008, 1340, 1618, 1999, 2008, 2011, 2012, 2013, 4200, 4216, 4218], { again: 'no' }],
    [[21, 80, 101, 106, 972], { again: 'no', hold: 'gone', firstOnly: true }],
    [[105, 4219], { again: 'customer' }],
    [[305, 4217], { again: 'customer', firstOnly: true }],
    [[64, 303, 906, 908, 915, 916, 917, 918, 919, 920, 951], { again: 'no', firstOnly: true }],
    [[921], { again: 'later', firstOnly: true }],
    [[1, 91, 980, 990, 991, 6502], { again: 'later', firstOnly: true }],
    [
      [901, 905, 923, 924, 925, 931, 933, 934, 2001, 2002, 2003, 2004, 2005, 2006, 2007, 3000],
      { again: 'config', firstOnly: true },
    ],
    [[950], { again: 'no', firstOnly: true, busy: true }],
  ];
  const declines = rows.flatMap(([codes, expected]) => codes.map((code) => [code, expected] as const));
  test.each(declines)('%i is a decline', (code, { again, hold = 'stands', ...flags }) => {
    const { decline, outcome, firstOnly, busy } = error(code) as Extract<
      ReturnType<typeof error>,
      { outcome: 'declined' }
    >;
    expect({ outcome, decline, firstOnly, busy }).toEqual({
      outcome: 'declined',
      decline: { code: String(code), message: 'No', hold, again },
      firstOnly: undefined,
      busy: undefined,
      ...flags,
    });
  });

  test('907 had no effect and may be repeated', () => {
    expect(error(907)).toMatchObject({
      outcome: 'not_performed',
      reason: 'sequence',
      busy: true,
      firstOnly: true,
    });
  });

  test.each([900, 902, 903, 904, 909])('%i tells nothing of the booking', (code) => {
    expect(error(code)).toMatchObject({ outcome: 'unknown', reason: 'error-without-outcome' });
  });

  test.each([108, 911, 952])('%i looks like a duplicate', (code) => {
    expect(error(code)).toMatchObject({ outcome: 'unknown', reason: 'duplicate' });
  });

  test.each([
    0, 3, 6, 20, 66, 100, 110, 249, 256, 700, 725, 871, 898, 899, 914, 927, 988, 999, 2000, 2009, 2014, 3001,
    4199, 4220, 6501, 999_999,
  ])('%i is not listed', (code) => {
    expect(error(code)).toMatchObject({ outcome: 'unknown', reason: 'error-not-listed' });
  });

  test.each(['', '-1', '007', '1e3', '2.0', '1234567', 'two', ' '])('code "%s" is none', (code) => {
    expect(error(code).outcome).toBe('unknown');
  });

  test('no code stands in two rows', () => {
    const all = ERROR_CODES.flatMap(({ codes }) =>
      codes.flatMap((one) =>
        typeof one === 'number' ? [one] : Array.from({ length: one[1] - one[0] + 1 }, (_, n) => one[0] + n),
      ),
    );
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('what is not PAYONE’s clear word is unknown', () => {
  const APPROVED = `status=APPROVED\ntxid=${TXID}\n`;
  const rows: [string, string | Uint8Array, { status?: number; framed?: boolean }?][] = [
    ['nothing', ''],
    ['white space', ' \r\n\r\n'],
    ['HTML', '<html><body>status=APPROVED</body></html>'],
    ['HTML in lines', '<!doctype html>\n<a href="x">\nstatus=APPROVED\n'],
    ['JSON', '{"Status":"APPROVED"}'],
    ['UTF-8 that is none', Buffer.concat([Buffer.from(APPROVED), Buffer.from([0x63, 0x3d, 0xe4, 0x0a])])],
    ['a byte order mark', `\ufeff${APPROVED}`],
    ['another txid', 'status=APPROVED\ntxid=917985803\n'],
    ['a txid cut short', 'status=APPROVED\ntxid=91798580'],
    ['no txid', 'status=APPROVED\n'],
    ['two txids', `${APPROVED}txid=917985803\n`],
    ['two statuses', `${APPROVED}status=ERROR\n`],
    ['an approval with an error', `${APPROVED}errorcode=900\n`],
    ['a status in lower case', `status=approved\ntxid=${TXID}\n`],
    ['a status of other requests', `status=VALID\ntxid=${TXID}\n`],
    ['a status cut short', 'status=APPR'],
    ['no status', `txid=${TXID}\n`],
    ['an error without code', 'status=ERROR\nerrormessage=x\n'],
    ['an error cut in its code', 'status=ERROR\nerrorcode=1'],
    ['a PENDING of nothing', 'status=PENDING\n'],
    ['an approval with HTTP 500', APPROVED, { status: 500 }],
    ['an approval with HTTP 404', APPROVED, { status: 404 }],
    ['a redirect of the web', APPROVED, { status: 302 }],
    ['a decline with HTTP 503', 'status=ERROR\nerrorcode=2\nerrormessage=x\n', { status: 503 }],
    ['a last line that nothing ends', APPROVED.trimEnd(), { framed: false }],
  ];
  test.each(rows)('%s', (_name, body, raw = {}) => {
    for (const call of followUps)
      expect(answered(call, body, raw)).toMatchObject({
        outcome: 'unknown',
        reason: expect.stringMatching(/^[a-z0-9-]+$/),
      });
  });

  test('any bytes: never a throw, never an approval but a well-formed one of our txid', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
      fc
        .array(
          fc.tuple(
            fc.constantFrom('status', 'txid', 'errorcode', 'errormessage', '__proto__', 'redirecturl', 'x'),
            fc.constantFrom(
              'APPROVED',
              'PENDING',
              'ERROR',
              TXID,
              '917985803',
              '2',
              '907',
              '',
              '=',
              'https://a.example',
            ),
          ),
          { maxLength: 6 },
        )
        .map((pairs) => Buffer.from(pairs.map(([name, value]) => `${name}=${value}`).join('\n'))),
      fc
        .tuple(fc.nat(60), fc.uint8Array({ maxLength: 4 }))
        .map(([at, bytes]) =>
          Buffer.concat([Buffer.from(APPROVED).subarray(0, at), bytes, Buffer.from(APPROVED).subarray(at)]),
        ),
    );
    fc.assert(
      fc.property(
        noise,
        fc.constantFrom(...everyCall),
        fc.constantFrom(200, 200, 200, 204, 302, 400, 500),
        fc.boolean(),
        (body, call, status, framed) => {
          const result = answered(call, body, { status, framed });
          expect(['approved', 'pending', 'declined', 'not_performed', 'unknown']).toContain(result.outcome);
          if (result.outcome !== 'approved') return;
          const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
          expect(status).toBe(200);
          expect(text).toMatch(/(?:^|\n)\s*status\s*=\s*APPROVED\s*(?:\r?\n|$)/);
          expect(text).toMatch(
            call.action === 'authorise'
              ? /(?:^|\n)\s*txid\s*=\s*\d{9,20}\s*(?:\r?\n|$)/
              : new RegExp(`(?:^|\\n)\\s*txid\\s*=\\s*${TXID}\\s*(?:\\r?\\n|$)`),
          );
          expect(text).not.toContain('errorcode');
        },
      ),
      { numRuns: 1_500 },
    );
  });

  test('a refund and a release read the same answers', () => {
    expect(answered(refund(), APPROVED)).toMatchObject({
      outcome: 'approved',
      keys: { sequencenumber: '2' },
    });
    expect(answered(release(), APPROVED).outcome).toBe('approved');
  });
});
