// One Temporal server for all tests of the project `server`: `inject('temporal')` gives its address.
import type { TestProject } from 'vitest/node';
import { connectClient, resolveTarget } from '../../temporal/connection.ts';
import { startDevServer } from '../../temporal/dev-server.ts';
import { findTemporal } from '../../temporal/find-temporal.ts';
import { registerSearchAttributes } from '../../temporal/search-attributes.ts';

/** Where the tests' Temporal server is. */
export interface ProvidedTemporal {
  readonly address: string;
  readonly namespace: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    temporal: ProvidedTemporal;
  }
}

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const found = await findTemporal();
  if (found.kind === 'address') {
    const target = resolveTarget();
    const connection = await connectClient(target, 30_000);
    await registerSearchAttributes(connection, target.namespace);
    await connection.close();
    project.provide('temporal', { address: found.address, namespace: target.namespace });
    return undefined;
  }
  const server = await startDevServer({ binary: found.path });
  project.provide('temporal', { address: server.address, namespace: server.namespace });
  return () => server.stop();
}
