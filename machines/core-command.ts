import type {
  CaptureCommand,
  Command,
  RefundCommand,
  ReleaseCommand,
  RescheduleCommand,
  ResolveCommand,
  WithdrawCommand,
} from '../payment/command.ts';
import type { HoldReference } from '../payment/hold.ts';
import type { Actor, EntryData } from '../payment/ledger.ts';
import { type Line, linesTotal } from '../payment/line.ts';
import type { Explanation } from '../payment/rule.ts';
import { askedWith, carriesCall } from './collection.ts';
import { releasedBy } from './core-claims.ts';
import type { Draft } from './core-draft.ts';
import { clear, clearRemainder, operationOf, patchState, payment, raise, record } from './core-draft.ts';
import { approve, decline, notPerformed, tryAgain } from './core-outcome.ts';
import type { Details } from './core-state.ts';
import { cancelTimer, startTimer } from './core-timers.ts';
import { anchorOf, refundableOf } from './money-rules.ts';
import { namesAnchor } from './person-rules.ts';
import { figures } from './payment-state.ts';
import { askedAmount, explain, refusal } from './rules.ts';

/** A command that the validator should have refused; carries the explanation. */
export class IllegalCommand extends Error {
  readonly explanation: Explanation;
  constructor(explanation: Explanation) {
    super(`${explanation.command} refused: ${refusal(explanation)?.text ?? ''}`);
    this.name = 'IllegalCommand';
    this.explanation = explanation;
  }
}

/** Takes a legal command; a repeated id is answered with its operation as it stands. Throws IllegalCommand. */
export function onCommand(draft: Draft, command: Command, hash: string, by: Actor): void {
  const bound = Object.hasOwn(draft.state.bound, command.id) ? draft.state.bound[command.id] : undefined;
  if (bound !== undefined) {
    if (bound.operation === null) draft.replies.push({ command: command.id, operation: null });
    else wait(draft, command.id, bound.operation);
    return;
  }
  const explanation = explain(payment(draft), command);
  if (!explanation.legal) throw new IllegalCommand(explanation);
  const operation = accept(draft, command, by);
  tryAgain(draft);
  patchState(draft, { bound: { ...draft.state.bound, [command.id]: { hash, operation } } });
  if (operation === null) draft.replies.push({ command: command.id, operation: null });
  else wait(draft, command.id, operation);
}

function wait(draft: Draft, command: string, operation: string): void {
  patchState(draft, { waiting: [...draft.state.waiting, { command, operation }] });
}

/** Does what a legal command says; the id of the operation that it is about, or null. */
function accept(draft: Draft, command: Command, by: Actor): string | null {
  switch (command.type) {
    case 'capture':
      return planCapture(draft, command, by);
    case 'release':
      return planRelease(draft, command, by);
    case 'refund':
      return planRefund(draft, command, by);
    case 'withdraw':
      return withdraw(draft, command, by);
    case 'reschedule':
      return reschedule(draft, command, by);
    case 'resolve':
      return resolve(draft, command, by);
  }
}

function keepBody(draft: Draft, operation: string, body: Details): void {
  patchState(draft, { bodies: { ...draft.state.bodies, [operation]: body } });
}

/** The whole state goes with a payment from run to run, and the server takes 2 MiB at once. */
const MOST_LINE_BYTES = 256 * 1024;

/** Lines as the ledger keeps them: in full while those of all operations stay below the bound, else what they come to. */
function linesKept(draft: Draft, lines: readonly Line[] | undefined): EntryData {
  if (lines === undefined) return {};
  const lineBytes = draft.state.lineBytes + JSON.stringify(lines).length;
  if (lineBytes > MOST_LINE_BYTES) return { lines: { count: lines.length, sum: linesTotal(lines) } };
  patchState(draft, { lineBytes });
  return { lines };
}

