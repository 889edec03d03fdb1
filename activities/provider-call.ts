import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { ProviderCall } from '../payment/call.ts';
import type { HoldReference } from '../payment/hold.ts';
import { OUTCOMES, type CallResult, type NotPerformed } from '../payment/outcome.ts';
import type { CallContext, ProviderAccount } from '../providers/provider.ts';
import { BREAKER_OPEN, type Breakers } from './breakers.ts';
import type { CrashPlan } from './crash-point.ts';
import { whileBeating } from './heartbeat.ts';
import { KeyRingError, type KeyRing } from './key-ring.ts';
import type { Redact } from './redaction.ts';
import { isSealed, seal, sealContext, textsOf, unseal } from './sealing.ts';
import { openSendWindow, type Confirm } from './send-window.ts';

/** The type of the failure for an account that this worker does not know; not retryable. */
export const UNKNOWN_ACCOUNT = 'tranche.unknown-account';

/** What a sealed value belongs to. */
type Owner = Pick<ProviderCall, 'account' | 'payment'>;

export interface CallDependencies {
  readonly accounts: ReadonlyMap<string, ProviderAccount>;
  readonly keyRing: KeyRing;
  readonly redact: Redact;
  readonly sendWindowMs: number;
  readonly heartbeatMs: number;
  readonly confirm: Confirm;
  readonly crash: CrashPlan;
  readonly breakers: Breakers;
}

/**
 * Makes one provider call inside an activity.
 *
 * @returns the outcome, redacted, with secrets sealed. `not_performed` with the reasons `validation` (the message
 *   begins with the path), `cancelled`, `send-window`, `unsealable`, `defect` and `breaker-open` (with `pausedFor`) is
 *   decided here: nothing had been handed to the adapter. `unknown` with reason `defect`: the adapter or this function broke when the request may
 *   have left.
 * @throws ApplicationFailure {@link UNKNOWN_ACCOUNT}, not retryable.
 */
export async function performCall(call: ProviderCall, deps: CallDependencies): Promise<CallResult> {
  const started = performance.now();
  const context = Context.current();
  const account = deps.accounts.get(call.account);
  if (account === undefined) {
    throw ApplicationFailure.nonRetryable(
      `account ${call.account} is not configured on this worker`,
      UNKNOWN_ACCOUNT,
    );
  }
  return whileBeating(() => beforeAndAfter(call, account, started, context, deps), deps.heartbeatMs);
}

async function beforeAndAfter(
  call: ProviderCall,
  account: ProviderAccount,
  started: number,
  context: Context,
  deps: CallDependencies,
): Promise<CallResult> {
  const opened = prepare(call, account, context, deps);
  if ('outcome' in opened) return deps.redact(opened);

  const sendBefore = await openSendWindow(context, started, deps.sendWindowMs, deps.confirm);
  if (isGivenUp(context)) return notPerformed('cancelled');
  if (sendBefore === null || performance.now() > sendBefore) return notPerformed('send-window');
  deps.crash('before-send', call);

  try {
    const asked = await deps.breakers.through(call.account, context.log, () =>
      sendUntilReached(opened, account, sendBefore, context, deps.crash),
    );
    if ('pausedFor' in asked)
      return { ...notPerformed(BREAKER_OPEN), busy: true, pausedFor: asked.pausedFor };
    const { result } = asked;
    deps.crash('after-answer', call);
    return deps.redact(sealed(checked(result), call, deps.keyRing), privateTexts(call, opened, result));
  } catch (error) {
    logDefect(context, call, error);
    return { outcome: 'unknown', reason: 'defect' };
  }
}

/** The call as the adapter gets it, sealed values opened; or why it may not go. Nothing is sent here. */
function prepare(
  call: ProviderCall,
  account: ProviderAccount,
  context: Context,
  deps: CallDependencies,
): ProviderCall | NotPerformed {
  try {
    const opened = unsealed(call, deps.keyRing);
    const refusal = account.check(opened);
    return refusal === null ? opened : notPerformed('validation', `${refusal.path}: ${refusal.message}`);
  } catch (error) {
    logDefect(context, call, error);
    return error instanceof KeyRingError ? notPerformed('unsealable', error.message) : notPerformed('defect');
  }
}

/** Answers of an adapter that reached nobody: not one byte of the request left, so the same attempt may go again. */
const UNREACHED: ReadonlySet<string> = new Set(['refused-connection', 'unresolved-name', 'unreachable']);

const FIRST_WAIT_MS = 250;

/**
 * Sends, and where nobody was reached sends again after 250 ms, 500 ms, 1 s and so on, as long as the send window is
 * open and the call is wanted. A provider that restarts for a moment costs no operation.
 */
