import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Moves messages and stack traces of failures into a payload, where the codec encrypts them like all others.
 * Loaded by path, in the worker's process and inside the workflow bundle, under this name.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
