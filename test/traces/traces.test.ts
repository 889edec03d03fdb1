/**
 * The Temporal workflow and the simulator are two interpreters of one core: the same inputs in the same order give the
 * same ledger. Each trace of the simulator is lived again by a real payment workflow on a real server, whose provider
 * answers what the simulator's provider answered.
 */
import { createHash } from 'node:crypto';
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import { Context } from '@temporalio/activity';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { whileBeating } from '../../activities/heartbeat.ts';
import { begin, step } from '../../machines/core.ts';
import type { CoreState, PaymentFacts } from '../../machines/core-state.ts';
import type { CallResult } from '../../payment/outcome.ts';
import { comparable, recordTrace, type Trace, type TraceInput } from '../../sim/trace.ts';
import { workflowBundle } from '../../temporal/bundle.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import { createWorker } from '../../temporal/worker.ts';
import { commands, create, notice, poke, readCore, readLedger } from '../../workflows/messages.ts';
import type { payment } from '../../workflows/payment.ts';
import { testKeyRing } from '../support/test-key.ts';

const TRACES = 200;
const AT_ONCE = 10;
const TASK_QUEUE = `traces-${process.pid}`;

/** Calls that wait for the answer of their trace, by `<payment> <activity id>`. */
const answers = new Map<string, PromiseWithResolvers<CallResult>>();

function answerFor(key: string): PromiseWithResolvers<CallResult> {
  const known = answers.get(key) ?? Promise.withResolvers<CallResult>();
  answers.set(key, known);
  return known;
}

const scripted = (call: { readonly payment: string }): Promise<CallResult> =>
  whileBeating(() => answerFor(`${call.payment} ${Context.current().info.activityId}`).promise);

let client: Client;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const { address, namespace } = inject('temporal');
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const converter = dataConverter(testKeyRing());
  client = new Client({ connection, namespace, dataConverter: converter });
  const worker = await createWorker({
    connection: native,
    namespace,
    taskQueue: TASK_QUEUE,
    dataConverter: converter,
    activities: { authorise: scripted, capture: scripted, release: scripted, refund: scripted },
    bundle: await workflowBundle(),
    longestCallMs: 1000,
  });
  const done = worker.run();
  closers.push(
    async () => {
      worker.shutdown();
      await done;
    },
    () => native.close(),
    () => connection.close(),
  );
}, 120_000);

afterAll(async () => {
  for (const close of closers) await close();
}, 60_000);

/** The simulator's hashes are texts; the workflow takes nothing but 64 hex digits. */
const digest = (hash: string): string => createHash('sha256').update(hash).digest('hex');

/** The same facts with timers that real time cannot reach while the trace is lived. */
function unhurried(facts: PaymentFacts, id: string): PaymentFacts {
  const { timing } = facts.capabilities;
  const slow = (ms: number): number => ms * 1000;
  const patient = {
    ...timing,
    repeats: timing.repeats.map(slow),
    unknownAfter: slow(timing.unknownAfter),
    gateAfter: slow(timing.gateAfter),
    awaitUntil: slow(timing.awaitUntil),
  };
  return { ...facts, id, hash: digest(facts.hash), capabilities: { ...facts.capabilities, timing: patient } };
}

const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$/;

/** The same trace as if it began now: a deadline that lies ahead in virtual time lies ahead in real time. */
function begunNow(trace: Trace): Trace {
  const later = Date.now() - trace.begin;
  const shifted = (value: unknown): unknown => {
    if (typeof value === 'string')
      return INSTANT.test(value) ? new Date(Date.parse(value) + later).toISOString() : value;
    if (Array.isArray(value)) return value.map(shifted);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shifted(inner)]));
  };
  return {
    ...trace,
    begin: trace.begin + later,
    facts: shifted(trace.facts) as PaymentFacts,
    inputs: trace.inputs.map(({ at, input }) => ({
      at: at + later,
      input: shifted(input) as TraceInput['input'],
    })),
  };
}

/** What each input leaves: the ledger's length and, for a call, the activity that it starts. */
function rehearse(facts: PaymentFacts, trace: Trace): { readonly states: readonly CoreState[] } {
  let { state } = begin(facts, trace.begin);
  const states = [state];
  for (const { at, input } of trace.inputs) {
    state = step(state, input, at).state;
    states.push(state);
  }
  return { states };
}

