// No card number in a text that a caller writes freely (M8): refused by its path; ids and other numbers pass.
import { expect, test } from 'vitest';
import type { Command } from '../../payment/command.ts';
import type { Line } from '../../payment/line.ts';
import { refuseCardsInBody, refuseCardsInCommand } from '../../temporal/card-text.ts';
import type { CreateBody } from '../../temporal/create-body.ts';

const CARD = '4111111111111111';
const eur = (value: number) => ({ value, currency: 'EUR' });
const line = (description: string): Line => ({ id: CARD, description, quantity: 1, unitPrice: eur(1) });
const body = (over: Partial<CreateBody> = {}): CreateBody => ({
  id: CARD,
  account: 'payone-de',
  amount: eur(100),
  authorization: { request: { method: 'cc', options: { pseudocardpan: '9410010000000000001' } } },
  ...over,
});
const request = (over: object) => body({ authorization: { request: { method: 'cc', ...over } } });
const command = (over: object): Command => ({ type: 'capture', id: CARD, ...over }) as Command;

const refusal = (check: () => void): unknown => {
  try {
    check();
    return null;
  } catch (error) {
    return error;
  }
};

test.each([
  [body({ metadata: { note: `card ${CARD}` } }), 'metadata.note'],
  [body({ metadata: { [CARD]: 'x' } }), 'metadata'],
  [body({ order: { reference: CARD } }), 'order.reference'],
  [body({ order: { reference: 'o', lines: [line('a'), line(CARD)] } }), 'order.lines[1].description'],
  [request({ description: CARD }), 'authorization.request.description'],
  [request({ lines: [line(CARD)] }), 'authorization.request.lines[0].description'],
])('a create body is refused at its path', (asked, path) => {
  const said = refusal(() => refuseCardsInBody(asked)) as Error;
  expect(said).toMatchObject({ code: 'validation', outcome: 'none', path });
  expect(said.message).not.toContain(CARD);
});

test.each([
  [command({ description: CARD }), 'description'],
  [command({ reference: CARD }), 'reference'],
  [command({ invoice: { appendix: CARD } }), 'invoice.appendix'],
  [command({ lines: [line('a'), line(CARD)] }), 'lines[1].description'],
  [command({ type: 'release', reason: CARD }), 'reason'],
  [command({ type: 'refund', reason: CARD }), 'reason'],
  [command({ type: 'refund', lines: [line(CARD)] }), 'lines[0].description'],
  [command({ type: 'resolve', word: { attention: 'x' }, evidence: CARD, by: 'anna' }), 'evidence'],
])('a command is refused at its path', (asked, path) => {
  expect(refusal(() => refuseCardsInCommand(asked))).toMatchObject({ code: 'validation', path });
});

test.each([
  '4111 1111 1111 1111',
  '4111-1111-1111-1111',
  'to 5500005555555559, thanks',
  'no 12 3782 822463 10005 is',
  '2221000000000009',
  '2720992593319364',
  '6011000990139424',
])('%j holds a card number', (reason) => {
  expect(refusal(() => refuseCardsInCommand(command({ type: 'refund', reason })))).not.toBeNull();
});

test.each([
  '4111111111111112',
  '4111  1111  1111  1111',
  '9410010000000000001',
  '1234567812345670',
  '2220999999999991',
  '41111111111111110000',
  'DE89 3704 0044 0532 0130 00',
  '2026-11-21T13:43:05.123Z',
  'seen in the portal',
])('%j holds none', (reason) => {
  expect(refusal(() => refuseCardsInCommand(command({ type: 'refund', reason })))).toBeNull();
});

test('ids, options and bodies without texts pass', () => {
  expect(refusal(() => refuseCardsInBody(body()))).toBeNull();
  expect(refusal(() => refuseCardsInCommand(command({ lines: [line('Chair')] })))).toBeNull();
  expect(refusal(() => refuseCardsInCommand(command({ invoice: { id: CARD } })))).toBeNull();
  for (const type of ['withdraw', 'reschedule']) {
    expect(refusal(() => refuseCardsInCommand(command({ type, capture: CARD, plan: {} })))).toBeNull();
  }
});
