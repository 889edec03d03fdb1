import { Context } from '@temporalio/activity';
import type { HoldReference } from '../payment/hold.ts';
import type { CallResult } from '../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import type { ProviderAccount } from '../providers/provider.ts';
import { BREAKER_OPEN, type Breakers } from './breakers.ts';
import { whileBeating } from './heartbeat.ts';
import { KeyRingError, type KeyRing } from './key-ring.ts';
import { logDefect, openedHold, privateTextsOf } from './provider-call.ts';
import type { Redact } from './redaction.ts';
import { seal, sealContext, textsOf } from './sealing.ts';

export interface ReadDependencies {
  readonly accounts: ReadonlyMap<string, ProviderAccount>;
  readonly keyRing: KeyRing;
  readonly redact: Redact;
  readonly heartbeatMs: number;
  readonly breakers: Breakers;
}

/**
 * Reads a provider's books inside an activity. It changes nothing there, so nothing is at stake but the answer.
 *
 * @returns what the books said, redacted, with secret members of a hold sealed. `failed`, which says nothing, with the
 *   reasons of the adapter and `unknown-account`, `no-read` (the account's books cannot be read), `unsealable`,
 *   `breaker-open` and `defect`. It throws nothing.
 */
export async function performRead(call: ReadCall, deps: ReadDependencies): Promise<ReadResult> {
  const account = deps.accounts.get(call.account);
  if (account === undefined) return failed('unknown-account');
  const read = account.read?.bind(account);
  if (read === undefined) return failed('no-read');
  const context = Context.current();
  try {
    const hold = call.hold === null ? null : openedHold(call.hold, call, deps.keyRing);
    const asked = await deps.breakers.through(call.account, context.log, () =>
      whileBeating(() => read({ ...call, hold }, { signal: context.cancellationSignal }), deps.heartbeatMs),
    );
    if ('pausedFor' in asked) return failed(BREAKER_OPEN);
    const { result } = asked;
    const secret = new Set(account.secretReference);
    const quoted = [
      ...(call.hold === null || hold === null ? [] : privateTextsOf(call.hold, hold)),
      ...secretTextsOf(result, secret),
    ];
    const safe = sealed(result, secret, deps.keyRing, sealContext(call));
    return told(safe, (outcome) => deps.redact(outcome, quoted));
  } catch (error) {
    logDefect(context, call, error);
    return failed(error instanceof KeyRingError ? 'unsealable' : 'defect');
  }
}

const failed = (reason: string): ReadResult => ({ read: 'failed', reason });

/** Members are named one by one: what an adapter adds of its own does not leave. */
function told(result: ReadResult, redact: (outcome: CallResult) => CallResult): ReadResult {
  const { exchange, ...texts } = redact(asOutcome(result));
  const facts = {
    ...(exchange === undefined ? {} : { exchange }),
    ...(result.remaining === undefined ? {} : { remaining: result.remaining }),
    ...(result.unsettled === undefined ? {} : { unsettled: result.unsettled }),
    ...(result.locked === undefined ? {} : { locked: result.locked }),
    ...(result.expiresAt === undefined ? {} : { expiresAt: result.expiresAt }),
  };
  switch (result.read) {
    case 'approved':
      return {
        read: 'approved',
        ...facts,
        ...(result.booked === undefined ? {} : { booked: result.booked }),
        ...(texts.providerReference === undefined ? {} : { providerReference: texts.providerReference }),
        ...(texts.hold === undefined ? {} : { hold: texts.hold }),
      };
    case 'pending':
      return { read: 'pending', ...facts };
    case 'declined':
      return { read: 'declined', ...facts, decline: 'decline' in texts ? texts.decline : result.decline };
    case 'absent':
      return { read: 'absent', ...facts, offered: result.offered };
    case 'failed':
      return { read: 'failed', ...facts, reason: 'reason' in texts ? texts.reason : result.reason };
    default:
      throw new TypeError('an adapter read something that is none of the five');
  }
}

/** The same texts as the result of a call, so that one redaction knows them all. */
function asOutcome(result: ReadResult): CallResult {
  const { exchange } = result;
  const common = exchange === undefined ? {} : { exchange };
  switch (result.read) {
    case 'approved':
      return {
        outcome: 'approved',
        ...common,
        ...(result.providerReference === undefined ? {} : { providerReference: result.providerReference }),
        ...(result.hold === undefined ? {} : { hold: result.hold }),
      };
    case 'declined':
      return { outcome: 'declined', ...common, decline: result.decline };
    case 'failed':
      return { outcome: 'unknown', ...common, reason: result.reason };
    default:
      return { outcome: 'pending', ...common };
  }
}

/** Where the books give a hold, its secret members are sealed as those of an answer are. */
function sealed(result: ReadResult, secret: ReadonlySet<string>, ring: KeyRing, context: string): ReadResult {
  if (result.read !== 'approved' || result.hold === undefined) return result;
  const members = Object.entries(result.hold).map(([name, value]) =>
    secret.has(name) && typeof value === 'string' ? [name, seal(ring, value, context)] : [name, value],
  );
  return { ...result, hold: Object.fromEntries(members) as HoldReference };
}

/** The secret members of a hold that the books gave, which the exchange may quote. */
const secretTextsOf = (result: ReadResult, secret: ReadonlySet<string>): string[] =>
  result.read === 'approved'
    ? Object.entries(result.hold ?? {}).flatMap(([name, value]) =>
        secret.has(name) ? textsOf(String(value)) : [],
      )
    : [];
