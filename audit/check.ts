import type { Difference } from './difference.ts';

/** Every check of a bundle, in the order in which they are printed. */
export const CHECKS = [
  'schema',
  'chain',
  'digests',
  'signature',
  'versions',
  'runs',
  'fold',
  'history',
  'replay',
  'M1',
  'M2',
  'M3',
  'M4',
  'M5',
  'M6',
  'M7',
  'M8',
  'M9',
  'M10',
] as const;
/** `provider` stands beside them: it asks somebody else, and is made only where that is wished. */
export type CheckName = (typeof CHECKS)[number] | 'provider';

export interface Check {
  readonly name: CheckName;
  /** Null where it could not be made because another one failed. */
  readonly pass: boolean | null;
  /** What was looked at, or what is wrong. */
  readonly text: string;
  readonly difference?: Difference;
}

/** A check that looks for a difference. */
export function checked(name: CheckName, text: string, difference: Difference | null): Check {
  if (difference === null) return { name, pass: true, text };
  const { entry, where } = difference;
  return { name, pass: false, text: entry === null ? where : `entry ${entry}, ${where}`, difference };
}