/** Plans a capture and reserves its balance. The caller's word on `final` is kept; the rest is decided when it is sent. */
export function planCapture(draft: Draft, command: CaptureCommand, by: Actor, rule = 'legal'): string {
  const { capturable, held, reserved } = figures(payment(draft));
  const amount = askedAmount(command) ?? capturable;
  const finalAsked = command.final ?? null;
  const { capabilities, plan } = payment(draft);
  const freesAnyway = capabilities.remainder === 'implicit' && plan.captures === 'immediate';
  const final = finalAsked ?? (amount === capturable || freesAnyway);
  const { lines, description, reference, vatAmount, invoice, options } = command;
  const details = {
    ...(lines === undefined ? {} : { lines }),
    ...(description === undefined ? {} : { description }),
    ...(reference === undefined ? {} : { reference }),
    ...(vatAmount === undefined ? {} : { vatAmount }),
    ...(invoice === undefined ? {} : { invoice }),
    ...(options === undefined ? {} : { options }),
  };
  record(draft, 'capture.planned', command.id, by, rule, {
    amount,
    finalAsked,
    final,
    frees: final ? held - reserved - amount : 0,
    ...(command.override === true ? { override: true } : {}),
    ...details,
    ...linesKept(draft, lines),
  });
  keepBody(draft, command.id, { kind: 'capture', details });
  // The deadline that would have sent it has passed.
  const { deadlineReached } = payment(draft);
  if (deadlineReached && plan.captures === 'collect' && plan.onDeadline === 'capture')
    patchState(draft, { deadlineDue: true });
  return command.id;
}

export function planRelease(draft: Draft, command: ReleaseCommand, by: Actor, rule = 'legal'): string {
  const { held, reserved, captured } = figures(payment(draft));
  const details = command.reason === undefined ? {} : { reason: command.reason };
  const kind = captured > 0 || reserved > 0 ? 'request' : 'void';
  record(draft, 'release.planned', command.id, by, rule, {
    // Put aside by a person, books that differ may reserve more than is held.
    amount: Math.max(0, held - reserved),
    kind,
    said: command.reason ?? null,
  });
  keepBody(draft, command.id, { kind: 'release', details });
  return command.id;
}

function planRefund(draft: Draft, command: RefundCommand, by: Actor): string {
  const context = payment(draft);
  const { refundable } = figures(context);
  const capture = command.capture ?? anchorOf(context);
  const anchor = capture === undefined ? undefined : operationOf(draft, capture);
  const most =
    anchor === undefined
      ? refundable
      : Math.min(refundable, refundableOf(context, anchor.id, anchor.booked ?? 0));
  const { lines, vatAmount, reason, options } = command;
  const details = {
    ...(lines === undefined ? {} : { lines }),
    ...(vatAmount === undefined ? {} : { vatAmount }),
    ...(reason === undefined ? {} : { reason }),
    ...(options === undefined ? {} : { options }),
  };
  record(draft, 'refund.planned', command.id, by, 'legal', {
    amount: askedAmount(command) ?? most,
    ...(capture === undefined ? {} : { capture }),
    ...(command.override === true ? { override: true } : {}),
    ...linesKept(draft, lines),
    said: reason ?? null,
  });
  keepBody(draft, command.id, { kind: 'refund', details });
  return command.id;
}

function withdraw(draft: Draft, command: WithdrawCommand, by: Actor): string {
  const capture = operationOf(draft, command.capture);
  if (capture?.state !== 'planned') return command.capture;
  const waited = draft.state.repeating?.operation === capture.id;
  notPerformed(draft, capture, 'withdrawn', { by, rule: 'withdrawn' });
  if (waited) cancelTimer(draft, 'repeat');
  if (isDeadlines(capture.id))
    raise(
      draft,
      'deadline-reached',
      `${capture.id} was withdrawn; ${figures(payment(draft)).held} is held`,
      by,
    );
  return capture.id;
}

/** What the plan itself asked for when its deadline came. */
const isDeadlines = (id: string): boolean => id.startsWith('deadline.');

