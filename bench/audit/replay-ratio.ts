import { connectClient, resolveTarget } from '../../temporal/connection.ts';
import { startDevServer } from '../../temporal/dev-server.ts';
import { findTemporal } from '../../temporal/find-temporal.ts';
import { registerSearchAttributes } from '../../temporal/search-attributes.ts';
import type { Figure } from '../engine/figures.ts';
import { run } from '../engine/run.ts';

/** As `bench/engine.ts --only replay` measures it: a payment of 127 captures, and slices of about a second. */
const SIZE = {
  payments: 10,
  samples: 1,
  last: { from: 121, to: 127 },
  slices: { long: 1, short: 10 },
  execArgv: [],
};

/** Replayed events per second of the payment workflow as a multiple of the bare workflow's, in the same run. */
export async function replayRatios(rounds: number): Promise<readonly Figure[]> {
  const found = await findTemporal();
  const server = found.kind === 'binary' ? await startDevServer({ binary: found.path }) : null;
  try {
    const address = found.kind === 'binary' ? (server?.address ?? '') : found.address;
    const target = resolveTarget({ address });
    const { namespace } = target;
    const connection = await connectClient(target, 30_000);
    await registerSearchAttributes(connection, namespace);
    await connection.close();
    return (await run({ address, namespace, rounds, only: 'replay', ...SIZE })).figures;
  } finally {
    await server?.stop();
  }
}
