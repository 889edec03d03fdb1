import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import { failureConverterPath } from '../temporal/data-converter.ts';
import { decodedEvents } from './decode-history.ts';
import type { GateItem } from './gate-corpus.ts';
import { type Concerned, concernedBy, sentenceOf, THREW } from './gate-event.ts';
import { textIn } from './event.ts';
import { placeIn } from './gate-place.ts';
import { Replayer } from './replay-runs.ts';

/** Where this checkout tells a run otherwise than its history. */
export interface GateDivergence extends Concerned {
  /** `replay`: the workflow code asks for something else. `fold`: the machine makes something else of the same words. */
  readonly check: 'replay' | 'fold';
  readonly source: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  /** Null where none can be named. */
  readonly eventId: number | null;
  readonly eventType: string;
  readonly message: string;
  /** The place in our sources where the code threw. */
  readonly thrownAt?: string;
}

/** The first workflow task begins with the third event and ends with the fourth; no shorter history can be replayed. */
const SHORTEST = 4;

/** A replayer that says which event of a history it is that the code does not live through. */
export class GateReplayer {
  readonly #codec: PayloadCodec;
  readonly #replayer: Replayer;
  /** What the workflow code threw, as it was on its way to the server. */
  #thrown: readonly unknown[] = [];

  /** @param codec - opens the payloads of the histories. */
  constructor(codec: PayloadCodec) {
    this.#codec = codec;
    const converter: DataConverter = {
      failureConverterPath,
      payloadCodecs: [
        { decode: (payloads) => codec.decode(payloads), encode: async (payloads) => this.#heard(payloads) },
      ],
    };
    this.#replayer = new Replayer(converter);
  }

  close(): Promise<void> {
    return this.#replayer.close();
  }

  async divergence(item: GateItem): Promise<GateDivergence | null> {
    const { source, workflowId, runId, workflowType, history } = item;
    const events = history.events ?? [];
    const message = await this.#replay(item, events.length);
    if (message === null) return null;
    const length = await this.#shortest(item, events.length);
    // The words belong to the shortest history that fails: a longer one may fail at more than one event.
    const said = (await this.#replay(item, length)) ?? message;
    const sentence = sentenceOf(said);
    const threw = sentence === THREW ? await this.#lastThrown() : null;
    const [event] = await decodedEvents({ events: events.slice(length - 1, length) }, this.#codec);
    return {
      check: 'replay',
      source,
      workflowId,
      runId,
      workflowType,
      eventId: event?.eventId ?? null,
      eventType: event?.eventType.replace(/^EVENT_TYPE_/, '') ?? '',
      ...(event === undefined ? { about: '', place: '', patch: null } : concernedBy(event, workflowType)),
      message: threw === null ? sentence : `the code throws: ${threw.message}`,
      ...(threw === null || threw.place === '' ? {} : { thrownAt: threw.place }),
    };
  }

  /** The length of the shortest beginning of the history that does not replay: its last event is the one. */
  async #shortest(item: GateItem, length: number): Promise<number> {
    let good = Math.min(SHORTEST, length) - 1;
    let bad = length;
    while (bad - good > 1) {
      const middle = Math.floor((good + bad) / 2);
      if ((await this.#replay(item, middle)) === null) good = middle;
      else bad = middle;
    }
    return bad;
  }

  #replay({ workflowId, history }: GateItem, length: number): Promise<string | null> {
    this.#thrown = [];
    const events = (history.events ?? []).slice(0, length);
    return this.#replayer.replayOne(() => ({ workflowId, history: { events } }), length);
  }

  #heard(payloads: Payload[]): Payload[] {
    const values = payloads.map(({ data }) => jsonOrNull(Buffer.from(data ?? []).toString('utf8')));
    this.#thrown = [...this.#thrown, ...values.filter((value) => textIn(value, 'stack_trace') !== '')].slice(
      -8,
    );
    return payloads;
  }

  async #lastThrown(): Promise<{ readonly message: string; readonly place: string } | null> {
    const last = this.#thrown.at(-1);
    if (last === undefined) return null;
    return { message: textIn(last, 'message'), place: await placeIn(textIn(last, 'stack_trace')) };
  }
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
