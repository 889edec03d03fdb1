/** Faults work on what they match, as often as they were told, one of each family at a time. */

import { expect, test } from 'vitest';
import { faultOrder, Faults, staysOutside } from '../../../sandbox/twin/faults.ts';

const made = (...orders: unknown[]): Faults => {
  const faults = new Faults(10);
  for (const order of orders) faults.add(faultOrder.parse(order));
  return faults;
};

test('every given field has to be equal, numbers as their text', () => {
  const faults = made({ fault: 'empty', match: { request: 'capture', amount: 5 } });
  expect(faults.take({ request: 'capture', amount: '6' }).answer).toBeUndefined();
  expect(faults.take({ request: 'void' }).answer).toBeUndefined();
  expect(faults.take({ request: 'capture', amount: '5' }).answer).toMatchObject({ fault: 'empty' });
  expect(faults.take({ request: 'capture', amount: '5' }).answer).toBeUndefined();
});

test('one of each family, each used up by one', () => {
  const faults = made(
    { fault: 'delay', times: 2 },
    { fault: 'garbage' },
    { fault: 'empty' },
    { fault: 'notify-drop' },
    { fault: 'not-yet' },
  );
  const plan = faults.take({});
  expect(plan).toMatchObject({
    delay: {},
    answer: { fault: 'garbage' },
    notices: 'notify-drop',
    notYet: true,
  });
  expect(faults.list().map(({ fault }) => fault)).toEqual(['delay', 'empty']);
  faults.clear();
  expect(faults.take({})).toMatchObject({ delay: undefined, answer: undefined, notYet: false });
});

test('faults of what a request does not do wait on', () => {
  const faults = made({ fault: 'not-yet' }, { fault: 'notify-hold' });
  expect(faults.take({}, { books: false, notices: false })).toMatchObject({
    notYet: false,
    notices: undefined,
  });
  expect(faults.take({}, { books: true, notices: false })).toMatchObject({
    notYet: true,
    notices: undefined,
  });
  expect(faults.take({}, { books: false, notices: true })).toMatchObject({ notices: 'notify-hold' });
  expect(faults.list()).toEqual([]);
});

test('a twin may compare in its own way', () => {
  const faults = new Faults(1, (_name, wanted, given) => given?.endsWith(wanted) === true);
  faults.add(faultOrder.parse({ fault: 'empty', match: { payment: 'tail' } }));
  expect(faults.take({ payment: '/tail/x' }).answer).toBeUndefined();
  expect(faults.take({ payment: '/x/tail' }).answer).toMatchObject({ fault: 'empty' });
});

test('which faults keep the request from the platform', () => {
  const outside = (order: unknown) => staysOutside(faultOrder.parse(order));
  expect(outside({ fault: 'lost-before' })).toBe(true);
  expect(outside({ fault: 'http-429' })).toBe(true);
  expect(outside({ fault: 'http-500' })).toBe(true);
  expect(outside({ fault: 'http-500', at: 'after' })).toBe(false);
  expect(outside({ fault: 'lost-after' })).toBe(false);
});

test('there is a cap', () => {
  const faults = new Faults(1);
  expect(faults.add(faultOrder.parse({ fault: 'empty' }))).toBe(true);
  expect(faults.add(faultOrder.parse({ fault: 'empty' }))).toBe(false);
});
