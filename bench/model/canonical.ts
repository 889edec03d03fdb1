import type { Operation } from '../../payment/operation.ts';
import { instantsOf } from '../../machines/core-clock.ts';
import type { CoreState } from '../../machines/core-state.ts';
import {
  atProvider,
  figures,
  findOperation,
  inFlight,
  isSettled,
  nextSequenceNumber,
  releaseRefused,
} from '../../machines/payment-state.ts';
import type { PaymentState } from '../../machines/payment-state.ts';
import { BY_PERSON_ALONE } from './attentions.ts';
import type { Node } from './node.ts';

/**
 * A node as texts without what cannot matter to its future: no ids, absolute times or ledger, and no word of what it
 * has used of its bounds. Two nodes with one text can do the same, as far as their bounds let them.
 *
 * - `exact`: what ended stands as a bag, since no rule asks in which order it ended. What had no effect is dropped: its
 *   number was given back, so no notice of the walk names it, unless a person said that it had none.
 * - `summed`: what ended stands as its sums. Only a notice names an ended operation, so this is the text of a life that
 *   has no notice left.
 */
export interface Texts {
  readonly exact: string;
  readonly summed: string;
}

export function textsOf(node: Node): Texts {
  const { state } = node;
  if (state.machine.value === 'closed') return { exact: 'closed', summed: 'closed' };
  const both = openPart(node);
  return { exact: `${both}|${endedPart(state)}`, summed: `${both}|${sumsPart(state)}` };
}

/** What goes on: operations in flight, timers, questions. */
function openPart(node: Node): string {
  const { state } = node;
  const { context } = state.machine;
  const { operations } = context;
  const running = state.running?.operation;
  const next = nextNumber(state);
  let open = '';
  for (const operation of operations) {
    if (inFlight(operation)) open += openText(operation, next, running, state.repeating?.operation);
    else if (operation.id === running) open += answeredText(operation, state);
  }
  return [
    authorizationText(state, running),
    open,
    `${state.deadlineDue ? 'd' : ''}${context.locked ? 'L' : ''}`,
    attentionsText(context),
    timesText(node),
    `${Math.max(0, state.confirmed + 1 - nextSequenceNumber(context))}`,
    state.deferred
      .map(
        ({ about, state: told, sequenceNumber, price }) =>
          `${about}${told}${(sequenceNumber ?? next) - next}/${price}`,
      )
      .join(),
    state.disputed === null
      ? ''
      : `${operations.filter(inFlight).findIndex(({ id }) => id === state.disputed?.operation)}:${state.disputed.amount}${state.disputed.notice === null ? '' : 'n'}`,
  ].join('|');
}

/** Of the questions that only a person puts away each one counts once it can be; before that, whether there is one. */
function attentionsText(context: PaymentState): string {
  const { attentions } = context;
  if (attentions.length === 0) return '';
  const codes = attentions.map(({ code }) => code).sort();
  if (isSettled(context)) return codes.join();
  const told = codes.filter((code) => !BY_PERSON_ALONE.has(code));
  return `${told.join()}${told.length < codes.length ? '+' : ''}`;
}

/** The number that the next call takes. */
export function nextNumber(state: CoreState): number {
  return Math.max(nextSequenceNumber(state.machine.context), state.confirmed + 1);
}

function authorizationText(state: CoreState, running: string | undefined): string {
  const { authorization } = state.machine.context;
  const { state: word, attempts, hold, redirectUrl } = authorization;
  if (word === 'approved' && running !== 'authorization') return word;
  const again = attempts > 1 && (inFlight(authorization) || running === 'authorization') ? '2' : '';
  return `${word}${running === 'authorization' ? 'R' : ''}${again}${hold === null ? 'h' : ''}${redirectUrl === undefined ? '' : 'r'}`;
}

function openText(operation: Operation, next: number, running?: string, repeating?: string): string {
  const { kind, state, amount, finalAsked } = operation;
  const asked = finalAsked === true ? 'f' : finalAsked === false ? 'n' : '';
  const marks = `${operation.id === running ? 'R' : ''}${operation.id === repeating ? 'P' : ''}`;
  if (!atProvider(operation)) return `${kind}:${state}:${amount}${asked}${marks};`;
  // A number below the next one is never given back to it, however far below it is.
  const number =
    operation.sequenceNumber === null || operation.sequenceNumber < next
      ? '-'
      : operation.sequenceNumber - next;
  // Only a first send waits for its turn again, and asks then what was asked of it.
  const first = state === 'sent' && operation.attempts === 1;
  // What is pending and an unknown outcome that nothing repeats wait for the same words, which end both alike.
  const word = state !== 'sent' && operation.id !== repeating ? 'waits' : state;
  return `${kind}:${word}:${amount}:${number}${first ? asked : 'a'}${operation.final === true ? 'F' : ''}${operation.releaseKind ?? ''}${marks};`;
}

