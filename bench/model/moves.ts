import type { TimerName } from '../../machines/core-state.ts';
import { figures, findOperation, isSettled } from '../../machines/payment-state.ts';
import { explain } from '../../machines/rules.ts';
import type { Command, ResolveWord } from '../../payment/command.ts';
import type { Actor } from '../../payment/ledger.ts';
import type { CallResult } from '../../payment/outcome.ts';
import { READ_BY_RULES } from './attentions.ts';
import type { Bounds } from './bounds.ts';
import { UNLIMITED } from './bounds.ts';
import type { Move } from './move.ts';
import { may, spend, TXID } from './move.ts';
import type { Node, Used } from './node.ts';
import { notices } from './notices.ts';

const SHOP: Actor = { kind: 'caller', name: 'shop', via: 'command' };

/** Everything that may happen at a node, in a fixed order, so that a path is a list of positions. */
export function movesOf(node: Node, bounds: Bounds, judge: typeof explain = explain): Move[] {
  if (node.state.machine.value === 'closed') return [];
  return [
    ...results(node, bounds),
    ...timers(node, bounds),
    ...commands(node, bounds, judge),
    ...words(node, bounds, judge),
    ...notices(node, bounds),
  ];
}

function results(node: Node, bounds: Bounds): Move[] {
  const { running, machine, repeating } = node.state;
  if (running === null) return [];
  const operation = findOperation(machine.context, running.operation);
  const out: Move[] = [];
  const add = (label: string, result: CallResult, used: Used = node.used, later = 0): void => {
    const input = { type: 'result', number: running.number, result } as const;
    out.push({ label: `${running.operation} ${label}`, input, at: node.at + 1 + later, used });
  };
  const authorizing = running.operation === 'authorization';
  const made = authorizing ? { providerReference: TXID, hold: { txid: TXID, clearingtype: 'cc' } } : {};
  add('approved', { outcome: 'approved', ...made });
  if (operation?.state !== 'sent') return out;
  const stands = { code: '23', message: 'no', hold: 'stands', again: 'later' } as const;
  add('declined', { outcome: 'declined', decline: stands });
  add('not performed', { outcome: 'not_performed', reason: 'refused-connection' });
  add('pending', { outcome: 'pending', ...made });
  if (authorizing) {
    add('approved in part', { outcome: 'approved', booked: bounds.amount - 1, ...made });
    add('pending at a page', { outcome: 'pending', redirectUrl: 'https://pay.example/', ...made });
  } else {
    add('declined, hold gone', {
      outcome: 'declined',
      decline: { ...stands, code: '972', hold: 'gone', again: 'no' },
    });
  }
  if (operation.kind === 'release') {
    add('refused for good', {
      outcome: 'declined',
      decline: { ...stands, code: '935', again: 'no' },
      firstOnly: true,
    });
  }
  if (operation.attempts > 1)
    add('declined as done', {
      outcome: 'declined',
      decline: { ...stands, code: '908', again: 'no' },
      firstOnly: true,
    });
  if (may(node, bounds, 'losses')) {
    const used = spend(node, 'losses');
    add('unknown', { outcome: 'unknown', reason: 'lost' }, used);
    if (!authorizing && operation.amount > 1)
      add('approved with less', { outcome: 'approved', booked: 1 }, used);
  } else if (operation.attempts > 1) add('unknown', { outcome: 'unknown', reason: 'lost' });
  if (!authorizing && machine.context.capabilities.sequence !== null && may(node, bounds, 'refusals')) {
    const used = spend(node, 'refusals');
    const late = repeating === null ? [0] : [0, machine.context.capabilities.timing.gateAfter];
    for (const later of late) {
      const when = later > 0 ? ', late' : '';
      const turn = { outcome: 'not_performed', reason: 'sequence', firstOnly: true, busy: true } as const;
      add(`out of turn${when}`, turn, used, later);
      const decline = { ...stands, code: '950', again: 'no' } as const;
      add(`busy${when}`, { outcome: 'declined', decline, firstOnly: true, busy: true }, used, later);
    }
  }
  return out;
}

/**
 * Short timers fire in any order, since how long ago something happened is not told apart; but none fires past the
 * plan's next instant, which comes first.
 */
