import { setTimeout as delay } from 'node:timers/promises';
import type { DataConverter } from '@temporalio/common';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { workflowBundle } from '../temporal/bundle.ts';
import { failureConverterPath } from '../temporal/data-converter.ts';
import type { RunHistory } from './bundle.ts';
import { historyOf } from './decode-history.ts';

/** A run that today's workflow code does not live through as it was. */
export interface Divergence {
  readonly runId: string;
  readonly message: string;
}

/** A history as the SDK takes it. */
export interface Item {
  readonly workflowId: string;
  readonly history: ReturnType<typeof historyOf>;
}

type Results = ReturnType<typeof Worker.runReplayHistories>;

/** A replay takes some 2 ms an event; one that a crafted history holds up for ever is given up. */
const PATIENCE_MS = 60_000;
const PATIENCE_PER_EVENT_MS = 50;

/**
 * Replays runs on today's workflow code, in this process and without a server. One worker replays them all, one after
 * the other; starting it takes longer than most replays.
 */
export class Replayer {
  readonly #converter: DataConverter;
  #results: Results | null = null;
  #asked = Promise.withResolvers<Item | null>();

  /** @param converter - for payloads that are not decoded yet. @default for the runs of a bundle */
  constructor(converter: DataConverter = { failureConverterPath }) {
    this.#converter = converter;
  }

  /** @returns null where the code asks for exactly what the histories say; else the first run that differs. */
  async replay(payment: string, histories: readonly RunHistory[]): Promise<Divergence | null> {
    for (const run of histories) {
      const item = (): Item => ({ workflowId: `payment/${payment}`, history: historyOf(run) });
      const message = await this.replayOne(item, run.events.length);
      if (message !== null) return { runId: run.runId, message };
    }
    return null;
  }

  async close(): Promise<void> {
    const results = this.#results;
    this.#results = null;
    if (results === null) return;
    this.#asked.resolve(null);
    await results.next().catch(() => undefined);
  }

  /**
   * One history of any workflow.
   *
   * @param item - gives it; what that throws is the answer.
   * @returns null, or what is wrong in the SDK's words.
   */
  async replayOne(item: () => Item, events: number): Promise<string | null> {
    const patience = new AbortController();
    const most = PATIENCE_MS + events * PATIENCE_PER_EVENT_MS;
    try {
      const wanted = item();
      this.#results ??= await this.#start();
      this.#asked.resolve(wanted);
      const ended = await Promise.race([
        this.#results.next(),
        delay(most, null, { signal: patience.signal }),
      ]);
      if (ended?.done === false) return ended.value.error === undefined ? null : ended.value.error.message;
      throw new Error(ended === null ? 'the replay came to no end' : 'the worker ended');
    } catch (error) {
      // A worker that was thrown off is left behind.
      this.#results = null;
      return error instanceof Error ? error.message : String(error);
    } finally {
      patience.abort();
    }
  }

  /** Payloads are decoded already; the failures in them are still in the form that the converter knows. */
  async #start(): Promise<Results> {
    this.#asked = Promise.withResolvers();
    const options = { workflowBundle: await workflowBundle(), dataConverter: this.#converter };
    return Worker.runReplayHistories(options, this.#feed());
  }

  async *#feed(): AsyncGenerator<Item> {
    for (;;) {
      const item = await this.#asked.promise;
      this.#asked = Promise.withResolvers();
      if (item === null) return;
      yield item;
    }
  }
}

/** The runs of one payment, see {@link Replayer.replay}. */
export async function replayRuns(
  payment: string,
  histories: readonly RunHistory[],
): Promise<Divergence | null> {
  const replayer = new Replayer();
  try {
    return await replayer.replay(payment, histories);
  } finally {
    await replayer.close();
  }
}

/** For a process that does nothing but replay: the divergence is the result, and the SDK need not tell it as well. */
export function quietReplay(): void {
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: 'OFF' } },
  });
}
