/**
 * Spans of commands and provider calls for OpenTelemetry, where the process has registered an SDK; without one they cost
 * next to nothing.
 *
 * A command, its activity and its provider call find each other without being told: the trace and its beginning are
 * derived from payment and operation. So nothing goes into headers or histories, a trace goes on through restarts,
 * repeats and new runs, and whoever asked is linked.
 */
import { createHash } from 'node:crypto';
import {
  context,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import type { CallObserver, SeenCall, SeenRead } from '../activities/metrics.ts';

/** The name under which the spans are made. */
export const TRACER = 'tranche';

/** What takes commands, as far as spans go; ids are the caller's. */
export interface TracedPayments {
  create(body: { readonly id: string }, by: string): Promise<unknown>;
  command(
    payment: string,
    command: { readonly type: string; readonly id: string },
    by: string,
  ): Promise<unknown>;
}

/** The ids of the trace of an operation, hex as OpenTelemetry wants them. */
export function traceOf(payment: string, operation: string): { traceId: string; spanId: string } {
  const hash = createHash('sha256').update(`${payment}\n${operation}`, 'utf8').digest('hex');
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48) };
}

/** The same payments; each command is a span, and an error that it ends in is told by its code. */
export function traceCommands<P extends TracedPayments>(payments: P): P {
  const { create, command } = payments;
  const traced: TracedPayments = {
    create: (body, by) => inSpan('create', body.id, 'authorization', () => create(body, by)),
    command: (payment, asked, by) => inSpan(asked.type, payment, asked.id, () => command(payment, asked, by)),
  };
  return { ...payments, ...traced };
}

/** Spans of activities and, inside them, of what was exchanged with the provider. */
export function traceCalls(): CallObserver {
  return {
    called: (seen) => told(seen, seen.action, seen.outcome),
    read: (seen) => told(seen, 'read', seen.result),
    refused: () => undefined,
  };
}

const tracer = (): Tracer => trace.getTracer(TRACER);

/** Where an operation's trace begins: no span of anybody, but the one parent of all. */
const beginning = (payment: string, operation: string): Context =>
  trace.setSpanContext(context.active(), {
    ...traceOf(payment, operation),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });

async function inSpan<T>(
  command: string,
  payment: string,
  operation: string,
  run: () => Promise<T>,
): Promise<T> {
  const asker = trace.getSpanContext(context.active());
  const parent = beginning(payment, operation);
  const span = tracer().startSpan(
    `tranche ${command}`,
    {
      kind: SpanKind.CLIENT,
      attributes: { 'tranche.payment': payment, 'tranche.operation': operation },
      ...(asker === undefined ? {} : { links: [{ context: asker }] }),
    },
    parent,
  );
  try {
    return await context.with(trace.setSpan(parent, span), run);
  } catch (error) {
    fail(span, codeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** Told when it is over: the exchange is taken to have ended with the activity. */
function told(seen: SeenCall | SeenRead, action: string, outcome: string): void {
  const end = Date.now();
  const { payment, operation, account, provider, durationMs, providerMs, status } = seen;
  const attributes = {
    'tranche.payment': payment,
    'tranche.operation': operation,
    'tranche.account': account,
    'tranche.provider': provider,
    'tranche.outcome': outcome,
  };
  const parent = beginning(payment, operation);
  const activity = tracer().startSpan(
    `activity ${action}`,
    { kind: SpanKind.CONSUMER, startTime: end - durationMs, attributes },
    parent,
  );
  if (providerMs !== null) {
    const startTime = end - Math.min(providerMs, durationMs);
    const call = tracer().startSpan(
      `${provider} ${action}`,
      {
        kind: SpanKind.CLIENT,
        startTime,
        attributes: { ...attributes, ...(status === null ? {} : { 'http.response.status_code': status }) },
      },
      trace.setSpan(parent, activity),
    );
    if (outcome === 'unknown') fail(call, outcome);
    call.end(end);
  }
  if (outcome === 'unknown' || outcome === 'failed') fail(activity, outcome);
  activity.end(end);
}

/** A word of ours: messages may quote what was said. */
function fail(span: Span, message: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'error';
