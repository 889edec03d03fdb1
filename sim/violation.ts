/**
 * What a life can break: the rules of money by their names, and what the interpreters rely on.
 * `lane`: one operation at the provider at a time. `timers`: the state knows the timers that run.
 * `waiting`: no caller waits for something that is not running. `ledger`: entries are only ever added.
 * `throws`: a step threw. `alarm`: a person was asked about what is in order. `liveness`: it neither ended nor asked for a person.
 */
export const INVARIANTS = [
  'M1',
  'M2',
  'M3',
  'M4',
  'M5',
  'M6',
  'M7',
  'M9',
  'M10',
  'lane',
  'timers',
  'waiting',
  'ledger',
  'throws',
  'alarm',
  'liveness',
] as const;
export type Invariant = (typeof INVARIANTS)[number];

/** A broken invariant; the message says what was found and what was expected. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: Invariant;

  constructor(invariant: Invariant, message: string) {
    super(message);
    this.invariant = invariant;
  }
}
