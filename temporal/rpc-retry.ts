import { defaultGrpcRetryOptions, type GrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** gRPC status code of a limit that is reached. */
export const RESOURCE_EXHAUSTED = 8;

/**
 * The SDK's retries, but for one case: a payment that has its ten updates in flight answers so at once, where the SDK
 * would try for about 40 seconds. The caller is told to come back instead.
 */
export function rpcRetryOptions(): GrpcRetryOptions {
  const sdk = defaultGrpcRetryOptions();
  return {
    ...sdk,
    retryableDecider: (attempt, status) =>
      !(status.code === RESOURCE_EXHAUSTED && /update/i.test(status.details)) &&
      sdk.retryableDecider(attempt, status),
  };
}

/** For `Connection.connect({ interceptors })`. */
export const rpcRetryInterceptor = () => makeGrpcRetryInterceptor(rpcRetryOptions());