async function sendUntilReached(
  call: ProviderCall,
  account: ProviderAccount,
  sendBefore: number,
  context: Context,
  crash: CrashPlan,
): Promise<CallResult> {
  for (let wait = FIRST_WAIT_MS; ; wait *= 2) {
    const result = await send(call, account, sendBefore, context, crash);
    if (result.outcome !== 'not_performed' || !UNREACHED.has(result.reason)) return result;
    if (performance.now() + wait >= sendBefore) return result;
    await delay(wait, undefined, { signal: context.cancellationSignal }).catch(() => undefined);
    if (isGivenUp(context) || performance.now() >= sendBefore) return result;
  }
}

/**
 * Passes a cancellation on until the request has left, and waits for the answer afterwards: what was asked of the
 * provider happens whether somebody waits or not. A worker that shuts down finishes its calls.
 */
async function send(
  call: ProviderCall,
  account: ProviderAccount,
  sendBefore: number,
  context: Context,
  crash: CrashPlan,
): Promise<CallResult> {
  const abort = new AbortController();
  let left = false;
  const onCancelled = (): void => {
    if (!left && isGivenUp(context)) abort.abort(new Error('cancelled before the request left'));
  };
  context.cancellationSignal.addEventListener('abort', onCancelled);
  const surroundings: CallContext = {
    signal: abort.signal,
    sendBefore,
    onSent: () => {
      left = true;
      crash('after-send', call);
    },
  };
  try {
    return await account.send(call, surroundings);
  } finally {
    context.cancellationSignal.removeEventListener('abort', onCancelled);
  }
}

const isGivenUp = (context: Context): boolean =>
  context.cancellationSignal.aborted && context.cancellationDetails?.workerShutdown !== true;

/** An adapter's answer that is none of the five outcomes says nothing about what happened. */
function checked(result: CallResult): CallResult {
  if (!OUTCOMES.includes(result.outcome)) throw new TypeError('an adapter answered with no known outcome');
  return result;
}

function unsealed(call: ProviderCall, ring: KeyRing): ProviderCall {
  return call.action === 'authorise' ? call : { ...call, hold: openedHold(call.hold, call, ring) };
}

/**
 * A hold reference with its sealed members opened.
 *
 * @throws KeyRingError where one does not open.
 */
export function openedHold(hold: HoldReference, owner: Owner, ring: KeyRing): HoldReference {
  const context = sealContext(owner);
  const open = (value: string | number): string | number =>
    isSealed(value) ? unseal(ring, value, context) : value;
  return Object.fromEntries(Object.entries(hold).map(([name, value]) => [name, open(value)]));
}

/** The texts of a hold reference that were sealed, which an exchange may quote. */
export const privateTextsOf = (hold: HoldReference, opened: HoldReference): string[] =>
  Object.keys(hold)
    .filter((name) => isSealed(hold[name]))
    .flatMap((name) => textsOf(String(opened[name])));

/**
 * Adapters give what must be kept as plaintext in `sealed`, as one text or as JSON; it leaves the activity only under
 * the key ring. A value of `hold` that stands in it is sealed on its own, so that the next call can be handed it.
 */
function sealed(result: CallResult, call: ProviderCall, ring: KeyRing): CallResult {
  if (result.sealed === undefined) return result;
  const context = sealContext(call);
  const secret = new Set(textsOf(result.sealed));
  const hold = Object.entries(result.hold ?? {}).map(([name, value]) =>
    typeof value === 'string' && secret.has(value) ? [name, seal(ring, value, context)] : [name, value],
  );
  return {
    ...result,
    sealed: seal(ring, result.sealed, context),
    ...(result.hold === undefined ? {} : { hold: Object.fromEntries(hold) as HoldReference }),
  };
}

/** What was sealed before or after this call, which the exchange may quote. */
function privateTexts(call: ProviderCall, opened: ProviderCall, result: CallResult): string[] {
  const answered = result.sealed === undefined ? [] : textsOf(result.sealed);
  if (call.action === 'authorise' || opened.action === 'authorise') return answered;
  return [...answered, ...privateTextsOf(call.hold, opened.hold)];
}

/** What did not leave this time says nothing of an earlier attempt that may have: hence `firstOnly`. */
const notPerformed = (reason: string, message?: string): NotPerformed => ({
  outcome: 'not_performed',
  reason,
  firstOnly: true,
  ...(message === undefined ? {} : { message }),
});

/** The error's message may quote what was sent or answered, so only its kind and its place are logged. */
export function logDefect(
  context: Context,
  call: Owner & { readonly operation: string; readonly action: string; readonly attempt?: number },
  error: unknown,
): void {
  const { account, payment, operation, action, attempt } = call;
  const kind = error instanceof Error ? error.name : typeof error;
  const frames =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  const place = frames.map((line) => line.trim()).slice(0, 8);
  context.log.error('a provider call broke', { account, payment, operation, action, attempt, kind, place });
}
