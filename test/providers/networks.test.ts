/** Rule: an address is compared with addresses and CIDR blocks of its own family; without networks everyone may send. */
import { expect, test } from 'vitest';
import { comesFrom } from '../../providers/networks.ts';

const networks = ['185.60.20.0/24', '2001:db8::/32', '54.246.203.105'];

test.each(['185.60.20.255', '2001:db8::1', '54.246.203.105', '::ffff:185.60.20.1'])('%s may', (address) => {
  expect(comesFrom(networks, address)).toBe(true);
});

test.each(['185.60.21.0', '2001:db9::1', '54.246.203.106', '', 'localhost'])('"%s" may not', (address) => {
  expect(comesFrom(networks, address)).toBe(false);
});

test('no networks are no limit, an empty list is one', () => {
  expect(comesFrom(undefined, '192.0.2.1')).toBe(true);
  expect(comesFrom([], '192.0.2.1')).toBe(false);
});
