import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { WorkflowBundle } from '../../temporal/bundle.ts';
import { connectClient, resolveTarget } from '../../temporal/connection.ts';
import { Child } from './child.ts';
import type { Both } from './figures.ts';
import type { Pair } from './phases.ts';
import { engineSide, floorSide, type History } from './side.ts';

export interface RigOptions {
  readonly address: string;
  readonly namespace: string;
  /** Node options of the engine's and the floor's worker processes. */
  readonly execArgv: readonly string[];
  /** base64 */
  readonly key: string;
  readonly converter: DataConverter;
  readonly bundles: Both<WorkflowBundle>;
}

/** Both sides with their workers, and the one provider that they share. */
export interface Rig {
  readonly pair: Pair;
  /** Opens payments of the same names on both sides. */
  open(count: number): Promise<string[]>;
  histories(payments: readonly string[]): Promise<Both<readonly History[]>>;
  /** Ends what was opened and all processes. */
  stop(): Promise<void>;
}

export async function startRig(options: RigOptions): Promise<Rig> {
  const { address, namespace, execArgv, key, converter, bundles } = options;
  const connection = await connectClient(
    { ...resolveTarget(), address, namespace, connectionOptions: { address } },
    30_000,
  );
  const client = new Client({ connection, namespace, dataConverter: converter });
  const stub = new Child('stub-provider.ts');
  const { url: providerUrl } = await stub.ask<{ url: string }>();
  const order = { address, namespace, providerUrl, key, client, execArgv };
  const pair: Pair = {
    engine: await engineSide({ ...order, codePath: bundles.engine.codePath }),
    floor: await floorSide({ ...order, codePath: bundles.floor.codePath }),
  };
  const opened: string[] = [];
  return {
    pair,
    async open(count) {
      const names = Array.from({ length: count }, () => `b-${randomUUID()}`);
      for (const name of names) await Promise.all([pair.engine.open(name), pair.floor.open(name)]);
      opened.push(...names);
      return names;
    },
    async histories(payments) {
      const read = (side: Pair['engine']) => Promise.all(payments.map((payment) => side.history(payment)));
      return { engine: await read(pair.engine), floor: await read(pair.floor) };
    },
    async stop() {
      const ends = opened.flatMap((name) => [pair.engine.end(name), pair.floor.end(name)]);
      await Promise.allSettled(ends);
      await Promise.allSettled([pair.engine.stop(), pair.floor.stop(), stub.stop()]);
      await connection.close();
    },
  };
}
