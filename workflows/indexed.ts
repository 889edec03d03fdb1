/** The search attributes of a payment, as the workflow writes them. */
import {
  defineSearchAttributeKey,
  type SearchAttributeUpdatePair,
  type TypedSearchAttributes,
} from '@temporalio/common';
import type { Indexed } from '../machines/core-state.ts';

const KEYWORDS = {
  status: defineSearchAttributeKey('TrancheStatus', 'KEYWORD'),
  attention: defineSearchAttributeKey('TrancheAttention', 'KEYWORD'),
  hold: defineSearchAttributeKey('TrancheHold', 'KEYWORD'),
} as const;
const DEADLINE = defineSearchAttributeKey('TrancheDeadline', 'DATETIME');

/**
 * What has to be upserted so that a payment is found by `indexed`; empty where visibility has it all already, and
 * then no event is written. A hold that the core does not know yet leaves the one of the start in place.
 */
export function upsertsFor(indexed: Indexed, present: TypedSearchAttributes): SearchAttributeUpdatePair[] {
  const pairs: SearchAttributeUpdatePair[] = [];
  for (const name of ['status', 'attention', 'hold'] as const) {
    const value = indexed[name];
    if (name === 'hold' && value === null) continue;
    if ((present.get(KEYWORDS[name]) ?? null) !== value) pairs.push({ key: KEYWORDS[name], value });
  }
  const deadline = indexed.deadline === null ? null : new Date(indexed.deadline);
  const before = present.get(DEADLINE) ?? null;
  if ((before?.getTime() ?? null) !== (deadline?.getTime() ?? null))
    pairs.push({ key: DEADLINE, value: deadline });
  return pairs;
}
