import type { Input } from '../../machines/core-input.ts';
import type { TimerName } from '../../machines/core-state.ts';
import { figures, findOperation, inFlight, nextSequenceNumber } from '../../machines/payment-state.ts';
import { explain } from '../../machines/rules.ts';
import type { Command, ResolveWord } from '../../payment/command.ts';
import type { Actor } from '../../payment/ledger.ts';
import type { Notice } from '../../payment/notice.ts';
import type { Operation } from '../../payment/operation.ts';
import type { CallResult } from '../../payment/outcome.ts';
import type { Bounds } from './bounds.ts';
import type { Node, Used } from './node.ts';

/** One thing that may happen next. */
export interface Move {
  readonly label: string;
  readonly input: Input;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly used: Used;
}

const SHOP: Actor = { kind: 'caller', name: 'shop', via: 'command' };
const TXID = '345678901';

/** Everything that may happen at a node, in a fixed order, so that a path is a list of positions. */
export function movesOf(node: Node, bounds: Bounds): Move[] {
  if (node.state.machine.value === 'closed') return [];
  return [
    ...results(node, bounds),
    ...timers(node, bounds),
    ...commands(node, bounds),
    ...words(node, bounds),
    ...notices(node, bounds),
  ];
}

const spend = (node: Node, name: keyof Used): Used => ({ ...node.used, [name]: node.used[name] + 1 });

/** Whether one more thing out of the ordinary fits the bound. */
function may(node: Node, bounds: Bounds, name: 'losses' | 'refusals' | 'notices' | 'words'): boolean {
  const { losses, refusals, notices, words } = node.used;
  return node.used[name] < bounds[name] && losses + refusals + notices + words < bounds.troubles;
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
  if (authorizing) add('approved in part', { outcome: 'approved', booked: bounds.amount - 1, ...made });
  if (authorizing || operation.kind === 'refund') add('pending', { outcome: 'pending', ...made });
  if (!authorizing)
    add('declined, hold gone', {
      outcome: 'declined',
      decline: { ...stands, code: '972', hold: 'gone', again: 'no' },
    });
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
  if (!authorizing && may(node, bounds, 'refusals')) {
    const used = spend(node, 'refusals');
    const late = repeating === null ? [0] : [0, machine.context.capabilities.timing.gateAfter];
    for (const later of late) {
      add(
        `out of turn${later > 0 ? ', late' : ''}`,
        { outcome: 'not_performed', reason: 'sequence', firstOnly: true, busy: true },
        used,
        later,
      );
      add(
        `busy${later > 0 ? ', late' : ''}`,
        {
          outcome: 'declined',
          decline: { ...stands, code: '950', again: 'no' },
          firstOnly: true,
          busy: true,
        },
        used,
        later,
      );
    }
  }
  return out;
}

