import type { CaptureCommand, Command, RefundCommand, ReleaseCommand } from '../payment/command.ts';
import { linesTotal } from '../payment/line.ts';
import type { Explanation, RefusalCode, RuleName, RuleResult } from '../payment/rule.ts';
import type { PaymentState } from './payment-state.ts';
import { capturableRules, refundRules, releaseRules } from './money-rules.ts';
import { personRules } from './person-rules.ts';
import { wouldOf } from './would.ts';

const CODES: Partial<Record<RuleName, RefusalCode>> = {
  'id-reserved': 'validation',
  'not-closed': 'payment-closed',
  'not-locked': 'payment-locked',
  supported: 'unsupported-by-provider',
  limit: 'capture-limit-reached',
  currency: 'currency-mismatch',
  'amount-positive': 'validation',
  'amount-exceeds-capturable': 'amount-exceeds-capturable',
  'amount-exceeds-captured': 'amount-exceeds-captured',
};

/** The amount that a command asks for, minor units; null where it asks for none. */
export function askedAmount(command: Command): number | null {
  if (command.type !== 'capture' && command.type !== 'refund') return null;
  if (command.amount !== undefined) return command.amount;
  return command.lines === undefined ? null : linesTotal(command.lines);
}

/**
 * Whether a command is legal now, by every rule in guard order, with the figures. The validator of the
 * workflow, the simulator and `explain` of the edge call this one function.
 */
export function explain(state: PaymentState, command: Command): Explanation {
  const rules = rulesFor(state, command);
  const failed = rules.find((rule) => !rule.pass);
  const asked = askedAmount(command);
  return {
    command: command.type,
    legal: failed === undefined,
    asked,
    refusedBy: failed === undefined ? null : (CODES[failed.rule] ?? 'not-legal-now'),
    rules,
    would: failed === undefined ? wouldOf(state, command, asked) : null,
  };
}

/** The rule that refuses, or null. */
export function refusal(explanation: Explanation): RuleResult | null {
  return explanation.rules.find((rule) => !rule.pass) ?? null;
}

function rulesFor(state: PaymentState, command: Command): readonly RuleResult[] {
  switch (command.type) {
    case 'capture':
      return capturableRules(state, command, askedAmount(command));
    case 'release':
      return releaseRules(state, command);
    case 'refund':
      return refundRules(state, command, askedAmount(command));
    default:
      return personRules(state, command);
  }
}

const CAPTURE: CaptureCommand = { type: 'capture', id: '-', override: true };
const RELEASE: ReleaseCommand = { type: 'release', id: '-' };
const REFUND: RefundCommand = { type: 'refund', id: '-', override: true };

/** The commands that some argument makes legal now, in fixed order; `void` stands beside `release` while nothing was captured. */
export function legalCommands(state: PaymentState): readonly string[] {
  const legal: string[] = [];
  if (explain(state, CAPTURE).legal) legal.push('capture');
  if (explain(state, RELEASE).legal) {
    legal.push('release');
    if (!state.operations.some((operation) => operation.kind === 'capture' && operation.state === 'approved'))
      legal.push('void');
  }
  if (explain(state, REFUND).legal) legal.push('refund');
  if (state.closedAt === null) {
    if (state.operations.some((operation) => operation.kind === 'capture' && operation.state === 'planned'))
      legal.push('withdraw');
    if (explain(state, { type: 'reschedule', id: '-', plan: {} }).legal) legal.push('reschedule');
    const open = [state.authorization, ...state.operations].some(
      (operation) => operation.state === 'unknown' || operation.state === 'pending',
    );
    const remainder = explain(state, {
      type: 'resolve',
      id: '-',
      word: { remainder: 'lapsed' },
      evidence: '-',
      by: '-',
    }).legal;
    if (open || remainder || state.locked || state.attentions.length > 0) legal.push('resolve');
  }
  return legal;
}
