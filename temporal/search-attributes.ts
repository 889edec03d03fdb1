import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import proto from '@temporalio/proto';

/**
 * What payments are found by (design section 5). Upserted only when a value changes class.
 * `hold` is `<account>/<reference>`, hashed where the reference is secret.
 */
export const SEARCH_ATTRIBUTES = {
  status: defineSearchAttributeKey('TrancheStatus', 'KEYWORD'),
  account: defineSearchAttributeKey('TrancheAccount', 'KEYWORD'),
  provider: defineSearchAttributeKey('TrancheProvider', 'KEYWORD'),
  attention: defineSearchAttributeKey('TrancheAttention', 'KEYWORD'),
  hold: defineSearchAttributeKey('TrancheHold', 'KEYWORD'),
  deadline: defineSearchAttributeKey('TrancheDeadline', 'DATETIME'),
  created: defineSearchAttributeKey('TrancheCreated', 'DATETIME'),
} as const;

const { IndexedValueType } = proto.temporal.api.enums.v1;

/** The words that the Temporal CLI and its web page use for the two types. */
export type SearchAttributeWord = 'Keyword' | 'Datetime';

/** Name → type, as `temporal server start-dev --search-attribute` wants them. */
export const SEARCH_ATTRIBUTE_TYPES: Readonly<Record<string, SearchAttributeWord>> = Object.fromEntries(
  Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => [
    name,
    type === 'KEYWORD' ? 'Keyword' : 'Datetime',
  ]),
);

/** Which of ours a namespace does not have. */
export async function missingSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.keys(SEARCH_ATTRIBUTE_TYPES).filter((name) => customAttributes?.[name] === undefined);
}

/**
 * Registers on a running server those search attributes that a namespace lacks, and waits until it lists
 * them all. Calling it again changes nothing.
 *
 * @returns the names that it added
 * @throws Error when the server does not list them within 30 seconds, or the RPC's own error
 */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length === 0) return [];
  const types = Object.values(SEARCH_ATTRIBUTES).filter(({ name }) => missing.includes(name));
  const searchAttributes = Object.fromEntries(
    types.map(({ name, type }) => [name, IndexedValueType[`INDEXED_VALUE_TYPE_${type}`]]),
  );
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  for (let round = 0; round < 60; round += 1) {
    if ((await missingSearchAttributes(connection, namespace)).length === 0) return missing;
    await delay(500);
  }
  throw new Error(`namespace ${namespace} does not list the search attributes ${missing.join(', ')}`);
}
