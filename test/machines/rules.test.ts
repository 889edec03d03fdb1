// Every command is held against all of its rules, in guard order; the first that fails names the refusal.
// The text carries the figures.
import { describe, expect, test } from 'vitest';
import { explain, legalCommands } from '../../machines/rules.ts';
import type { Command } from '../../payment/command.ts';
import { RULES } from '../../payment/rule.ts';
import type { Life } from '../support/payment-life.ts';
import { Life as Payment, approved, authorised, captured, declined, lost } from '../support/payment-life.ts';

const sent = (): Life => authorised().capture('c-7', 2000);
const vouch = (life: Life, command: Command) => explain(life.payment, command);
const failing = (life: Life, command: Command) => {
  const { refusedBy, rules } = vouch(life, command);
  const rule = rules.find((each) => !each.pass);
  return { refusedBy, rule: rule?.rule, text: rule?.text };
};

describe('explain', () => {
  test('says what is capturable, what was asked and who reserved it', () => {
    const life = captured([5000]).capture('c-7', 2000);
    const { rules, refusedBy, legal, would } = vouch(life, { type: 'capture', id: 'x', amount: 4500 });
    expect(rules.find((each) => each.rule === 'amount-exceeds-capturable')).toMatchObject({
      name: 'M1',
      pass: false,
      text: 'capturable 3 000, asked 4 500, reserved 2 000 by capture c-7',
      figures: { capturable: 3000, asked: 4500, reserved: 2000, held: 5000 },
      because: ['c-7'],
    });
    expect({ refusedBy, legal, would }).toEqual({
      refusedBy: 'amount-exceeds-capturable',
      legal: false,
      would: null,
    });
  });

  const refusals: readonly [string, () => Life, Command, string, string, string][] = [
    [
      'no hold yet',
      () => new Payment(),
      { type: 'capture', id: 'x', amount: 1 },
      'not-legal-now',
      'authorized',
      'the authorisation is sent',
    ],
    [
      'closed',
      () => new Payment().answer(declined('1')).fire('close'),
      { type: 'reschedule', id: 'x', plan: {} },
      'payment-closed',
      'not-closed',
      'closed at',
    ],
    [
      'final',
      () => authorised().capture('c-1', 100, { final: true }).answer(approved),
      { type: 'capture', id: 'x', amount: 1 },
      'not-legal-now',
      'not-final',
      'capture c-1 was final',
    ],
    [
      'closing',
      () => authorised().release(),
      { type: 'capture', id: 'x', amount: 1 },
      'not-legal-now',
      'not-closing',
      'release v-1 is sent and ends the hold',
    ],
    [
      'implicit and not final',
      () => authorised({}, { remainder: 'implicit' }),
      { type: 'capture', id: 'x', amount: 1, final: false },
      'unsupported-by-provider',
      'supported',
      'any capture at this provider frees the rest',
    ],
    [
      'at most so many captures',
      () => captured([1], { maxCaptures: 1 }),
      { type: 'capture', id: 'x', amount: 1 },
      'capture-limit-reached',
      'limit',
      'captures 1 of 1',
    ],
    [
      'another currency',
      authorised,
      { type: 'capture', id: 'x', amount: 1, currency: 'USD' },
      'currency-mismatch',
      'currency',
      'asked USD, held in EUR',
    ],
    [
      'zero',
      authorised,
      { type: 'capture', id: 'x', amount: 0 },
      'validation',
      'amount-positive',
      'asked 0, allowed 1 to 1 999 999 999',
    ],
    [
      'a fraction',
      authorised,
      { type: 'capture', id: 'x', amount: 0.5 },
      'validation',
      'amount-positive',
      'asked 0.5, allowed 1 to',
    ],
    [
      'an unsafe refund',
      () => captured([100]),
      { type: 'refund', id: 'x', amount: 2 ** 53 },
      'validation',
      'amount-positive',
      'asked 9007199254740992',
    ],
    [
      'negative',
      authorised,
      { type: 'capture', id: 'x', amount: -5 },
      'validation',
      'amount-positive',
      'asked -5, allowed 1 to',
    ],
    [
      'an id of the engine',
      authorised,
      { type: 'capture', id: 'c-1.rest', amount: 1 },
      'validation',
      'id-reserved',
      'the engine mints ids like c-1.rest itself',
    ],
    [
      'a refund above',
      () => captured([100]),
      { type: 'refund', id: 'x', amount: 101 },
      'amount-exceeds-captured',
      'amount-exceeds-captured',
      'refundable 100, asked 101, captured 100',
    ],
    [
      'a refund of nothing',
      authorised,
      { type: 'refund', id: 'x' },
      'amount-exceeds-captured',
      'amount-exceeds-captured',
      'refundable 0, asked all, captured 0',
    ],
    [
      'a refund without its capture',
      () => captured([100, 200], { refundAnchor: 'capture' }),
      { type: 'refund', id: 'x', amount: 1 },
      'not-legal-now',
      'anchor-unknown',
      'capture (none named) is not an approved capture',
    ],
    [
      'a refund of a capture that the provider did not name',
      () => captured([100], { refundAnchor: 'capture' }),
      { type: 'refund', id: 'x', amount: 1 },
      'not-legal-now',
      'anchor-unknown',
      'the provider named no reference of capture c-1',
    ],
    [
      'a refund where there is none',
      () => captured([100], { maxRefunds: 0 }),
      { type: 'refund', id: 'x', amount: 1 },
      'unsupported-by-provider',
      'supported',
      'the provider has no call that gives a capture back',
    ],
    [
      'a release where the money moved',
      () => authorised({}, { holds: 'moved' }),
      { type: 'release', id: 'x' },
      'unsupported-by-provider',
      'supported',
      'the money already moved; offer a refund',
    ],
    [
      'a release of nothing',
      () => captured([10_000]),
      { type: 'release', id: 'x' },
      'not-legal-now',
      'nothing-held',
      'held 0',
    ],
    [
      'withdrawing what is sent',
      sent,
      { type: 'withdraw', id: 'x', capture: 'c-7' },
      'not-legal-now',
      'not-planned',
      'capture c-7 is sent',
    ],
    [
      'a plan after a call',
      sent,
      { type: 'reschedule', id: 'x', plan: { captures: 'collect' } },
      'unsupported-by-provider',
      'supported',
      'this account serves immediate',
    ],
    [
      'an attention nobody raised',
      authorised,
      { type: 'resolve', id: 'x', word: { attention: 'lapsing' }, evidence: 'e', by: 'ann' },
      'not-legal-now',
      'not-raised',
      'attention lapsing is not raised',
    ],
  ];
  test.each(refusals)('%s', (_name, life, command, code, rule, text) => {
    const refusal = failing(life(), command);
    expect(refusal).toMatchObject({ refusedBy: code, rule });
    expect(refusal.text).toContain(text);
  });

  test('evaluates its rules in guard order, all of them', () => {
    for (const type of ['capture', 'release', 'refund'] as const) {
      const names = vouch(authorised(), { type, id: 'x' }).rules.map((each) => each.rule);
      const places = names.map((name) => RULES.indexOf(name as (typeof RULES)[number]));
      expect(places).toEqual([...places].sort((a, b) => a - b));
    }
  });

  test('says what a legal command would do, with its keys and risks', () => {
    const now = vouch(captured([1000]), { type: 'capture', id: 'x', amount: 500, final: true }).would;
    expect(now).toMatchObject({
      state: 'sent',
      final: true,
      frees: 8500,
      calls: [{ operation: 'capture', keys: { sequencenumber: '2' } }],
    });
    const later = vouch(sent(), { type: 'capture', id: 'x' }).would;
    expect(later).toMatchObject({ state: 'planned', final: true, frees: 0 });
    expect(vouch(captured([1000]), { type: 'release', id: 'x' }).would?.risks.join()).toContain(
      'may refuse the release for good',
    );
  });

  test('an open lane never refuses', () => {
    const rule = vouch(sent(), { type: 'capture', id: 'x', amount: 1 }).rules.find(
      (each) => each.rule === 'lane-open',
    );
    expect(rule).toMatchObject({
      pass: true,
      text: 'waits behind capture c-7, which is sent',
      because: ['c-7'],
    });
  });
});

describe('legal commands', () => {
  test.each<[string, () => Life, string[]]>([
    ['authorizing', () => new Payment(), ['reschedule']],
    ['authorised', authorised, ['capture', 'release', 'void', 'reschedule', 'resolve']],
    [
      'capturing, with one waiting',
      () => sent().capture('c-8', 1),
      ['capture', 'release', 'void', 'withdraw', 'reschedule'],
    ],
    ['captured in part', () => captured([100]), ['capture', 'release', 'refund', 'reschedule', 'resolve']],
    ['captured whole', () => captured([10_000]), ['refund']],
    ['unknown', () => sent().answer(lost), ['capture', 'release', 'void', 'reschedule', 'resolve']],
  ])('%s', (_name, life, legal) => {
    expect(legalCommands(life().payment)).toEqual(legal);
  });
});
