/** Rule: the token goes to the configured host and to no other, whatever an answer says. */
import { afterAll, describe, expect, test } from 'vitest';
import { Line } from '../../../providers/swedbankpay/line.ts';
import { account, PAYMENT } from './calls.ts';

const lines: Line[] = [];
const at = (url: string): Line => {
  const line = new Line(account({ url }));
  lines.push(line);
  return line;
};
afterAll(async () => {
  for (const line of lines) await line.close();
});

describe('ids are joined to the base', () => {
  test.each([
    ['https://api.payex.com', PAYMENT, `https://api.payex.com${PAYMENT}`],
    ['https://api.payex.com/', PAYMENT, `https://api.payex.com${PAYMENT}`],
    ['https://gate.example/swedbank/', PAYMENT, `https://gate.example/swedbank${PAYMENT}`],
    ['https://api.payex.com', `https://api.payex.com${PAYMENT}`, `https://api.payex.com${PAYMENT}`],
  ])('%s and %s', (url, id, address) => {
    expect(at(url).addressOf(id)).toBe(address);
  });

  test.each([
    '',
    'psp/x',
    '//evil.example/x',
    '/\\evil.example/x',
    'https://evil.example/x',
    'file:///etc/passwd',
  ])('never %s', (id) => {
    expect(at('https://api.payex.com').addressOf(id)).toBeNull();
  });
});

describe('addresses of operations', () => {
  const line = (): Line => at('https://api.payex.com');
  test.each([
    ['https://api.payex.com/psp/x?operation=1', 'https://api.payex.com/psp/x?operation=1'],
    ['/psp/x', 'https://api.payex.com/psp/x'],
  ])('%s is followed', (href, address) => {
    expect(line().follow(href)).toBe(address);
  });

  test.each([
    'http://api.payex.com/psp/x',
    'https://api.payex.com:8443/psp/x',
    'https://api.swedbankpay.com/psp/x',
    'https://api.payex.com@evil.example/x',
    'https://user@api.payex.com/x',
    '//evil.example/x',
    'javascript:0',
    'https://',
  ])('%s is not', (href) => {
    expect(line().follow(href)).toBeNull();
  });
});
