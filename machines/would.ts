import type { Command } from '../payment/command.ts';
import { formatFigure } from '../payment/money.ts';
import type { Explanation } from '../payment/rule.ts';
import type { PaymentState } from './payment-state.ts';
import { atProvider, figures, nextSequenceNumber } from './payment-state.ts';

/** What a legal command would do now: sent or planned, what it frees, which call with which keys, and at what risk. */
export function wouldOf(state: PaymentState, command: Command, asked: number | null): Explanation['would'] {
  if (command.type !== 'capture' && command.type !== 'release' && command.type !== 'refund') {
    return { state: 'planned', final: false, frees: 0, calls: [], risks: [] };
  }
  const sums = figures(state);
  const waits = [state.authorization, ...state.operations].some(
    (operation) => atProvider(operation) || operation.state === 'planned',
  );
  const collected = command.type === 'capture' && state.plan.captures === 'collect';
  const amount = command.type === 'capture' ? (asked ?? sums.capturable) : 0;
  const final =
    command.type === 'capture' &&
    (command.final ??
      (amount === sums.capturable || (state.capabilities.remainder === 'implicit' && !collected)));
  const frees = final ? sums.held - sums.reserved - amount : 0;
  const local = command.type === 'release' && state.capabilities.holds === 'nothing';
  const keys: Record<string, string> =
    state.capabilities.sequence === null ? {} : { sequencenumber: String(nextSequenceNumber(state)) };
  const sends = command.type === 'release' ? dueWith(state) : 0;
  if (sends > 0) {
    return {
      state: 'planned',
      final: true,
      frees: sums.held - sums.reserved,
      calls: [{ operation: 'capture', keys }],
      risks: [
        `this sends the ${formatFigure(sends)} that are collected, as the last capture`,
        ...risksOf(state, command, false),
      ],
    };
  }
  return {
    state: waits || collected ? 'planned' : 'sent',
    final,
    frees,
    calls: local ? [] : [{ operation: command.type, keys }, ...restOf(state, command, frees)],
    risks: [...freesUnasked(state, command, frees), ...risksOf(state, command, sums.captured > 0)],
  };
}

/** What a release would make go out as the last capture, minor units: the collected, where that frees the rest. */
function dueWith(state: PaymentState): number {
  if (state.plan.captures !== 'collect' || state.capabilities.remainder === 'separate-cancel') return 0;
  return state.operations
    .filter(({ kind, state: at }) => kind === 'capture' && at === 'planned')
    .reduce((sum, { amount }) => sum + amount, 0);
}

/** Where any capture frees the rest, a partial one that did not say so is told plainly. */
function freesUnasked(state: PaymentState, command: Command, frees: number): string[] {
  const unasked = command.type === 'capture' && command.final !== true && frees > 0;
  if (!unasked || state.capabilities.remainder !== 'implicit' || state.plan.captures === 'collect') return [];
  return [
    `this capture frees the other ${formatFigure(frees)} that are held: the provider takes one capture only`,
  ];
}

/** The rest is cancelled by a call of its own where the provider frees it in no other way. */
function restOf(state: PaymentState, command: Command, frees: number) {
  const cancels =
    command.type === 'capture' && state.capabilities.remainder === 'separate-cancel' && frees > 0;
  return cancels ? [{ operation: 'release', keys: {} }] : [];
}

function risksOf(state: PaymentState, command: Command, captured: boolean): string[] {
  const risks: string[] = [];
  const { authorization, capabilities } = state;
  if (authorization.expiresAt !== undefined && command.type !== 'refund') {
    risks.push(
      `the hold expires ${authorization.expiresAt} (${authorization.expiresBy ?? 'assumed'}); afterwards the provider may refuse`,
    );
  }
  if (command.type === 'release' && captured && capabilities.releaseAfterCapture === 'tried') {
    risks.push('after a capture the provider may refuse the release for good; the rest then lapses');
  }
  if (capabilities.resend === 'never' && capabilities.query === 'none') {
    risks.push('a lost answer ends with a person: the provider neither de-duplicates nor can be asked');
  }
  return risks;
}
