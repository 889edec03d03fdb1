import { setTimeout as delay } from 'node:timers/promises';
import type { AnyAdmin } from '../../cli/demo/neighbour.ts';
import type { CaptureCommand } from '../../payment/command.ts';
import type { Driver, Kind, Reply } from './driver.ts';
import type { Merchant } from './merchant.ts';
import type { Tally } from './tally.ts';

type Done = Extract<Reply, { kind: 'done' }>;

/** What a lane has asked for. What was answered with success may never be lost; of the rest nobody was told anything. */
export interface Asked {
  readonly payment: string;
  readonly account: string;
  /** Whether its creation was answered. */
  created: boolean;
  /** By command id, with the state that the caller was told; null where nobody answered. */
  readonly captures: Map<string, { readonly amount: number; answered: string | null }>;
  /** What reads said is captured, each with what had been answered as approved before; minor units. */
  readonly reads: { readonly captured: number; readonly least: number }[];
}

export interface LaneOptions {
  readonly driver: Driver;
  readonly merchant: Merchant;
  readonly admin: AnyAdmin;
  /** Begins the ids of its payments. */
  readonly name: string;
  readonly tally: Tally;
  /** Where what was asked for is kept. */
  readonly asked: Asked[];
}

/** How long a request without an answer is sent again, milliseconds; a restart of everything fits in it. */
const PATIENCE_MS = 300_000;
const AGAIN_MS = 250;
const LOOK_MS = 200;

/**
 * One payment after the other: created, captured from in parts with a read in between, read at the end. Each step is one
 * request with all its repeats, so that a caller may stop between two and go on later.
 */
export async function* lane(options: LaneOptions): AsyncGenerator<Kind, never> {
  const { driver, merchant, admin, name, tally, asked } = options;
  const { account, currency, amount } = merchant;
  for (let n = 1; ; n += 1) {
    const payment = `${name}-${n}`;
    const authorization = await merchant.authorization(admin);
    const body = { id: payment, account, amount: { value: amount, currency }, authorization };
    const made: Asked = { payment, account, created: false, captures: new Map(), reads: [] };
    asked.push(made);
    const created = await answered(tally, 'create', () => driver.create(body));
    if (created === null) {
      yield 'create';
      continue;
    }
    made.created = true;
    yield 'create';
    if (!(await held(driver, payment, created.state, tally))) continue;
    let least = 0;
    for (const [index, part] of merchant.captures.entries()) {
      const last = index === merchant.captures.length - 1;
      const command: CaptureCommand = {
        type: 'capture',
        id: `c-${index + 1}`,
        amount: part,
        currency,
        ...(merchant.captures.length > 1 ? { final: last } : {}),
      };
      const capture: { amount: number; answered: string | null } = { amount: part, answered: null };
      made.captures.set(command.id, capture);
      const reply = await answered(tally, 'capture', () => driver.capture(payment, command));
      if (reply === null) break;
      capture.answered = reply.state;
      if (reply.state === 'approved') least += part;
      yield 'capture';
      if (index === 1 || last) {
        const read = await answered(tally, 'read', () => driver.read(payment));
        if (read !== null) made.reads.push({ captured: read.captured ?? Number.NaN, least });
        yield 'read';
      }
    }
  }
}

/** Asks until it is answered; null where it was refused, or where nobody answered at all. */
async function answered(tally: Tally, kind: Kind, ask: () => Promise<Reply>): Promise<Done | null> {
  const started = performance.now();
  for (;;) {
    const reply = await ask();
    if (reply.kind === 'done') {
      tally.latencies[kind].push(performance.now() - started);
      return reply;
    }
    if (reply.kind === 'later') tally.limited += 1;
    else tally.count(reply.kind, reply.why);
    if (reply.kind === 'refused') return null;
    if (performance.now() - started > PATIENCE_MS) {
      tally.givenUp += 1;
      return null;
    }
    await delay(reply.kind === 'later' ? reply.after : AGAIN_MS);
  }
}

/** An authorisation whose answer was lost is settled a little later; captures have to wait for it. */
async function held(driver: Driver, payment: string, created: string, tally: Tally): Promise<boolean> {
  const until = performance.now() + PATIENCE_MS;
  for (let state = created; performance.now() < until; ) {
    if (state === 'authorized') return true;
    if (state === 'declined') {
      tally.count('refused', `${payment}: the authorisation was declined`);
      return false;
    }
    await delay(LOOK_MS);
    const reply = await driver.read(payment);
    if (reply.kind === 'done') state = reply.state;
  }
  tally.givenUp += 1;
  return false;
}

/** Runs lanes side by side until they are told to stop, each to the end of its step. @returns milliseconds that it took */
export async function runLanes(
  lanes: readonly AsyncGenerator<Kind, never>[],
  until: AbortSignal,
): Promise<number> {
  const started = performance.now();
  await Promise.all(
    lanes.map(async (each) => {
      while (!until.aborted) await each.next();
    }),
  );
  return performance.now() - started;
}
