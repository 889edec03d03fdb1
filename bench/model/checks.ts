import type { Input, Step } from '../../machines/core-input.ts';
import { objectionTo } from '../../machines/guards.ts';
import type { Snapshot } from '../../machines/fold.ts';
import { takeFact } from '../../machines/fold.ts';
import type { PaymentEvent } from '../../machines/payment-event.ts';
import type { PaymentState } from '../../machines/payment-state.ts';
import {
  amountsOf,
  figures,
  findOperation,
  inFlight,
  isSettled,
  nextSequenceNumber,
} from '../../machines/payment-state.ts';
import { explain } from '../../machines/rules.ts';
import { statusOf } from '../../machines/status.ts';
import type { ProviderCall } from '../../payment/call.ts';
import type { LedgerEntry } from '../../payment/ledger.ts';
import type { Node } from './node.ts';

/** A rule of money that does not hold. */
export class Breach extends Error {
  readonly rule: string;
  constructor(rule: string, text: string) {
    super(`${rule}: ${text}`);
    this.name = 'Breach';
    this.rule = rule;
  }
}

function must(rule: string, holds: boolean, text: () => string): void {
  if (!holds) throw new Breach(rule, text());
}

/** M1–M4, M6, M7 and M10 over one transition: what it wrote and what it sent. */
export function checkStep(before: Node, step: Step, after: Node): void {
  let sums = amountsOf(figures(before.state.machine.context));
  for (const entry of step.state.ledger) {
    conserved(entry, sums, before);
    sums = entry.after.amounts;
  }
  for (const effect of step.effects)
    if (effect.type === 'call') checkCall(before, after.state.machine.context, effect.call, effect.number);
}

/** M3: an answer is taken for what it is, or for unknown where it settles nothing; unknown is never taken for anything else. */
export function checkAnswer(before: Node, input: Input, after: Node): void {
  if (input.type !== 'result') return;
  const id = before.state.running?.operation ?? '';
  const asked = findOperation(before.state.machine.context, id);
  if (asked?.state !== 'sent') return;
  const { outcome } = input.result;
  const became = findOperation(after.state.machine.context, id)?.state;
  const evidence = asked.attempts > 1 || (outcome === 'approved' && input.result.booked !== undefined);
  const waits = 'busy' in input.result && input.result.busy === true && became === 'planned';
  must(
    'M3',
    became === outcome || waits || (evidence && became === 'unknown'),
    () => `${id} was answered ${outcome} and is ${became}`,
  );
}

/**
 * M9: the new entries, read back from JSON and folded onto the state before, say what the worker believed at each and
 * give the state after.
 */
export function checkFold(
  before: Node,
  after: Node,
  entries: readonly LedgerEntry[],
  fold: typeof takeFact = takeFact,
): void {
  let snapshot: Snapshot = before.state.machine;
  for (const entry of JSON.parse(JSON.stringify(entries)) as LedgerEntry[]) {
    snapshot = fold(snapshot, entry as PaymentEvent).snapshot;
    const status = statusOf(snapshot.context);
    must(
      'M9',
      status === entry.after.status,
      () => `${entry.type}: believed ${entry.after.status}, the fold says ${status}`,
    );
    const folded = amountsOf(figures(snapshot.context));
    for (const [name, value] of Object.entries(folded)) {
      const believed = entry.after.amounts[name as keyof typeof folded];
      must('M9', value === believed, () => `${entry.type}: ${name} believed ${believed}, folded ${value}`);
    }
  }
  must('M9', snapshot.value === after.state.machine.value, () => `folded to ${snapshot.value}`);
  const believed = after.state.machine.context;
  for (const name of Object.keys(believed) as (keyof PaymentState)[]) {
    const same =
      snapshot.context[name] === believed[name] ||
      JSON.stringify(snapshot.context[name]) === JSON.stringify(believed[name]);
    must('M9', same, () => `${name} of the folded entries differs from the state's`);
  }
}

type Sums = LedgerEntry['after']['amounts'];