function timers(node: Node, bounds: Bounds): Move[] {
  const out: Move[] = [];
  const { timers: armed } = node.state;
  const clock = armed.clock !== undefined && node.used.ticks < bounds.ticks ? armed.clock : Infinity;
  for (const [name, due] of Object.entries(armed).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const long = name === 'clock' || name === 'close';
    if ((long && node.used.ticks >= bounds.ticks) || due > clock) continue;
    const used = long && bounds.ticks < UNLIMITED ? spend(node, 'ticks') : node.used;
    out.push({
      label: `timer ${name}`,
      input: { type: 'timer', timer: name as TimerName },
      at: Math.max(node.at + 1, due),
      used,
    });
  }
  return out;
}

const distinct = (amounts: readonly number[]): number[] =>
  [...new Set(amounts)].filter((amount) => amount > 0);

function commands(node: Node, bounds: Bounds, judge: typeof explain): Move[] {
  const { context } = node.state.machine;
  const out: Move[] = [];
  const ask = (command: Command, used: Used = node.used): void => {
    if (judge(context, command).legal) out.push(commandMove(node, command, used));
  };
  let waiting = 0;
  for (const { kind, state, id } of context.operations) {
    if (state !== 'planned') continue;
    waiting += 1;
    if (kind === 'capture') ask({ type: 'withdraw', id: `w-${id}`, capture: id });
  }
  if (waiting >= bounds.queue) return out;
  const { captures, refunds, releases } = node.used;
  const sums = figures(context);
  if (captures < bounds.captures) {
    const id = `c-${captures + 1}`;
    const used = spend(node, 'captures');
    const rest = sums.capturable;
    for (const amount of distinct([1, rest - 1, rest])) {
      ask({ type: 'capture', id, amount }, used);
      if (amount < rest) ask({ type: 'capture', id, amount, final: true }, used);
    }
  }
  if (refunds < bounds.refunds) {
    const id = `r-${refunds + 1}`;
    const used = spend(node, 'refunds');
    const rest = sums.refundable;
    for (const amount of distinct([1, rest - 1, rest])) ask({ type: 'refund', id, amount }, used);
  }
  if (releases < bounds.releases) ask({ type: 'release', id: `v-${releases + 1}` }, spend(node, 'releases'));
  return out;
}

function commandMove(node: Node, command: Command, used: Used): Move {
  const amount = 'amount' in command ? ` ${command.amount}` : '';
  const final = 'final' in command && command.final === true ? ' final' : '';
  return {
    label: `${command.type} ${command.id}${amount}${final}`,
    input: { type: 'command', command, hash: 'h', by: SHOP },
    at: node.at + 1,
    used,
  };
}

function words(node: Node, bounds: Bounds, judge: typeof explain): Move[] {
  const { context } = node.state.machine;
  const moves: Move[] = [];
  const say = (label: string, word: ResolveWord, used: Used): void => {
    const command = { type: 'resolve', id: `s-${node.at}`, word, evidence: 'seen', by: 'ann' } as const;
    if (judge(context, command).legal)
      moves.push({ ...commandMove(node, command, used), label: `a person says ${label}` });
  };
  if (may(node, bounds, 'words')) {
    const used = spend(node, 'words');
    for (const operation of [context.authorization, ...context.operations]) {
      const { id, kind, state, amount } = operation;
      if (state !== 'unknown' && state !== 'pending') continue;
      const said = { operation: id, ...(kind === 'authorization' ? { reference: { txid: TXID } } : {}) };
      for (const outcome of ['approved', 'declined', 'not_performed'] as const)
        say(`${id} ${outcome}`, { ...said, outcome }, used);
      if (amount > 1 && kind !== 'release')
        say(`${id} approved with less`, { ...said, outcome: 'approved', amount: amount - 1 }, used);
    }
    for (const remainder of ['released', 'lapsed'] as const)
      say(`remainder ${remainder}`, { remainder }, used);
  }
  if (node.state.running !== null) return moves;
  const settled = isSettled(context);
  for (const { code } of context.attentions)
    if (settled || READ_BY_RULES.has(code)) say(`${code} is seen`, { attention: code }, node.used);
  return moves;
}
