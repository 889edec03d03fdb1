import { setTimeout as delay } from 'node:timers/promises';
import type { AnyAdmin } from '../../cli/demo/neighbour.ts';
import type { CaptureCommand } from '../../payment/command.ts';
import type { Driver, Kind, Reply } from './driver.ts';
import type { Merchant } from './merchant.ts';
import type { Tally } from './tally.ts';

/** What a lane has asked for. What was answered with success may never be lost; of the rest nobody was told anything. */
export interface Asked {
  readonly payment: string;
  readonly account: string;
  /** Whether its creation was answered. */
  created: boolean;
  /** By command id. */
  readonly captures: Map<string, { readonly amount: number; answered: boolean }>;
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
    const made: Asked = { payment, account, created: false, captures: new Map() };
    asked.push(made);
    const created = await answered(tally, 'create', () => driver.create(body));
    if (created === null) continue;
    made.created = true;
    yield 'create';
    if (!(await held(driver, payment, created))) continue;
    for (const [index, part] of merchant.captures.entries()) {
      const last = index === merchant.captures.length - 1;
      const command: CaptureCommand = {
        type: 'capture',
        id: `c-${index + 1}`,
        amount: part,
        currency,
        ...(merchant.captures.length > 1 ? { final: last } : {}),
      };
      const capture = { amount: part, answered: false };
      made.captures.set(command.id, capture);
      const state = await answered(tally, 'capture', () => driver.capture(payment, command));
      if (state === null) break;
      capture.answered = true;
      yield 'capture';
      if (index === 1 || last) {
        await answered(tally, 'read', () => driver.read(payment));
        yield 'read';
      }
    }
  }
}

/** Asks until it is answered; null where it was refused, or where nobody answered at all. */
async function answered(tally: Tally, kind: Kind, ask: () => Promise<Reply>): Promise<string | null> {
  const started = performance.now();
  for (;;) {
    const reply = await ask();
    if (reply.kind === 'done') {
      tally.latencies[kind].push(performance.now() - started);
      return reply.state;
    }
    if (reply.kind === 'later') {
      tally.limited += 1;
      await delay(reply.after);
      continue;
    }
    tally.count(reply.kind, reply.why);
    if (reply.kind === 'refused') return null;
    if (performance.now() - started > PATIENCE_MS) {
      tally.givenUp += 1;
      return null;
    }
    await delay(AGAIN_MS);
  }
}

/** An authorisation whose answer was lost is settled a little later; captures have to wait for it. */
async function held(driver: Driver, payment: string, created: string): Promise<boolean> {
  const until = performance.now() + PATIENCE_MS;
  for (let state = created; performance.now() < until; ) {
    if (state === 'authorized') return true;
    if (state === 'declined') return false;
    await delay(LOOK_MS);
    const reply = await driver.read(payment);
    if (reply.kind === 'done') state = reply.state;
  }
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
