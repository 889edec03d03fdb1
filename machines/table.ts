import type { Status } from '../payment/status.ts';
import { guardNames } from './guards.ts';
import { operationMachine } from './operation-machine.ts';
import type { PaymentEvent } from './payment-event.ts';
import { paymentMachine } from './payment-machine.ts';
import { reach } from './reach.ts';
import { STATUS_ROWS } from './status.ts';

/** One line of the payment machine: what a status does with an entry type. */
export interface Row {
  readonly from: Status;
  readonly event: string;
  /** Names of the guards in order; empty where the entry is always legal. */
  readonly guard: readonly string[];
  /** Statuses that the entry leads to, decided by the amounts after it. */
  readonly to: readonly string[];
  /** What the driver has to do beside writing the entry down. */
  readonly effects: readonly string[];
}

/** One line of the operation machine. */
export interface OperationRow {
  readonly from: string;
  readonly event: string;
  readonly to: string;
}

type Transition = { readonly actions?: unknown } | undefined;

let known: readonly Row[] | undefined;

/** Every entry type that a status takes in some small life, in the order of the machine's definition. Searched once, in seconds. */
export function rows(): readonly Row[] {
  known ??= search();
  return known;
}

function search(): readonly Row[] {
  const found = reach();
  const out: Row[] = [];
  for (const [from, state] of Object.entries(paymentMachine.config.states ?? {})) {
    for (const [event, transition] of Object.entries(state.on ?? {})) {
      const to = found.get(from)?.get(event);
      if (to === undefined) continue;
      out.push({
        from: from as Status,
        event,
        guard: guardNames(event as PaymentEvent['type']),
        to: [...to].sort(byOrder),
        effects: effectsOf(transition as Transition),
      });
    }
  }
  return out;
}

const ORDER = [...STATUS_ROWS.map((row) => row.status as string), 'closed'];

function byOrder(a: string, b: string): number {
  return ORDER.indexOf(a) - ORDER.indexOf(b);
}

/** The machine's actions without the fold itself. */
function effectsOf(transition: Transition): readonly string[] {
  const actions = Array.isArray(transition?.actions) ? (transition.actions as readonly unknown[]) : [];
  return actions.filter((action): action is string => typeof action === 'string' && action !== 'fold');
}

/** Every move of one operation. */
export function operationRows(): readonly OperationRow[] {
  const out: OperationRow[] = [];
  for (const [from, state] of Object.entries(operationMachine.config.states ?? {})) {
    for (const [event, transition] of Object.entries(state.on ?? {})) {
      const to =
        typeof transition === 'string' ? transition : (transition as { readonly target: string }).target;
      out.push({ from, event, to });
    }
  }
  return out;
}

/** Both machines as Markdown tables. */
export function markdown(): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  return [
    '# The machines as tables',
    '',
    'Written by `npm run docs` from `machines/`; do not edit.',
    '',
    '## Payment',
    '',
    'An event is a ledger entry. It moves the payment where its guards find no objection; the status after it is the first row',
    'of the status table that fits the amounts, so one event can lead to several. The lines were found by driving the machine',
    'through every life of up to two operations and one thing out of the ordinary.',
    '',
    line(['from', 'event', 'guards', 'to', 'effects']),
    line(['---', '---', '---', '---', '---']),
    ...rows().map(({ from, event, guard, to, effects }) =>
      line([
        `\`${from}\``,
        `\`${event}\``,
        guard.length === 0 ? 'always legal' : code(guard),
        code(to),
        code(effects),
      ]),
    ),
    '',
    '## Operation',
    '',
    'Authorisation, capture, release and refund share it. `declined` is final; `not_performed` becomes `approved` only for an',
    'authorisation that a late answer revives.',
    '',
    line(['from', 'event', 'to']),
    line(['---', '---', '---']),
    ...operationRows().map(({ from, event, to }) => line([`\`${from}\``, `\`${event}\``, `\`${to}\``])),
    '',
  ].join('\n');
}
