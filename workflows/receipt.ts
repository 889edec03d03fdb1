import type { CoreState } from '../machines/core-state.ts';
import { findOperation } from '../machines/payment-state.ts';
import { CREATE_ID, type Receipt } from './messages.ts';

/** What an id of a command is bound to; `create/` is bound to the authorisation from the start. */
export function boundTo(
  core: CoreState,
  id: string,
): { readonly hash: string; readonly operation: string | null } | null {
  if (id === CREATE_ID) return { hash: core.facts.hash, operation: 'authorization' };
  return Object.hasOwn(core.bound, id) ? (core.bound[id] ?? null) : null;
}

/** The receipt of a command as its operation stands now; null where the id is not bound. */
export function receiptOf(core: CoreState, id: string, request: string): Receipt | null {
  const bound = boundTo(core, id);
  if (bound === null) return null;
  const operation =
    bound.operation === null ? undefined : findOperation(core.machine.context, bound.operation);
  return {
    operation: operation?.id ?? null,
    kind: operation?.kind ?? null,
    state: operation?.state ?? null,
    amount: operation?.amount ?? null,
    booked: operation?.booked ?? null,
    final: operation?.final ?? operation?.finalAsked ?? null,
    frees: operation?.frees ?? null,
    sequenceNumber: operation?.sequenceNumber ?? null,
    decline: operation?.decline ?? null,
    reason: operation?.reason ?? null,
    at: operation?.at ?? null,
    hash: bound.hash,
    request,
  };
}
