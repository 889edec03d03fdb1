import type { Attention } from '../payment/attention.ts';
import type { Line } from '../payment/line.ts';
import type { Money } from '../payment/money.ts';
import type { Operation, OperationState, ReleaseKind } from '../payment/operation.ts';
import type { Decline } from '../payment/outcome.ts';
import type { Plan } from '../payment/plan.ts';
import type { Status } from '../payment/status.ts';
import { instantsOf } from './core-clock.ts';
import type { CoreState } from './core-state.ts';
import { type Limits, limitsOf } from './limits.ts';
import { figures, findOperation, type PaymentState } from './payment-state.ts';
import { legalCommands } from './rules.ts';
import { statusOf } from './status.ts';

interface OperationView {
  readonly id: string;
  readonly state: OperationState;
  /** Asked. */
  readonly amount: Money;
  /** What the provider took, once it is approved. */
  readonly booked?: Money;
  readonly origin: 'engine' | 'observed';
  readonly providerReference?: string;
  readonly decline?: Decline;
  readonly reason?: string;
  /** What was said of an end without effect: the field and its limit. */
  readonly message?: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
}

export interface CaptureView extends OperationView {
  readonly final: boolean;
  /** What the hold loses beside the captured amount. */
  readonly frees?: Money;
  readonly sequenceNumber?: number;
  readonly lines?: readonly Line[];
  readonly sentWith?: string;
}

export interface ReleaseView extends OperationView {
  readonly kind: ReleaseKind;
  readonly capture?: string;
}

export interface RefundView extends OperationView {
  readonly capture?: string;
  readonly sequenceNumber?: number;
}

export type AnyOperationView = CaptureView | ReleaseView | RefundView;

export interface AmountsView {
  readonly authorized: Money;
  readonly held: Money;
  readonly captured: Money;
  readonly reserved: Money;
  readonly capturable: Money;
  readonly released: Money;
  readonly lapsed: Money;
  readonly refunded: Money;
  readonly refunding: Money;
  readonly refundable: Money;
  readonly chargedBack: Money;
}

