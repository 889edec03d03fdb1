/** Rule: a command, its activity and its provider call are one trace with nothing handed over; no span says what was sent. */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  context,
  type ContextManager,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SeenCall } from '../../activities/metrics.ts';
import { traceCalls, traceCommands, traceOf } from '../../temporal/traces.ts';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

const seen: SeenCall = {
  account: 'shop',
  provider: 'payone',
  payment: 'o-1',
  operation: 'c-1',
  action: 'capture',
  attempt: 1,
  outcome: 'approved',
  code: null,
  reason: null,
  status: 200,
  providerMs: 80,
  durationMs: 100,
  heldBack: false,
};

const payments = {
  create: async (body: { readonly id: string; readonly card?: string }, by: string) => `${by} ${body.id}`,
  command: async (_payment: string, command: { readonly type: string; readonly id: string }) => {
    if (command.id === 'c-9') throw Object.assign(new Error('quotes a secret'), { code: 'not-legal-now' });
    return command.id;
  },
  get: async () => 'untouched',
};

/** As an SDK for Node brings one. */
class StoredContext implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  active = (): Context => this.#storage.getStore() ?? ROOT_CONTEXT;
  with: ContextManager['with'] = (around, run, self, ...args) =>
    this.#storage.run(around, () => run.apply(self, args));
  bind: ContextManager['bind'] = (_around, target) => target;
  enable = (): this => this;
  disable = (): this => this;
}

beforeAll(() => {
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new StoredContext());
});
beforeEach(() => exporter.reset());
afterAll(async () => {
  trace.disable();
  context.disable();
  await provider.shutdown();
});

test('a command, its activity and its provider call', async () => {
  const traced = traceCommands(payments);
  expect(await traced.command('o-1', { type: 'capture', id: 'c-1' })).toBe('c-1');
  traceCalls().called(seen);
  const spans = exporter.getFinishedSpans();
  const { traceId, spanId } = traceOf('o-1', 'c-1');
  expect(spans.map(({ name }) => name).sort()).toEqual([
    'activity capture',
    'payone capture',
    'tranche capture',
  ]);
  expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
  const [command, call, activity] = ['tranche capture', 'payone capture', 'activity capture'].map((name) =>
    spans.find((span) => span.name === name),
  );
  expect(command?.parentSpanContext?.spanId).toBe(spanId);
  expect(activity?.parentSpanContext?.spanId).toBe(spanId);
  expect(call?.parentSpanContext?.spanId).toBe(activity?.spanContext().spanId);
  expect(call?.attributes).toEqual({
    'tranche.payment': 'o-1',
    'tranche.operation': 'c-1',
    'tranche.account': 'shop',
    'tranche.provider': 'payone',
    'tranche.outcome': 'approved',
    'http.response.status_code': 200,
  });
});

test('whoever asked is linked, and the trace is the operation’s own', async () => {
  const asker = trace.getTracer('shop').startSpan('order');
  await context.with(trace.setSpan(context.active(), asker), () =>
    traceCommands(payments).create({ id: 'o-2', card: '4111111111111111' }, 'shop'),
  );
  const [create] = exporter.getFinishedSpans();
  expect(create?.spanContext().traceId).toBe(traceOf('o-2', 'authorization').traceId);
  expect(create?.links.map((link) => link.context)).toEqual([asker.spanContext()]);
  expect(JSON.stringify(create?.attributes)).not.toContain('4111');
});

test('a refusal is told by its code, an unknown outcome is an error, a call that was held back has no exchange', async () => {
  const refused = traceCommands(payments).command('o-1', { type: 'capture', id: 'c-9' });
  await expect(refused).rejects.toThrow('quotes');
  traceCalls().called({ ...seen, outcome: 'unknown', providerMs: null, status: null });
  const spans = exporter.getFinishedSpans();
  expect(spans.map(({ name, status }) => [name, status])).toEqual([
    ['tranche capture', { code: SpanStatusCode.ERROR, message: 'not-legal-now' }],
    ['activity capture', { code: SpanStatusCode.ERROR, message: 'unknown' }],
  ]);
  expect(spans.flatMap(({ events }) => events)).toEqual([]);
});

test('what takes no commands stays as it is', async () => {
  expect(await traceCommands(payments).get()).toBe('untouched');
});
