/** How long closed payments stay readable is changed only where a person asks for it, and never without a word. */
import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { expect, inject, test } from 'vitest';
import { prepareNamespace } from '../../../temporal/cluster/namespace.ts';
import { missingSearchAttributes } from '../../../temporal/search-attributes.ts';

const DAY_SECONDS = 86_400;

test('a namespace is made with its retention, which stays until another one is asked for', async () => {
  const { address } = inject('temporal');
  const namespace = `kept-${randomUUID().slice(0, 8)}`;
  const notes: string[] = [];
  const prepare = (given?: number): Promise<void> =>
    prepareNamespace(address, { namespace, retentionDays: 30, given }, (note) => notes.push(note));
  const connection = await Connection.connect({ address });
  const { workflowService } = connection;
  const days = async (): Promise<number> => {
    const { config } = await workflowService.describeNamespace({ namespace });
    return Number(config?.workflowExecutionRetentionTtl?.seconds) / DAY_SECONDS;
  };
  try {
    await prepare();
    expect(await days()).toBe(30);
    expect(await missingSearchAttributes(connection, namespace)).toEqual([]);

    // As somebody sets it with Temporal's own tool.
    await workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: msToTs(400 * DAY_SECONDS * 1_000) },
    });
    await prepare();
    expect([await days(), notes]).toEqual([400, []]);

    await prepare(60);
    expect([await days(), notes]).toEqual([
      60,
      [`namespace ${namespace}: retention lowered from 400 to 60 days`],
    ]);
  } finally {
    await connection.close();
  }
});
