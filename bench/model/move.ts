import type { Input } from '../../machines/core-input.ts';
import { type Bounds, troublesOf } from './bounds.ts';
import type { Node, Used } from './node.ts';

/** One thing that may happen next. */
export interface Move {
  readonly label: string;
  readonly input: Input;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly used: Used;
}

/** PAYONE's id of the hold, in answers and notices. */
export const TXID = '345678901';

export const spend = (node: Node, name: keyof Used): Used => ({ ...node.used, [name]: node.used[name] + 1 });

/** Whether one more thing out of the ordinary fits the bound. */
export function may(node: Node, bounds: Bounds, name: 'losses' | 'refusals' | 'notices' | 'words'): boolean {
  return node.used[name] < bounds[name] && troublesOf(node.used) < bounds.troubles;
}