/** M6: money moves only by an entry that names it, and by the amount that the entry names. */
function conserved(entry: LedgerEntry, before: Sums, node: Node): void {
  const after = entry.after.amounts;
  const [noun = '', verb = ''] = entry.type.split('.');
  const owner = findOperation(node.state.machine.context, entry.operation ?? '');
  const kind = noun === 'observed' ? verb : noun;
  const moves = noun === 'observed' || verb === 'approved' || verb === 'reversed';
  const unmoved = (name: keyof Sums, mover: boolean): void =>
    must(
      'M6',
      mover || after[name] === before[name],
      () => `${entry.type} moves ${name} from ${before[name]} to ${after[name]}`,
    );
  unmoved('authorized', noun === 'authorization' && moves);
  unmoved('captured', kind === 'capture' && moves);
  unmoved('released', kind === 'release' && moves);
  unmoved('refunded', kind === 'refund' && moves);
  unmoved('lapsed', noun === 'hold');
  unmoved('chargedBack', noun === 'chargeback');
  if (entry.type === 'hold.lapsed') {
    must(
      'M6',
      after.lapsed - before.lapsed === entry.data['amount'],
      () => `lapsed ${after.lapsed - before.lapsed}, named ${String(entry.data['amount'])}`,
    );
  }
  if (verb === 'approved' && kind === 'release') {
    must(
      'M6',
      after.released >= before.released || node.used.notices > 0,
      () => `released falls from ${before.released} to ${after.released}`,
    );
  }
  if (verb === 'declined' || verb === 'not_performed') {
    const known =
      owner?.state === 'unknown' && !['answer', 'notice', 'resolution', 'query'].includes(entry.by.via);
    must('M3', !known, () => `${entry.type} ends an unknown outcome by ${entry.by.via}`);
  }
  for (const [name, value] of Object.entries(after)) {
    must(
      'M7',
      Number.isSafeInteger(value) && value >= 0,
      () => `${entry.type} leaves ${name} at ${String(value)}`,
    );
  }
}

const OF_ITSELF = /\.rest$/;

/** M1, M2, M3, M4 and M10 over what goes out. `state` is the payment with the call already written as sent. */
function checkCall(before: Node, state: PaymentState, call: ProviderCall, number: number): void {
  const operation = findOperation(state, call.operation);
  const known = findOperation(before.state.machine.context, call.operation);
  const name = `call ${number} ${call.action} ${call.operation}`;
  must('M3', operation?.state === 'sent', () => `${name}: the operation is ${operation?.state}`);
  if (operation === undefined) return;
  const others = [state.authorization, ...state.operations].filter(
    (each) => each.id !== operation.id && each.state !== 'planned' && inFlight(each),
  );
  must('M3', others.length === 0, () => `${name} goes out while ${others[0]?.id} is ${others[0]?.state}`);
  must(
    'M7',
    Number.isSafeInteger(call.amount) && call.amount >= (call.action === 'release' ? 0 : 1),
    () => `${name}: amount ${call.amount}`,
  );
  const sums = figures(state);
  if (call.attempt > 1) {
    must('M10', known?.state === 'unknown', () => `${name} repeats what is ${known?.state}`);
    must(
      'M10',
      before.lastCall === bodyOf(call),
      () => `${name} repeats with another body: ${before.lastCall} / ${bodyOf(call)}`,
    );
  } else {
    const ended =
      known === undefined ||
      known.state === 'planned' ||
      (known.state === 'sent' && before.state.running !== null);
    must('M10', ended, () => `${name} is a first send of what is ${known?.state}`);
    if ('sequenceNumber' in call && state.capabilities.sequence !== null) {
      const next = nextSequenceNumber(state);
      must(
        'M4',
        call.sequenceNumber === next,
        () => `${name} takes ${String(call.sequenceNumber)}, next is ${next}`,
      );
    }
    if (call.action === 'capture')
      must('M1', call.amount <= sums.held, () => `${name} asks ${call.amount}, held ${sums.held}`);
    if (call.action === 'release')
      must(
        'M1',
        sums.reserved === 0 && sums.held > 0,
        () => `${name} with ${sums.reserved} reserved, ${sums.held} held`,
      );
    if (call.action === 'refund') {
      const taken = state.operations.reduce(
        (sum, each) => (each.kind === 'refund' && each.state === 'approved' ? sum + (each.booked ?? 0) : sum),
        0,
      );
      must(
        'M2',
        taken + call.amount <= sums.captured - sums.chargedBack,
        () =>
          `${name} asks ${call.amount}, captured ${sums.captured}, charged back ${sums.chargedBack}, refunded ${taken}`,
      );
    }
  }
}

