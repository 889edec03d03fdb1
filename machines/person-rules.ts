import type { RescheduleCommand, ResolveCommand, WithdrawCommand } from '../payment/command.ts';
import { formatFigure } from '../payment/money.ts';
import type { Operation } from '../payment/operation.ts';
import type { RuleResult } from '../payment/rule.ts';
import { rule } from './money-rules.ts';
import { askedWith, carriesCall } from './collection.ts';
import type { PaymentState } from './payment-state.ts';
import { atProvider, figures, findOperation, inFlight } from './payment-state.ts';

/** Rules of what people say of a payment: withdraw, reschedule, resolve. None of them sends anything. */
export function personRules(
  state: PaymentState,
  command: WithdrawCommand | RescheduleCommand | ResolveCommand,
): readonly RuleResult[] {
  const open = rule(
    'not-closed',
    'M5',
    state.closedAt === null,
    state.closedAt === null ? 'open' : `closed at ${state.closedAt}`,
  );
  switch (command.type) {
    case 'withdraw':
      return [open, withdrawable(state, command)];
    case 'reschedule':
      return [open, ...plannable(state, command)];
    case 'resolve':
      return [open, resolvable(state, command)];
  }
}

function withdrawable(state: PaymentState, command: WithdrawCommand): RuleResult {
  const capture = findOperation(state, command.capture);
  if (capture === undefined || capture.kind !== 'capture') {
    return rule('not-planned', null, false, `no capture ${command.capture}`);
  }
  const again = capture.state === 'not_performed' && capture.reason === 'withdrawn';
  return rule(
    'not-planned',
    'M3',
    capture.state === 'planned' || again,
    `capture ${capture.id} is ${capture.state}`,
    {},
    [capture.id],
  );
}

function plannable(state: PaymentState, command: RescheduleCommand): RuleResult[] {
  const wanted = command.plan.captures;
  const sent = state.operations.filter((operation) => operation.kind === 'capture' && operation.attempts > 0);
  const changes = wanted !== undefined && wanted !== state.plan.captures;
  const can = wanted === undefined || state.capabilities.plans.includes(wanted);
  // Sent one by one, the first would free what the others were collected for.
  const collected =
    changes && wanted === 'immediate' && state.capabilities.remainder === 'implicit'
      ? state.operations.filter(({ kind, state: at }) => kind === 'capture' && at === 'planned')
      : [];
  return [
    rule(
      'supported',
      null,
      can,
      can ? 'the provider can serve the plan' : `this account serves ${state.capabilities.plans.join(', ')}`,
    ),
    rule(
      'nothing-held',
      'M6',
      inFlight(state.authorization) || figures(state).held > 0,
      `authorisation ${state.authorization.state}, held ${formatFigure(figures(state).held)}`,
      { held: figures(state).held },
    ),
    rule(
      'plan',
      null,
      !(changes && sent.length > 0) && collected.length === 0,
      changes && sent.length > 0
        ? 'how captures are sent is fixed once one was sent'
        : collected.length > 0
          ? `${collected.length} captures are collected for the one that the provider takes; withdraw them first`
          : 'the plan can change',
      {},
      [...sent, ...collected].map((operation) => operation.id),
    ),
  ];
}

function resolvable(state: PaymentState, command: ResolveCommand): RuleResult {
  const { word } = command;
  if ('operation' in word) {
    const operation = findOperation(state, word.operation);
    if (operation === undefined)
      return rule('already-resolved', null, false, `no operation ${word.operation}`);
    if (operation.state === 'unknown' || operation.state === 'pending') {
      const needsHold =
        operation.kind === 'authorization' &&
        word.outcome === 'approved' &&
        state.authorization.hold === null &&
        word.reference === undefined;
      if (needsHold) {
        return rule(
          'anchor-unknown',
          null,
          false,
          'the approved authorisation needs the reference that later calls name it by',
        );
      }
      const needsAnchor =
        operation.kind === 'capture' &&
        word.outcome === 'approved' &&
        state.capabilities.refundAnchor === 'capture' &&
        word.reference === undefined;
      if (needsAnchor) {
        const text = `the approved capture ${operation.id} needs the provider's own reference, by which refunds name it`;
        return rule('anchor-unknown', 'M2', false, text, {}, [operation.id]);
      }
      if (!carriesCall(operation)) {
        const text = `${operation.id} went out with ${operation.sentWith ?? ''}; say how that one ended`;
        return rule('already-resolved', 'M3', false, text, {}, [operation.sentWith ?? operation.id]);
      }
      const { amount } = word;
      // A provider's word is booked as it is; a person's is held against what was asked, since a slip cannot be undone.
      const most =
        operation.kind === 'release'
          ? Math.max(figures(state).held, operation.amount)
          : askedWith(state, operation);
      const fits = amount === undefined || (Number.isSafeInteger(amount) && amount > 0 && amount <= most);
      return rule(
        'amount-positive',
        'M7',
        fits,
        fits
          ? `${operation.id} is ${operation.state}`
          : `amount ${String(amount)}, at most ${formatFigure(most)} was asked`,
        { most },
      );
    }
    if (namesAnchor(operation, word))
      return rule('already-resolved', 'M3', true, `${operation.id} gets its reference`);
    const other =
      word.amount !== undefined && operation.state === 'approved' && word.amount !== operation.booked;
    const same = operation.state === word.outcome && !other;
    return rule(
      'already-resolved',
      'M3',
      same,
      `${operation.id} is ${operation.state}, said ${word.outcome}`,
      {},
      [operation.id],
    );
  }
  if ('remainder' in word) {
    const sums = figures(state);
    const busy = state.operations.filter(atProvider);
    const left = sums.held - sums.reserved;
    return rule(
      'nothing-held',
      'M6',
      left > 0 && busy.length === 0,
      busy.length > 0
        ? `${busy[0]?.id ?? ''} is ${busy[0]?.state ?? ''}`
        : `held ${formatFigure(sums.held)}, reserved ${formatFigure(sums.reserved)}`,
      { held: sums.held, reserved: sums.reserved },
      busy.map((operation) => operation.id),
    );
  }
  if ('lock' in word) return rule('already-resolved', null, true, state.locked ? 'locked' : 'not locked');
  const raised = state.attentions.some((attention) => attention.code === word.attention);
  return rule(
    'not-raised',
    null,
    raised,
    raised ? `attention ${word.attention}` : `attention ${word.attention} is not raised`,
  );
}

/** A capture that was approved without the provider's own reference can be given it later: refunds need it. */
export function namesAnchor(
  { kind, state, providerReference, booked }: Operation,
  word: Extract<ResolveCommand['word'], { operation: string }>,
): boolean {
  return (
    kind === 'capture' &&
    state === 'approved' &&
    providerReference === undefined &&
    word.outcome === 'approved' &&
    word.reference !== undefined &&
    (word.amount === undefined || word.amount === booked)
  );
}
