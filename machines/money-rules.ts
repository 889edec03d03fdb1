import type { CaptureCommand, RefundCommand, ReleaseCommand } from '../payment/command.ts';
import { formatFigure } from '../payment/money.ts';
import type { RuleName, RuleResult } from '../payment/rule.ts';
import { callsTaken, carriesCall } from './collection.ts';
import type { PaymentState } from './payment-state.ts';
import {
  atProvider,
  figures,
  findOperation,
  hasAttention,
  inFlight,
  isBraked,
  isClosing,
  nextSequenceNumber,
  releaseRefused,
} from './payment-state.ts';

/** Most operations of one payment: what a continued run can carry. */
export const MOST_OPERATIONS = 1000;

type Name = RuleResult['name'];

/** One rule's verdict. */
export function rule(
  name: RuleName,
  money: Name,
  pass: boolean,
  text: string,
  numbers: Readonly<Record<string, number>> = {},
  because: readonly string[] = [],
): RuleResult {
  return { rule: name, name: money, pass, text, figures: numbers, because };
}

/** Ids that the engine mints for what no caller asked: the rest of a final capture, observed operations, the deadline's action. */
const RESERVED = /(^authorization$|^observed-|^released-|^deadline\.|\.rest$)/;

function idRule(id: string): RuleResult[] {
  return RESERVED.test(id)
    ? [rule('id-reserved', 'M3', false, `the engine mints ids like ${id} itself`)]
    : [];
}

/** Rules that every money command is held against first. */
function common(state: PaymentState, kind: 'capture' | 'release' | 'refund', override = false): RuleResult[] {
  const { authorization } = state;
  const authorized = authorization.state === 'approved' && (authorization.booked ?? 0) > 0;
  const busy = [authorization, ...state.operations].filter(atProvider);
  const first = busy[0];
  return [
    rule(
      'authorized',
      null,
      authorized,
      authorized ? 'authorised' : `the authorisation is ${authorization.state}`,
    ),
    rule(
      'not-closed',
      'M5',
      state.closedAt === null,
      state.closedAt === null ? 'open' : `closed at ${state.closedAt}`,
    ),
    rule(
      'not-locked',
      null,
      !state.locked,
      state.locked ? 'locked by the provider until a resolution lifts it' : 'not locked',
    ),
    brakeRule(state, kind, override),
    rule(
      'books-agree',
      'M1',
      !hasAttention(state, 'books-differ') && !hasAttention(state, 'hold-shared'),
      hasAttention(state, 'books-differ')
        ? "the provider's books differ; a resolution must clear it"
        : hasAttention(state, 'hold-shared')
          ? 'another payment stands on the same hold; a resolution must clear it'
          : 'books agree',
    ),
    rule(
      'lane-open',
      'M3',
      true,
      first === undefined
        ? 'the lane is open'
        : `waits behind ${first.kind} ${first.id}, which is ${first.state}`,
      {},
      busy.map((operation) => operation.id),
    ),
  ];
}

/** So many failed in a row that people keep the rest of the tries before the provider's lock. */
function brakeRule(
  state: PaymentState,
  kind: 'capture' | 'release' | 'refund',
  override: boolean,
): RuleResult {
  const limits = state.capabilities.failures;
  if (limits === null || kind === 'release') return rule('brake', null, true, 'no failure brake');
  const failed = state.failures[kind];
  const pass = !isBraked(state, [{ kind, ...(override ? { override } : {}) }]);
  return rule(
    'brake',
    null,
    pass,
    `${failed} failed ${kind}s in a row, ${limits.lock} lock the payment${pass ? '' : '; an operator may override'}`,
    { failed, brake: limits.brake, lock: limits.lock },
  );
}

function finalRule(state: PaymentState): RuleResult {
  const { finalBy } = state;
  const because = finalBy === null ? [] : [finalBy];
  return rule(
    'not-final',
    null,
    finalBy === null,
    finalBy === null ? 'no final capture yet' : `capture ${finalBy} was final`,
    {},
    because,
  );
}

function closingRule(state: PaymentState): RuleResult {
  const closing = state.operations.filter((operation) => inFlight(operation) && isClosing(state, operation));
  const first = closing[0];
  return rule(
    'not-closing',
    null,
    first === undefined,
    first === undefined
      ? 'no closing operation in flight'
      : `${first.kind} ${first.id} is ${first.state} and ends the hold`,
    {},
    closing.map((operation) => operation.id),
  );
}