/** Settled by a notice while its call runs: the answer may contradict. */
function answeredText(operation: Operation, state: CoreState): string {
  const { kind, amount, attempts, sequenceNumber } = operation;
  const observed =
    findOperation(state.machine.context, `observed-${sequenceNumber ?? operation.id}`) !== undefined;
  return `R${kind}:${operation.state}:${amount}${attempts > 1 ? 'a' : ''}${observed ? 'o' : ''};`;
}

/** Timers by name; how long it repeats only as far as a rule asks; how many instants of the plan passed unseen. */
function timesText({ state, at }: Node): string {
  const { repeating, timers } = state;
  const { timing } = state.machine.context.capabilities;
  const names = Object.keys(timers).sort().join();
  const overdue = overdueText(state, at);
  if (repeating === null) return `${names}${overdue}`;
  const waited = at - repeating.since;
  const over =
    repeating.reason === 'unknown'
      ? waited + (timing.repeats.at(-1) ?? 0) > timing.giveUpAfter
      : waited >= timing.gateAfter;
  return `${names}${overdue}/${repeating.reason}${over ? 'o' : ''}`;
}

/** The clock may have started for an instant that has passed, since nothing was there to act on; one that acts at once is not told apart from one that is due next. */
function overdueText({ timers, machine }: CoreState, at: number): string {
  if (timers.clock === undefined || timers.clock > at) return '';
  const { context } = machine;
  const { warn, deadline, lapse } = instantsOf(context);
  const open = [
    context.warned || context.deadlineReached ? null : warn,
    context.deadlineReached ? null : deadline,
    lapse,
  ];
  return 'o'.repeat(open.filter((instant) => instant !== null && instant <= at).length);
}

/** Sums that the rules ask for; `authorized` and `released` count only in what is held. */
function sumsPart(state: CoreState): string {
  const { context } = state.machine;
  const { held, captured, refunded, chargedBack } = figures(context);
  const net = captured - refunded - chargedBack;
  // What is deferred is a chargeback, which asks for its sums apart.
  const apart = state.deferred.length === 0 ? '' : `${captured}/${chargedBack}`;
  const reserving = context.operations.some(
    ({ id, kind, state: word }) =>
      kind === 'capture' &&
      (word === 'planned' ||
        word === 'sent' ||
        word === 'pending' ||
        word === 'unknown' ||
        id === state.running?.operation),
  );
  // What left an empty hold does not come back without a notice, so nothing asks of the plan or of a refused release.
  const plan = held <= 0 ? '' : planText(context);
  const final = context.finalBy !== null && (held > 0 || reserving) ? 'F' : '';
  // Only a booking beyond the hold gives back what lapsed, and only what is reserved or answered late may be that.
  const lapsed = context.lapsed > 0 ? (reserving || held < 0 ? context.lapsed : 'l') : '';
  return `${held}/${net}${captured > 0 ? 'c' : ''}${apart}${plan}${final}${lapsed}`;
}

function planText(context: PaymentState): string {
  return `${context.warned ? 'W' : ''}${context.deadlineReached ? 'D' : ''}${releaseRefused(context) ? 'x' : ''}`;
}

function endedPart(state: CoreState): string {
  const { context } = state.machine;
  const { held } = figures(context);
  const next = nextNumber(state);
  const { operations } = context;
  // Under the number of what a person denied a booking may still be told: then every number counts.
  const denied = operations.some(wasDenied);
  const bag: string[] = [];
  for (let at = 0; at < operations.length; at++) {
    const operation = operations[at] as Operation;
    const { id, kind, sequenceNumber } = operation;
    if (inFlight(operation) || sequenceNumber === null) continue;
    const number = denied ? `#${sequenceNumber - next}` : '';
    if (operation.state === 'approved' || operation.state === 'reversed') {
      const rest = operation.final === true && operations.some((each) => each.id === `${id}.rest`) ? 'r' : '';
      const final = id === context.finalBy ? 'B' : operation.final === true ? 'F' : '';
      const asked = operation.amount === operation.booked ? '' : `:${operation.amount}`;
      bag.push(
        `${kind}${operation.state}${operation.booked}${asked}${operation.origin === 'observed' ? 'o' : ''}${final}${rest}${number}`,
      );
    } else if (wasDenied(operation)) {
      const later = operations.some(
        (each, position) => position > at && each.sequenceNumber === sequenceNumber && !standsAt(each),
      );
      bag.push(`${kind}denied${operation.amount}${later ? 'l' : ''}${number}`);
    }
  }
  bag.sort();
  return `${held}/${context.lapsed}/${context.chargedBack}${planText(context)}${context.finalBy === null ? '' : 'F'}|${bag.join()}`;
}

function standsAt(operation: Operation): boolean {
  return atProvider(operation) || operation.state === 'approved' || operation.state === 'reversed';
}

/** A person said that it had no effect. */
function wasDenied({ state, reason, decline }: Operation): boolean {
  return (
    (state === 'not_performed' && reason === 'resolved') ||
    (state === 'declined' && decline?.code === 'resolved')
  );
}