function reschedule(draft: Draft, command: RescheduleCommand, by: Actor): null {
  const plan = { ...payment(draft).plan, ...command.plan };
  record(draft, 'plan.changed', null, by, 'legal', { plan });
  // A deadline that was due belongs to the plan before; one that has passed is reached anew.
  patchState(draft, { deadlineDue: false });
  for (const { id, state } of payment(draft).operations) {
    const planned = isDeadlines(id) && state === 'planned' ? operationOf(draft, id) : undefined;
    if (planned === undefined) continue;
    if (draft.state.repeating?.operation === id) cancelTimer(draft, 'repeat');
    notPerformed(draft, planned, 'plan-changed', { by, rule: 'withdrawn' });
  }
  clear(draft, 'deadline-near', by);
  clear(draft, 'deadline-reached', by);
  return null;
}

function resolve(draft: Draft, command: ResolveCommand, by: Actor): string | null {
  const { word, evidence } = command;
  const person: Actor = { kind: 'operator', name: command.by, via: 'resolution' };
  const said = { evidence, resolution: command.id, token: by.name };
  if ('operation' in word) {
    const named = operationOf(draft, word.operation);
    const operation =
      named === undefined || carriesCall(named) ? named : operationOf(draft, named.sentWith ?? '');
    if (named !== undefined && word.reference !== undefined && namesAnchor(named, word)) {
      const data = {
        ...said,
        booked: named.booked ?? 0,
        ...referenceOf(named.kind, word.reference, word.holdKey),
      };
      record(draft, 'capture.approved', named.id, person, 'anchor-named', data);
      return named.id;
    }
    if (operation === undefined || (operation.state !== 'unknown' && operation.state !== 'pending'))
      return word.operation;
    const data = {
      ...said,
      ...(word.reference === undefined ? {} : referenceOf(operation.kind, word.reference, word.holdKey)),
    };
    if (word.outcome === 'approved') {
      const asked =
        operation.kind === 'release' ? releasedBy(draft, operation) : askedWith(payment(draft), operation);
      approve(draft, operation, word.amount ?? asked, { by: person, rule: 'resolved', data });
    } else if (word.outcome === 'declined') {
      // Of a release a person says for good by `remainder`; this word leaves another one legal.
      const again = operation.kind === 'release' ? 'later' : 'no';
      const no = { code: 'resolved', message: evidence, hold: 'stands', again } as const;
      decline(draft, operation, no, { by: person, rule: 'resolved', data });
    } else {
      notPerformed(draft, operation, 'resolved', { by: person, rule: 'resolved', data });
    }
    return operation.id;
  }
  if ('remainder' in word) {
    const { held, reserved } = figures(payment(draft));
    const amount = held - reserved;
    if (word.remainder === 'lapsed')
      record(draft, 'hold.lapsed', null, person, 'resolved', { ...said, amount });
    else
      record(draft, 'observed.release', `released-${command.id}`, person, 'resolved', {
        ...said,
        booked: amount,
      });
    if (figures(payment(draft)).held <= 0) clearRemainder(draft, person);
    return null;
  }
  if ('lock' in word) {
    if (!payment(draft).locked) return null;
    record(draft, 'lock.lifted', null, person, 'resolved', said);
    clear(draft, 'locked', person);
    clear(draft, 'failure-brake', person);
    return null;
  }
  record(draft, 'attention.cleared', null, person, 'resolved', { ...said, code: word.attention });
  const { authorization, operations, capabilities } = payment(draft);
  if (
    word.attention === 'outcome-unknown' &&
    [authorization, ...operations].some((each) => each.state === 'unknown')
  ) {
    // The question was put aside, not answered: it comes back.
    startTimer(draft, 'unknown', draft.at + capabilities.timing.giveUpAfter);
  }
  return null;
}

/** The reference that a person gives: the hold in the shape used when adopting, its key first, or the anchor of a capture. */
function referenceOf(kind: string, reference: HoldReference, holdKey: string | undefined) {
  const [first] = Object.values(reference);
  const key = kind === 'authorization' ? (holdKey ?? first) : first;
  const named = key === undefined ? {} : { providerReference: String(key) };
  return kind === 'authorization' ? { hold: reference, ...named } : named;
}
