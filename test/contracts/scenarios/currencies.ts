/** Every exponent through every adapter that allows it, exact to the unit; the others are refused before anything is sent. */
import { expect } from 'vitest';
import type { Scenario, Stage } from '../../support/contract-scenario.ts';

const EXPONENTS = { JPY: 0, ISK: 0, HUF: 2, KWD: 3, CLF: 4, XTS: 2 } as const;

async function captured(stage: Stage, currency: string): Promise<string | undefined> {
  // A code without an exponent of its own is allowed only by the account's word.
  const account = currency === 'XTS' ? { exponents: { XTS: 2 } } : {};
  if (currency === 'XTS') expect(stage.refusalOf(currency)).not.toBeNull();
  if (stage.refusalOf(currency, account) !== null) return 'refused before sending';
  const life = await stage.adopt({ amount: 1_234_567, currency, account });
  expect(await life.capture('c-1', 1_000_001)).toMatchObject({ state: 'approved', booked: 1_000_001 });
  await life.rest();
  expect((await stage.books(life)).captured).toBe(1_000_001);
  await stage.agrees(life);
  return undefined;
}

export const currencies: readonly Scenario[] = Object.entries(EXPONENTS).map(
  ([currency, digits]): Scenario => ({
    id: `currency-${currency.toLowerCase()}`,
    rule: 'M7',
    title: `${currency}, ${digits} decimals: exact to the unit, or refused before anything is sent`,
    play: (stage) => captured(stage, currency),
  }),
);
