import type { Operation } from '../../payment/operation.ts';
import { inFlight, nextSequenceNumber } from '../../machines/payment-state.ts';
import type { Node } from './node.ts';

/**
 * The node without what cannot matter to its future: ids, absolute times, the ledger, the order of
 * ended operations. Two nodes with one text behave alike within the bounds.
 */
export function canonical(node: Node): string {
  const { state, used } = node;
  const { context } = state.machine;
  const next = nextSequenceNumber(context);
  const open: string[] = [];
  const ended: string[] = [];
  for (const operation of context.operations) {
    if (inFlight(operation))
      open.push(openText(operation, next, state.running?.operation, state.repeating?.operation));
    else ended.push(endedText(operation, context.finalBy, state.running?.operation));
  }
  ended.sort();
  const { authorization } = context;
  const { repeating } = state;
  const waited = repeating === null ? 0 : node.at - repeating.since;
  const { timing } = context.capabilities;
  return [
    state.machine.value === 'closed' ? 'closed' : '',
    `${authorization.state}${authorization.booked ?? ''}${state.running?.operation === 'authorization' ? 'R' : ''}${Math.min(authorization.attempts, 2)}`,
    open.join(','),
    ended.join(','),
    `${context.lapsed}/${context.chargedBack}/${context.finalBy === null ? '' : 'F'}${context.warned ? 'W' : ''}${context.deadlineReached ? 'D' : ''}`,
    context.attentions
      .map((attention) => attention.code)
      .sort()
      .join(','),
    repeating === null
      ? ''
      : `${repeating.reason}${Math.min(repeating.repeats, 2)}${waited >= timing.gateAfter ? 'g' : ''}${waited > timing.giveUpAfter ? 'u' : ''}`,
    Object.keys(state.timers).sort().join(','),
    `${used.notices}${used.losses}${used.refusals}${used.words}${used.ticks}${node.answered ? 'A' : ''}`,
    state.confirmed >= context.sequence.usedUp ? 'c' : '',
    state.deferred
      .map((notice) => `${notice.about}${(notice.sequenceNumber ?? 0) - next}${notice.price ?? ''}`)
      .join(','),
    state.disputed === null ? '' : `${state.disputed.operation}${state.disputed.amount}`,
  ].join('|');
}

function openText(operation: Operation, next: number, running?: string, repeating?: string): string {
  const number = operation.sequenceNumber === null ? '' : operation.sequenceNumber - next;
  const marks = `${operation.id === running ? 'R' : ''}${operation.id === repeating ? 'P' : ''}`;
  const final = `${operation.finalAsked === true ? 'f' : operation.finalAsked === false ? 'n' : ''}${operation.final === true ? 'F' : ''}`;
  return `${operation.kind}:${operation.state}:${operation.amount}:${number}:${Math.min(operation.attempts, 2)}${final}${marks}`;
}

/** Of what ended without effect only its number counts, and that a release was refused for good. */
function endedText(operation: Operation, finalBy: string | null, running?: string): string {
  const marks = operation.id === running ? 'R' : '';
  if (operation.state === 'declined' || operation.state === 'not_performed') {
    const refused = operation.kind === 'release' && operation.decline?.again === 'no' ? 'x' : '';
    const said = operation.reason === 'resolved' || operation.decline?.code === 'resolved' ? 's' : '';
    return `${operation.kind}-${refused}${said}${marks}`;
  }
  const final = operation.id === finalBy ? 'B' : operation.final === true ? 'F' : '';
  const free = operation.id.endsWith('.rest') ? 'r' : '';
  return `${operation.kind}${operation.state}${operation.amount}/${operation.booked ?? ''}${operation.origin === 'observed' ? 'o' : ''}${final}${free}${marks}`;
}

/** 53 bits of a text, as a safe integer: two 32-bit multiplicative hashes side by side. */
export function digest(text: string): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x9e3779b1);
    high = Math.imul(high ^ code, 0x5f356495);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return 0x100000000 * (high & 0x1fffff) + (low >>> 0);
}