/** The payment object of `GET /v1/payments/{id}` (agreement, section 6). */
export interface PaymentView {
  readonly id: string;
  readonly account: string;
  readonly provider: string;
  readonly status: Status;
  readonly requested: Money;
  readonly authorization: {
    readonly state: OperationState;
    /** Where the customer has to go, while it is pending. */
    readonly redirectUrl?: string;
    readonly providerReference?: string;
    readonly decline?: Decline;
    readonly reason?: string;
    readonly message?: string;
    readonly authorizedAt?: string;
    readonly expiresAt?: string;
    /** Who said when the hold expires; null where nothing expires or nobody said. */
    readonly expiresBy: 'provider' | 'caller' | 'assumed' | null;
  };
  readonly amounts: AmountsView;
  readonly captures: readonly CaptureView[];
  readonly releases: readonly ReleaseView[];
  readonly refunds: readonly RefundView[];
  readonly plan: Plan;
  readonly order: { readonly reference: string; readonly lines?: readonly Line[] } | null;
  /** When the plan acts on what is still held; null where nothing is, or nothing expires. */
  readonly deadline: string | null;
  /** The oldest of `attentions`. */
  readonly attention: Attention | null;
  readonly attentions: readonly Attention[];
  readonly legal: readonly string[];
  readonly limits: Limits;
  readonly createdAt: string;
  readonly closed: string | null;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The payment as callers see it; every amount is Money in the payment's currency. */
export function paymentView(core: CoreState): PaymentView {
  const state = core.machine.context;
  const { facts } = core;
  const deadline = figures(state).held > 0 ? instantsOf(state).deadline : null;
  const said = saidOf(core);
  const of = (kind: Operation['kind']): readonly Operation[] =>
    state.operations.filter((each) => each.kind === kind);
  return {
    id: state.id,
    account: state.account,
    provider: state.provider,
    status: statusOf(state),
    requested: moneyOf(state, state.requested),
    authorization: authorizationOf(state, said.get('authorization')),
    amounts: amountsView(state),
    captures: of('capture').map((each) => captureOf(state, each, said.get(each.id))),
    releases: of('release').map((each) => releaseOf(state, each, said.get(each.id))),
    refunds: of('refund').map((each) => refundOf(state, each, said.get(each.id))),
    plan: state.plan,
    order: facts.order ?? null,
    deadline: deadline === null ? null : new Date(deadline).toISOString(),
    attention: state.attentions[0] ?? null,
    attentions: state.attentions,
    legal: legalCommands(state),
    limits: limitsOf(state),
    createdAt: state.createdAt,
    closed: state.closedAt,
    ...(facts.metadata === undefined ? {} : { metadata: facts.metadata }),
  };
}

/** A capture, release or refund by its id, or null where the payment has none of that id. */
export function operationView(core: CoreState, id: string): AnyOperationView | null {
  const state = core.machine.context;
  const operation = findOperation(state, id);
  if (operation === undefined || operation.kind === 'authorization') return null;
  const said = saidOf(core).get(id);
  if (operation.kind === 'release') return releaseOf(state, operation, said);
  if (operation.kind === 'refund') return refundOf(state, operation, said);
  return captureOf(state, operation, said);
}

/** What only the ledger remembers of an operation. */
interface Said {
  readonly lines?: readonly Line[];
  readonly message?: string;
}

/** The lines that a capture was planned with, and why the last attempt had no effect. */
function saidOf(core: CoreState): ReadonlyMap<string, Said> {
  const said = new Map<string, Said>();
  for (const { type, operation, data } of core.ledger) {
    if (operation === null) continue;
    const lines = data['lines'];
    const message = data['message'];
    if (type === 'capture.planned' && Array.isArray(lines)) {
      said.set(operation, { ...said.get(operation), lines: lines as readonly Line[] });
    }
    if (type.endsWith('.not_performed') && typeof message === 'string') {
      said.set(operation, { ...said.get(operation), message });
    }
  }
  return said;
}

const moneyOf = (state: PaymentState, value: number): Money => ({ value, currency: state.currency });

function amountsView(state: PaymentState): AmountsView {
  const sums = figures(state);
  return {
    authorized: moneyOf(state, sums.authorized),
    held: moneyOf(state, sums.held),
    captured: moneyOf(state, sums.captured),
    reserved: moneyOf(state, sums.reserved),
    capturable: moneyOf(state, sums.capturable),
    released: moneyOf(state, sums.released),
    lapsed: moneyOf(state, sums.lapsed),
    refunded: moneyOf(state, sums.refunded),
    refunding: moneyOf(state, sums.refunding),
    refundable: moneyOf(state, sums.refundable),
    chargedBack: moneyOf(state, sums.chargedBack),
  };
}

function authorizationOf(state: PaymentState, said: Said | undefined): PaymentView['authorization'] {
  const {
    state: reached,
    redirectUrl,
    providerReference,
    decline,
    reason,
    authorizedAt,
    expiresAt,
    expiresBy,
  } = state.authorization;
  return {
    state: reached,
    ...(redirectUrl === undefined || reached !== 'pending' ? {} : { redirectUrl }),
    ...(providerReference === undefined ? {} : { providerReference }),
    ...(decline === undefined ? {} : { decline }),
    ...(reason === undefined ? {} : { reason }),
    ...messageOf(reached, said),
    ...(authorizedAt === undefined ? {} : { authorizedAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    expiresBy: expiresBy ?? null,
  };
}

const messageOf = (state: OperationState, said: Said | undefined): { readonly message?: string } =>
  state === 'not_performed' && said?.message !== undefined ? { message: said.message } : {};

function common(state: PaymentState, operation: Operation, said: Said | undefined): OperationView {
  const { id, state: reached, amount, booked, origin, providerReference, decline, reason, at } = operation;
  return {
    id,
    state: reached,
    amount: moneyOf(state, amount),
    ...(booked === null ? {} : { booked: moneyOf(state, booked) }),
    origin,
    ...(providerReference === undefined ? {} : { providerReference }),
    ...(decline === undefined ? {} : { decline }),
    ...(reason === undefined ? {} : { reason }),
    ...messageOf(reached, said),
    at,
  };
}

function captureOf(state: PaymentState, operation: Operation, said: Said | undefined): CaptureView {
  const { final, finalAsked, frees, sequenceNumber, sentWith } = operation;
  return {
    ...common(state, operation, said),
    final: final ?? finalAsked === true,
    ...(frees === undefined ? {} : { frees: moneyOf(state, frees) }),
    ...(sequenceNumber === null ? {} : { sequenceNumber }),
    ...(said?.lines === undefined ? {} : { lines: said.lines }),
    ...(sentWith === undefined ? {} : { sentWith }),
  };
}

function releaseOf(state: PaymentState, operation: Operation, said: Said | undefined): ReleaseView {
  const { capture } = operation;
  return {
    ...common(state, operation, said),
    kind: operation.releaseKind ?? (figures(state).captured === 0 ? 'void' : 'request'),
    ...(capture === undefined ? {} : { capture }),
  };
}

function refundOf(state: PaymentState, operation: Operation, said: Said | undefined): RefundView {
  const { capture, sequenceNumber } = operation;
  return {
    ...common(state, operation, said),
    ...(capture === undefined ? {} : { capture }),
    ...(sequenceNumber === null ? {} : { sequenceNumber }),
  };
}
