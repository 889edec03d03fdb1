/** Which facts a line of the log may carry. What is not named here is dropped, whoever logged it (M8). */

const FIELDS: ReadonlySet<string> = new Set([
  // A payment and what was asked of it.
  'payment',
  'account',
  'provider',
  'operation',
  'action',
  'command',
  'attempt',
  'by',
  // How it went.
  'outcome',
  'reason',
  'code',
  'rule',
  'status',
  'state',
  'result',
  'durationMs',
  'providerMs',
  'kind',
  'place',
  // Notices and requests.
  'route',
  'call',
  'method',
  'remoteAddress',
  'identity',
  'why',
  'reqId',
  // Breakers.
  'failures',
  'openFor',
  // Where in Temporal.
  'sdkComponent',
  'namespace',
  'taskQueue',
  'workflowId',
  'workflowType',
  'runId',
  'activityId',
  'activityType',
  // Our own parts.
  'port',
]);

const LONGEST = 300;
const MOST_ITEMS = 8;

/** The facts of a line as they are written: named ones only, texts cut, errors as what they are and where they came up. */
export function fieldsOf(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (name === 'err' || name === 'error') kept['error'] = errorFacts(value);
    else if (FIELDS.has(name)) {
      const plain = plainOf(value);
      if (plain !== undefined) kept[name] = plain;
    }
  }
  const payment = paymentOf(kept['workflowId']);
  if (payment !== null && kept['payment'] === undefined) kept['payment'] = payment;
  return kept;
}

function plainOf(value: unknown): unknown {
  if (typeof value === 'string') return cut(value);
  // As many digits as a card number has are text, which the mask reads.
  if (typeof value === 'number') return Math.abs(value) >= 1e12 ? String(value) : Math.round(value * 10) / 10;
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value))
    return value
      .filter((item) => typeof item === 'string')
      .slice(0, MOST_ITEMS)
      .map(cut);
  return undefined;
}

const cut = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`);

const PREFIX = 'payment/';

const paymentOf = (workflowId: unknown): string | null =>
  typeof workflowId === 'string' && workflowId.startsWith(PREFIX) ? workflowId.slice(PREFIX.length) : null;

/** Errors whose text is the system's, the SDK's or the key ring's own and quotes nothing that was sent or answered. */
const TELLING: ReadonlySet<string> = new Set([
  'ConfigurationError',
  'DeterminismViolationError',
  'IllegalStateError',
  'KeyRingError',
  'ServiceError',
  'ShutdownError',
  'TransportError',
  'GracefulShutdownPeriodExpiredError',
]);

/**
 * An error as a log may show it. Messages of parsers, checks and adapters may quote a payload, so only those are shown
 * whose text cannot: of the operating system, of gRPC and of the SDK.
 */
function errorFacts(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error ? error.code : undefined;
  const type = 'type' in error && typeof error.type === 'string' ? cut(error.type) : undefined;
  const system = typeof code === 'number' || (typeof code === 'string' && /^E[A-Z]+$/.test(code));
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    ...(type === undefined ? {} : { type }),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(system || TELLING.has(error.name) ? { message: cut(error.message) } : {}),
    ...(error.cause instanceof Error ? { cause: error.cause.name } : {}),
    place: frames.map((line) => line.trim()).slice(0, MOST_ITEMS),
  };
}
