// One side's replays in a process of its own, so that their CPU time is their own. Started by bench/engine/replay.ts.
import { on, once } from 'node:events';
import proto from '@temporalio/proto';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { KeyRing } from '../activities/key-ring.ts';
import { dataConverter } from '../temporal/data-converter.ts';

/** The key that the histories are written with. */
export interface ReplayKey {
  readonly id: string;
  /** base64 */
  readonly key: string;
}

/** The first message; every later one is a {@link ReplaySlice}. */
export interface ReplayOrder {
  readonly codePath: string;
  readonly key: ReplayKey;
  /** By name; protobuf in base64. */
  readonly histories: Readonly<Record<string, readonly string[]>>;
}

export interface ReplaySlice {
  /** A name of the order. */
  readonly histories: string;
  /** How many of them to replay; from the first again once all were. */
  readonly count: number;
}

export interface ReplayAnswer {
  readonly events: number;
  /** User and system time of the whole process, threads and native code included, in milliseconds. */
  readonly cpu: number;
  readonly milliseconds: number;
}

const { History } = proto.temporal.api.history.v1;
type History = ReturnType<typeof History.decode>;

Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined), shutdownSignals: [] });

const [order] = (await once(process, 'message')) as [ReplayOrder];
const slices = on(process, 'message', { close: ['disconnect'] });
const known = new Map(
  Object.entries(order.histories).map(([name, all]) => [
    name,
    all.map((each) => History.decode(Buffer.from(each, 'base64'))),
  ]),
);
const replays = Worker.runReplayHistories(
  {
    workflowBundle: { codePath: order.codePath },
    dataConverter: dataConverter(
      new KeyRing([{ id: order.key.id, key: Buffer.from(order.key.key, 'base64') }]),
    ),
  },
  asked(),
);
process.send?.({});
for await (const { error } of replays) if (error !== undefined) throw error;

/** One worker for all slices: after the last history of a slice it waits here for the next one. */
async function* asked(): AsyncGenerator<{ workflowId: string; history: History }> {
  for await (const [slice] of slices) {
    const { histories: name, count } = slice as ReplaySlice;
    const histories = known.get(name) ?? [];
    const usage = process.cpuUsage();
    const begin = performance.now();
    let events = 0;
    for (let at = 0; at < count; at += 1) {
      const history = histories[at % histories.length];
      if (history === undefined) throw new Error(`no histories ${name}`);
      yield { workflowId: `replay-${at}`, history };
      events += history.events.length;
    }
    const { user, system } = process.cpuUsage(usage);
    const milliseconds = performance.now() - begin;
    process.send?.({ events, cpu: (user + system) / 1000, milliseconds } satisfies ReplayAnswer);
  }
}