async function live(recorded: Trace): Promise<void> {
  const trace = begunNow(recorded);
  const id = `trace-${trace.seed}-${process.pid}`;
  const facts = unhurried(trace.facts, id);
  const { states } = rehearse(facts, trace);
  const started = new WithStartWorkflowOperation<typeof payment>('payment', {
    workflowId: `payment/${id}`,
    taskQueue: TASK_QUEUE,
    args: [{ facts }],
    workflowIdConflictPolicy: 'FAIL',
  });
  await client.workflow.startUpdateWithStart(create, {
    updateId: `create/${id}`,
    args: [{ hash: facts.hash, request: 'r' }],
    waitForStage: 'ACCEPTED',
    startWorkflowOperation: started,
  });
  const handle = client.workflow.getHandle<typeof payment>(`payment/${id}`);
  for (const [index, given] of trace.inputs.entries()) {
    const before = states[index];
    const after = states[index + 1];
    if (before === undefined || after === undefined) throw new Error('a state is missing');
    await give(handle, id, given, before);
    await settled(handle, after);
  }
  const ledger = await handle.query(readLedger);
  expect(comparable(ledger), `seed ${trace.seed}`).toEqual(comparable(states.at(-1)?.ledger ?? []));
  await handle.terminate('the trace ends here');
}

type Handle = ReturnType<typeof client.workflow.getHandle<typeof payment>>;

async function give(handle: Handle, id: string, { input }: TraceInput, before: CoreState): Promise<void> {
  switch (input.type) {
    case 'result': {
      const { operation } = before.running ?? {};
      answerFor(`${id} ${operation ?? ''}#${input.number}`).resolve(input.result);
      return;
    }
    case 'command': {
      const { command, hash, by } = input;
      await handle.startUpdate(commands[command.type], {
        updateId: `${command.type}/${command.id}`,
        args: [
          {
            command,
            hash: digest(hash),
            by: by.name,
            role: by.kind === 'operator' ? 'operator' : 'caller',
            request: 'r',
          },
        ],
        waitForStage: 'ACCEPTED',
      });
      return;
    }
    case 'notice':
      await handle.signal(notice, input.notice);
      return;
    case 'poke':
      await handle.signal(poke);
      return;
    case 'cancel-requested':
      await handle.cancel();
      return;
    case 'timer':
    case 'read':
    case 'allocated':
    case 'queued':
    case 'hold-shared':
      throw new Error(`a trace of PAYONE has no ${input.type}: it ends before its first timer`);
  }
}

/** Until the workflow has come as far as the simulator: entries, calls and notices. */
async function settled(handle: Handle, expected: CoreState): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const core = await handle.query(readCore);
    const same =
      core.ledger.length === expected.ledger.length &&
      core.calls === expected.calls &&
      core.seen.length === expected.seen.length;
    if (same) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const core = await handle.query(readCore);
  throw new Error(
    `ledger ${core.ledger.length} of ${expected.ledger.length}, calls ${core.calls} of ${expected.calls}: ${JSON.stringify(core.ledger.at(-1))}`,
  );
}

/** The server takes ten updates in flight, so a trace in which more callers wait at once cannot be lived. */
const MOST_WAITING = 9;

function livable(count: number): readonly Trace[] {
  const traces: Trace[] = [];
  for (let seed = 1; traces.length < count && seed <= 3 * count; seed++) {
    const trace = recordTrace(seed);
    const { states } = rehearse(trace.facts, trace);
    if (states.every((state) => state.waiting.length <= MOST_WAITING)) traces.push(trace);
  }
  expect(traces).toHaveLength(count);
  return traces;
}

test(`${TRACES} traces give the same ledger in the workflow and in the simulator`, {
  timeout: 600_000,
}, async () => {
  const traces = livable(TRACES);
  expect(traces.filter((trace) => trace.inputs.length > 3).length).toBeGreaterThan(TRACES / 2);
  const queue = [...traces];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let trace = queue.pop(); trace !== undefined; trace = queue.pop()) await live(trace);
    }),
  );
});

test('the rehearsal of a trace is the simulator’s own ledger', () => {
  for (let seed = 1; seed <= TRACES; seed++) {
    const trace = recordTrace(seed);
    expect(comparable(rehearse(trace.facts, trace).states.at(-1)?.ledger ?? [])).toEqual(
      comparable(trace.ledger),
    );
  }
});
