// Only a limit of updates says that nothing happened; every other limit leaves the outcome of a write unknown.
import { ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { expect, test } from 'vitest';
import { rpcRetryOptions } from '../../temporal/rpc-retry.ts';
import { faultOf } from '../../temporal/update-fault.ts';

/** As the SDK hands on what the server answers: its own words around the gRPC error. */
const answered = (code: number, details: string): ServiceError => {
  const cause = Object.assign(new Error(`${code} CODE: ${details}`), { code, details, metadata: {} });
  return new ServiceError('Workflow Update polling failed', { cause });
};

// The server's own texts.
test.each([
  [8, 'limit on number of concurrent in-flight updates has been reached (10)'],
  [8, 'limit on total payload size of in-flight updates has been reached (20971520 bytes)'],
  [9, 'The limit on the total number of distinct updates in this workflow has been reached (2000).'],
])('%i %j says that nothing was taken in', (code, details) => {
  expect(faultOf(answered(code, details))).toEqual({ kind: 'limit' });
});

test.each([
  [8, 'namespace rate limit exceeded'],
  [8, 'Workflow is busy.'],
  [8, 'Operation was throttled by an update of the cluster'],
  [9, 'workflow operation can not be applied because workflow is closing'],
  [4, 'context deadline exceeded'],
  [14, 'unavailable'],
])('%i %j says nothing of the update', (code, details) => {
  const error = answered(code, details);
  expect(faultOf(error)).toEqual({ kind: 'late', cause: error });
});

test('a payment that is not there is gone', () => {
  expect(faultOf(answered(5, 'no such execution'))).toEqual({ kind: 'gone' });
  expect(faultOf(new WorkflowNotFoundError('closed', 'payment/p-1', undefined))).toEqual({ kind: 'gone' });
});

test('a limit of updates is answered at once, where a busy server is asked again', () => {
  const { retryableDecider } = rpcRetryOptions();
  const status = (details: string) => ({ code: 8, details }) as Parameters<typeof retryableDecider>[1];
  expect(
    retryableDecider(0, status('limit on number of concurrent in-flight updates has been reached (10)')),
  ).toBe(false);
  expect(retryableDecider(0, status('Workflow is busy.'))).toBe(true);
});
