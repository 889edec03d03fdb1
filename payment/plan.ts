/** What the caller wants done with the hold, and when. */
export interface Plan {
  readonly captures: 'immediate' | 'collect';
  /** RFC 3339; absent: one margin before the hold expires. */
  readonly deadline?: string;
  readonly onDeadline: 'capture' | 'release' | 'alert';
}

export const DEFAULT_PLAN: Plan = { captures: 'immediate', onDeadline: 'alert' };
