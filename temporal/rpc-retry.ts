import { defaultGrpcRetryOptions, type GrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** gRPC status code of a limit that is reached. */
export const RESOURCE_EXHAUSTED = 8;

/**
 * How the server words that a payment has its most updates, in flight or in this run. It may run such an update all the
 * same (seen on CLI 1.5.1), so nobody knows until the payment is asked. Other limits (the namespace's rate, a busy
 * workflow) say nothing about the update either.
 */
export const UPDATE_LIMIT = /limit on [a-z -]{0,60}\bupdates\b/i;

/**
 * The SDK's retries, but for one case: a payment that has its ten updates in flight answers so at once, where the SDK
 * would try for about 40 seconds. The caller is told to come back instead.
 */
export function rpcRetryOptions(): GrpcRetryOptions {
  const sdk = defaultGrpcRetryOptions();
  return {
    ...sdk,
    retryableDecider: (attempt, status) =>
      !(status.code === RESOURCE_EXHAUSTED && UPDATE_LIMIT.test(status.details)) &&
      sdk.retryableDecider(attempt, status),
  };
}

/** For `Connection.connect({ interceptors })`. */
export const rpcRetryInterceptor = () => makeGrpcRetryInterceptor(rpcRetryOptions());
