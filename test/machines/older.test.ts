// A payment outlives the code that began it: what an older version recorded is folded and carried on.
import { expect, test } from 'vitest';
import { created } from '../../machines/fold.ts';
import { carriedOver } from '../../machines/older.ts';
import type { CoreState } from '../../machines/core-state.ts';
import { authorised } from '../support/payment-life.ts';

/** The same value without some of its members. */
function without<Value extends object>(value: Value, names: readonly string[]): Value {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) as Value;
}

const life = authorised();

test('a ledger from before reads and leases folds', () => {
  const [first] = life.ledger;
  if (first === undefined) throw new Error('an empty ledger');
  const { capabilities } = life.payment;
  const older = {
    ...without(capabilities, ['failures', 'allocates']),
    timing: without(capabilities.timing, ['absenceAfter', 'resendAfter']),
  };
  const { context } = created({ data: { ...first.data, capabilities: older } }, first.at);
  expect(context.capabilities).toEqual(capabilities);
  expect(context.failures).toEqual({ capture: 0, refund: 0 });
});

test('a state that was handed over from before has everything that it lacks', () => {
  const added = [
    'looking',
    'reading',
    'wantsRead',
    'lastRead',
    'pokedAt',
    'expiryAsked',
    'difference',
    'allocation',
    'toldStuck',
  ];
  const { machine } = life.state;
  const older: CoreState = {
    ...without(life.state, added),
    machine: { ...machine, context: without(machine.context, ['failures']) },
  };
  expect(carriedOver(older)).toEqual(life.state);
});
