import type { Draft } from './core-draft.ts';
import { patchState, payment } from './core-draft.ts';

/** Something may have changed at the provider, and only a read tells what. */
export function wantRead(draft: Draft): void {
  if (payment(draft).capabilities.query === 'none' || draft.state.wantsRead) return;
  patchState(draft, { wantsRead: true });
}