export function bodyOf(call: ProviderCall): string {
  return JSON.stringify({ ...call, attempt: 0 });
}

/** M1, M2, M4, M5, M6, M9's status and liveness over one state. */
export function checkState(node: Node): void {
  checkSums(node);
  if (node.state.machine.value !== 'closed') checkRules(node.state.machine.context);
}

/** Questions whose answer opens the lane again. */
const ASKS_OUTCOME = new Set<string>(['outcome-unknown', 'amount-differs', 'books-differ']);

/** Sums, numbers and liveness: cheap enough for every transition. */
export function checkSums(node: Node): void {
  const { state } = node;
  const { context } = state.machine;
  const sums = figures(context);
  const excused = node.answered || context.attentions.some((attention) => attention.code === 'books-differ');
  must(
    'M6',
    sums.authorized === sums.held + sums.captured + sums.released + sums.lapsed,
    () => 'authorised is not the sum of its parts',
  );
  must(
    'M1',
    excused || sums.captured + sums.released + sums.lapsed + sums.reserved <= sums.authorized,
    () => `nobody is told: ${JSON.stringify(sums)}`,
  );
  must(
    'M2',
    excused || sums.refunded + sums.refunding <= sums.captured - sums.chargedBack,
    () => `nobody is told: ${JSON.stringify(sums)}`,
  );
  const numbers = context.operations.filter(
    (each) => each.state === 'approved' && each.sequenceNumber !== null && !OF_ITSELF.test(each.id),
  );
  must(
    'M4',
    new Set(numbers.map((each) => each.sequenceNumber)).size === numbers.length,
    () => 'two bookings have one number',
  );
  if (state.machine.value === 'closed') {
    must(
      'M5',
      isSettled(context) && context.attentions.length === 0,
      () => 'closed before it is settled and quiet',
    );
    return;
  }
  must(
    'M9',
    state.machine.value === statusOf(context),
    () => `state value ${state.machine.value}, status ${statusOf(context)}`,
  );
  const open = [context.authorization, ...context.operations].filter(inFlight);
  // Neither the plan's clock nor a question about something else ends an outcome that is not known.
  const awaited =
    state.running !== null ||
    Object.keys(state.timers).some((timer) => timer !== 'clock' && timer !== 'close') ||
    context.attentions.some(({ code }) => ASKS_OUTCOME.has(code));
  must(
    'liveness',
    open.length === 0 || awaited,
    () => `${open[0]?.id} is ${open[0]?.state} and nothing is awaited`,
  );
  must(
    'liveness',
    state.running !== null || state.waiting.length === 0,
    () => `${state.waiting[0]?.command} waits while nothing runs`,
  );
}

/** M1 and M2 of what is asked: one unit more than there is, is refused by the rules and by the guard. */
export function checkRules(context: PaymentState): void {
  const sums = figures(context);
  const more = { type: 'capture', id: 'x', amount: sums.capturable + 1 } as const;
  must(
    'M1',
    !explain(context, more).legal,
    () => `a capture of ${more.amount} is legal, capturable ${sums.capturable}`,
  );
  const back = { type: 'refund', id: 'x', amount: sums.refundable + 1 } as const;
  must(
    'M2',
    !explain(context, back).legal,
    () => `a refund of ${back.amount} is legal, refundable ${sums.refundable}`,
  );
  const planned = {
    type: 'capture.planned',
    operation: 'x',
    by: { kind: 'engine', name: 'x', via: 'answer' },
    rule: 'x',
    data: { amount: more.amount },
    at: context.createdAt,
  } as const;
  must(
    'M1',
    objectionTo(context, planned) !== null,
    () => `the guard takes a capture of ${more.amount}, capturable ${sums.capturable}`,
  );
}