/** M4: what is planned or at the provider takes a number each before a new operation does; a collection takes one. */
function numberRule(state: PaymentState): RuleResult {
  const { sequence } = state.capabilities;
  if (sequence === null) return rule('limit', 'M4', true, 'no sequence numbers');
  const first = nextSequenceNumber(state);
  const taking = state.operations.filter(
    (operation) =>
      operation.state === 'planned' ||
      (atProvider(operation) && carriesCall(operation) && operation.sequenceNumber === first),
  );
  const collected =
    state.plan.captures === 'collect'
      ? taking.filter((operation) => operation.kind === 'capture' && operation.state === 'planned')
      : [];
  const next = first + taking.length - Math.max(0, collected.length - 1);
  const text =
    next > sequence.max
      ? `sequence numbers end at ${sequence.max}, next is ${next}`
      : `next sequence number ${next}`;
  return rule('limit', 'M4', next <= sequence.max, text, { max: sequence.max, next });
}

function limitRule(state: PaymentState, kind: 'capture' | 'refund'): RuleResult {
  const { capabilities } = state;
  const taken = callsTaken(state, kind);
  const max = kind === 'capture' ? capabilities.maxCaptures : capabilities.maxRefunds;
  if (state.operations.length >= MOST_OPERATIONS) {
    return rule('limit', null, false, `at most ${MOST_OPERATIONS} operations a payment`, {
      max: MOST_OPERATIONS,
    });
  }
  const numbers = numberRule(state);
  if (!numbers.pass) return numbers;
  const within = max === null || taken.length < max;
  return rule(
    'limit',
    null,
    within,
    max === null ? 'no limit' : `${kind}s ${taken.length} of ${max}`,
    max === null ? {} : { max, taken: taken.length },
    taken.map((operation) => operation.id),
  );
}

/** What was asked, as far as it is a figure at all: the rules judge any input. */
function shown(asked: number | null): string {
  if (asked === null) return 'all';
  return Number.isSafeInteger(asked) ? formatFigure(asked) : String(asked);
}

function currencyRule(state: PaymentState, currency: string | undefined): RuleResult {
  const same = currency === undefined || currency === state.currency;
  return rule(
    'currency',
    'M7',
    same,
    same ? state.currency : `asked ${String(currency)}, held in ${state.currency}`,
  );
}

function positiveRule(state: PaymentState, asked: number | null): RuleResult {
  const max = state.capabilities.maxAmount ?? Number.MAX_SAFE_INTEGER;
  const fits = asked === null || (Number.isSafeInteger(asked) && asked > 0 && asked <= max);
  const text =
    asked === null
      ? 'all that there is'
      : fits
        ? `asked ${shown(asked)}`
        : `asked ${String(asked)}, allowed 1 to ${formatFigure(max)}`;
  return rule(
    'amount-positive',
    'M7',
    fits,
    text,
    asked === null || !Number.isSafeInteger(asked) ? {} : { asked, max },
  );
}

/** Rules of a capture. `asked` null: all that is capturable. */
export function capturableRules(
  state: PaymentState,
  command: CaptureCommand,
  asked: number | null,
): readonly RuleResult[] {
  const sums = figures(state);
  const reserving = state.operations.filter(
    (operation) => operation.kind === 'capture' && inFlight(operation),
  );
  const partial = command.final === false && asked !== null && asked < sums.capturable;
  const freesAnyway = state.capabilities.remainder === 'implicit' && state.plan.captures === 'immediate';
  const supported = !(partial && freesAnyway);
  const amount = asked ?? sums.capturable;
  const covered = amount > 0 && amount <= sums.capturable;
  return [
    ...idRule(command.id),
    ...common(state, 'capture', command.override),
    finalRule(state),
    closingRule(state),
    rule(
      'supported',
      null,
      supported,
      supported
        ? 'the provider can do this'
        : 'any capture at this provider frees the rest; final: false cannot be kept',
    ),
    limitRule(state, 'capture'),
    currencyRule(state, command.currency),
    positiveRule(state, asked),
    rule(
      'amount-exceeds-capturable',
      'M1',
      covered || (asked !== null && asked <= 0),
      `capturable ${formatFigure(sums.capturable)}, asked ${shown(asked)}${reservedBy(reserving)}`,
      { capturable: sums.capturable, asked: amount, reserved: sums.reserved, held: sums.held },
      reserving.map((operation) => operation.id),
    ),
  ];
}

function reservedBy(operations: readonly { readonly id: string; readonly amount: number }[]): string {
  return operations
    .map((operation) => `, reserved ${formatFigure(operation.amount)} by capture ${operation.id}`)
    .join('');
}