function timers(node: Node, bounds: Bounds): Move[] {
  const out: Move[] = [];
  for (const [name, due] of Object.entries(node.state.timers).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const long = name === 'clock' || name === 'close';
    if (long && node.used.ticks >= bounds.ticks) continue;
    const used = long ? spend(node, 'ticks') : node.used;
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

function commands(node: Node, bounds: Bounds): Move[] {
  const { context } = node.state.machine;
  const ours = context.operations.filter(({ origin, id }) => origin === 'engine' && !id.endsWith('.rest'));
  const count = (kind: string): number => ours.filter((operation) => operation.kind === kind).length;
  const sums = figures(context);
  const asked: Command[] = [];
  for (const { kind, state, id } of ours) {
    if (kind === 'capture' && state === 'planned')
      asked.push({ type: 'withdraw', id: `w-${id}`, capture: id });
  }
  if (ours.filter(({ state }) => state === 'planned').length >= bounds.queue)
    return asked.map((command) => commandMove(node, command, node.used));
  const captures = count('capture');
  if (captures < bounds.captures) {
    const id = `c-${captures + 1}`;
    const rest = sums.capturable;
    for (const amount of distinct([1, rest - 1, rest])) {
      asked.push({ type: 'capture', id, amount });
      if (amount < rest) asked.push({ type: 'capture', id, amount, final: true });
    }
  }
  const refunds = count('refund');
  if (refunds < bounds.refunds) {
    const rest = sums.refundable;
    for (const amount of distinct([1, rest - 1, rest]))
      asked.push({ type: 'refund', id: `r-${refunds + 1}`, amount });
  }
  if (count('release') < bounds.releases) asked.push({ type: 'release', id: 'v-1' });
  return asked
    .filter((command) => explain(context, command).legal)
    .map((command) => commandMove(node, command, node.used));
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

function words(node: Node, bounds: Bounds): Move[] {
  const { context } = node.state.machine;
  const said: { word: ResolveWord; label: string }[] = [];
  for (const operation of [context.authorization, ...context.operations]) {
    if (operation.state !== 'unknown' && operation.state !== 'pending') continue;
    const reference = operation.kind === 'authorization' ? { reference: { txid: TXID } } : {};
    for (const outcome of ['approved', 'declined', 'not_performed'] as const) {
      said.push({
        word: { operation: operation.id, outcome, ...reference },
        label: `${operation.id} ${outcome}`,
      });
    }
    if (operation.amount > 1 && operation.kind !== 'release') {
      const word = {
        operation: operation.id,
        outcome: 'approved',
        amount: operation.amount - 1,
        ...reference,
      } as const;
      said.push({ word, label: `${operation.id} approved with less` });
    }
  }
  for (const remainder of ['released', 'lapsed'] as const)
    said.push({ word: { remainder }, label: `remainder ${remainder}` });
  const costs = said.filter(
    ({ word }) => explain(context, resolve(node, word)).legal && may(node, bounds, 'words'),
  );
  const moves = costs.map(({ word, label }) => ({
    ...commandMove(node, resolve(node, word), spend(node, 'words')),
    label: `a person says ${label}`,
  }));
  const [first] = context.attentions.map((attention) => attention.code).sort();
  if (first !== undefined && node.state.running === null) {
    moves.push({
      ...commandMove(node, resolve(node, { attention: first }), node.used),
      label: `a person clears ${first}`,
    });
  }
  return moves;
}

function resolve(node: Node, word: ResolveWord): Command {
  return {
    type: 'resolve',
    id: `s-${Object.keys(node.state.bound).length}`,
    word,
    evidence: 'seen',
    by: 'ann',
  };
}

function notices(node: Node, bounds: Bounds): Move[] {
  const { context } = node.state.machine;
  const out: Move[] = [];
  if (!may(node, bounds, 'notices')) return out;
  const used = spend(node, 'notices');
  const add = (label: string, part: Partial<Notice>): void => {
    const input = { type: 'notice', notice: noticeOf(node, part) } as const;
    out.push({ label: `notice ${label}`, input, at: node.at + 1, used });
  };
  const { authorization } = context;
  if (authorization.state !== 'planned' && authorization.state !== 'declined') {
    if (authorization.state !== 'approved') {
      add('authorised', { about: 'authorization', price: bounds.amount });
      if (authorization.state === 'unknown')
        add('authorisation pending', { about: 'authorization', state: 'pending' });
    }
    if (authorization.state !== 'not_performed')
      add('authorisation failed', { about: 'authorization', state: 'failed' });
  }
  if (authorization.state !== 'approved') return out;
  for (const operation of context.operations)
    if (operation.sequenceNumber !== null) ofOperation(operation, add);
  const next = Math.max(
    nextSequenceNumber(context),
    ...context.operations.map((each) => (each.sequenceNumber ?? 0) + 1),
  );
  add('elsewhere capture 1', { about: 'capture', price: 1, sequenceNumber: next });
  const { held, refundable, captured } = figures(context);
  if (held > 1) add(`elsewhere capture ${held}`, { about: 'capture', price: held, sequenceNumber: next });
  if (refundable > 0) add('elsewhere refund 1', { about: 'refund', price: 1, sequenceNumber: next });
  if (captured > 0) {
    add('charged back 1', { about: 'chargeback', price: 1 });
    if (context.chargedBack > 0)
      add('chargeback reversed', { about: 'chargeback-reversed', price: context.chargedBack });
  }
  return out;
}

function ofOperation(operation: Operation, add: (label: string, part: Partial<Notice>) => void): void {
  const number = operation.sequenceNumber;
  const about = operation.kind === 'refund' ? 'refund' : 'capture';
  const price = operation.kind === 'release' ? null : operation.amount;
  const claims = operation.kind === 'release' ? { receivable: null } : {};
  const at = operation.state === 'sent' || operation.state === 'unknown' || operation.state === 'pending';
  const said = { about, sequenceNumber: number, price, ...claims } as const;
  if (operation.kind !== 'release') {
    if (at || operation.state === 'reversed') add(`${operation.id} booked`, said);
    if (at && operation.amount > 1)
      add(`${operation.id} booked with less`, { ...said, price: operation.amount - 1 });
    if (at && operation.kind === 'capture')
      add(`${operation.id}'s number taken`, { ...said, about: 'refund', price: 1 });
  }
  if (at || operation.state === 'approved') add(`${operation.id} failed`, { ...said, state: 'failed' });
  if (operation.state === 'unknown') add(`${operation.id} pending`, { ...said, state: 'pending' });
  if (!inFlight(operation) && operation.reason === 'resolved') add(`${operation.id} booked after all`, said);
}

function noticeOf(node: Node, part: Partial<Notice>): Notice {
  return {
    identity: `${node.at}/${node.used.notices}`,
    providerReference: TXID,
    about: 'nothing',
    state: 'approved',
    sequenceNumber: null,
    receivable: null,
    price: null,
    balance: null,
    currency: 'EUR',
    at: new Date(node.at).toISOString(),
    facts: {},
    ...part,
  };
}
