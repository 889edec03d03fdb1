// Rule: a namespace of a server that runs already gets the search attributes that it lacks, once.
import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  SEARCH_ATTRIBUTE_TYPES,
  missingSearchAttributes,
  registerSearchAttributes,
} from '../../temporal/search-attributes.ts';

let connection: Connection;
const namespace = `fresh-${randomUUID()}`;

beforeAll(async () => {
  connection = await Connection.connect({ address: inject('temporal').address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs(86_400_000),
  });
});
afterAll(() => connection.close());

test('the map holds the seven names of the design', () => {
  expect(SEARCH_ATTRIBUTE_TYPES).toEqual({
    TrancheStatus: 'Keyword',
    TrancheAccount: 'Keyword',
    TrancheProvider: 'Keyword',
    TrancheAttention: 'Keyword',
    TrancheHold: 'Keyword',
    TrancheDeadline: 'Datetime',
    TrancheCreated: 'Datetime',
  });
});

test('registering adds what is missing, and a second time nothing', async () => {
  // A new namespace is known to every part of the server only after a while.
  await expect
    .poll(() => missingSearchAttributes(connection, namespace).catch(() => null), { timeout: 60_000 })
    .not.toBeNull();
  await registerSearchAttributes(connection, namespace);
  expect(await missingSearchAttributes(connection, namespace)).toEqual([]);
  expect(await registerSearchAttributes(connection, namespace)).toEqual([]);
});