/** Rules of a release; with nothing captured it is a void. */
export function releaseRules(state: PaymentState, command: ReleaseCommand): readonly RuleResult[] {
  const sums = figures(state);
  const { capabilities } = state;
  const moved = capabilities.holds === 'moved';
  const after = sums.captured > 0 || sums.reserved > 0;
  const refused = releaseRefused(state);
  // What is collected goes out as the last capture, which frees the rest.
  const sends =
    state.plan.captures === 'collect' &&
    capabilities.remainder !== 'separate-cancel' &&
    state.operations.some(({ kind, state: at }) => kind === 'capture' && at === 'planned');
  const possible =
    !moved &&
    !refused &&
    (sends ||
      capabilities.holds === 'nothing' ||
      (after ? capabilities.releaseAfterCapture !== 'none' : capabilities.voidable));
  return [
    ...idRule(command.id),
    ...common(state, 'release'),
    closingRule(state),
    rule(
      'supported',
      null,
      possible,
      moved
        ? 'the money already moved; offer a refund'
        : possible
          ? 'the provider can be asked'
          : refused
            ? 'the provider refused a release for good; the rest lapses or a person resolves it'
            : sums.held > 0
              ? 'the provider has no call that gives this back; it lapses'
              : 'the provider has no call that gives this back, and nothing is held',
    ),
    ...(capabilities.holds === 'nothing' ? [] : [numberRule(state)]),
    rule('nothing-held', 'M6', sums.held > 0, `held ${formatFigure(sums.held)}`, { held: sums.held }),
  ];
}

/** Rules of a refund. `asked` null: all that is refundable of the capture, or of the payment. */
export function refundRules(
  state: PaymentState,
  command: RefundCommand,
  asked: number | null,
): readonly RuleResult[] {
  const sums = figures(state);
  const capture = command.capture ?? anchorOf(state);
  const anchor = capture === undefined ? undefined : findOperation(state, capture);
  const needed = state.capabilities.refundAnchor === 'capture';
  const anchored =
    capture === undefined
      ? !needed
      : anchor?.kind === 'capture' &&
        anchor.state === 'approved' &&
        (!needed || anchor.providerReference !== undefined);
  const possible = state.capabilities.maxRefunds !== 0;
  const refundable =
    anchor === undefined
      ? sums.refundable
      : Math.min(sums.refundable, refundableOf(state, anchor.id, anchor.booked ?? 0));
  const amount = asked ?? refundable;
  const refunding = state.operations.filter(
    (operation) => operation.kind === 'refund' && inFlight(operation),
  );
  return [
    ...idRule(command.id),
    ...common(state, 'refund', command.override),
    rule(
      'supported',
      null,
      possible,
      possible ? 'the provider can do this' : 'the provider has no call that gives a capture back',
    ),
    limitRule(state, 'refund'),
    currencyRule(state, command.currency),
    positiveRule(state, asked),
    rule(
      'amount-exceeds-captured',
      'M2',
      (amount > 0 && amount <= refundable) || (asked !== null && asked <= 0),
      `refundable ${formatFigure(refundable)}, asked ${shown(asked)}, captured ${formatFigure(sums.captured)}`,
      {
        refundable,
        asked: amount,
        captured: sums.captured,
        refunded: sums.refunded,
        refunding: sums.refunding,
      },
      refunding.map((operation) => operation.id),
    ),
    rule(
      'anchor-unknown',
      'M2',
      anchored,
      anchored
        ? 'the capture that it gives back is known'
        : needed && anchor?.state === 'approved'
          ? `the provider named no reference of capture ${anchor.id}`
          : `capture ${capture ?? '(none named)'} is not an approved capture`,
    ),
  ];
}

/** The capture that a refund without one gives back, where the provider wants to know and there is only one. */
export function anchorOf(state: PaymentState): string | undefined {
  if (state.capabilities.refundAnchor === 'payment') return undefined;
  const captures = state.operations.filter(
    (operation) => operation.kind === 'capture' && operation.state === 'approved',
  );
  return captures.length === 1 ? captures[0]?.id : undefined;
}

/** What of one capture is not yet given back, minor units. */
export function refundableOf(state: PaymentState, capture: string, booked: number): number {
  let left = booked;
  for (const operation of state.operations) {
    if (operation.kind !== 'refund' || operation.capture !== capture) continue;
    if (operation.state === 'approved') left -= operation.booked ?? 0;
    else if (inFlight(operation)) left -= operation.amount;
  }
  return left;
}
