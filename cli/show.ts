import type { AnyOperationView, PaymentView } from '../machines/view.ts';
import type { Explanation } from '../payment/rule.ts';
import type { PaymentList } from '../temporal/payment-list.ts';
import { amount, type Output, state, styled, table } from './output.ts';

/** Results as people read them. */

export function showPayment(output: Output, payment: PaymentView): void {
  const { amounts, authorization } = payment;
  output.line(
    `${styled('bold', payment.id)}  ${state(payment.status)}  ${payment.account} (${payment.provider})`,
  );
  output.line(
    `authorisation ${state(authorization.state)}` +
      (authorization.providerReference === undefined ? '' : `, ${authorization.providerReference}`) +
      (authorization.expiresAt === undefined
        ? ''
        : `, expires ${authorization.expiresAt} (${authorization.expiresBy})`) +
      (authorization.reason === undefined ? '' : ` (${authorization.reason})`),
  );
  if (authorization.redirectUrl !== undefined)
    output.line(`send the customer to ${authorization.redirectUrl}`);
  if (authorization.decline !== undefined)
    output.line(`declined: ${authorization.decline.code} ${authorization.decline.message}`);
  const told = Object.entries(amounts).filter(([name, money]) => money.value !== 0 || ALWAYS.has(name));
  output.line();
  output.line(
    table(
      told.map(([name]) => name),
      [told.map(([, money]) => amount(money))],
    ),
  );
  const operations = [
    ...payment.captures.map((each) => ['capture', each] as const),
    ...payment.releases.map((each) => ['release', each] as const),
    ...payment.refunds.map((each) => ['refund', each] as const),
  ].sort(([, a], [, b]) => a.at.localeCompare(b.at));
  if (operations.length > 0) {
    output.line();
    output.line(
      table(
        OPERATION_HEAD,
        operations.map(([kind, operation]) => row(kind, operation)),
      ),
    );
  }
  output.line();
  for (const { code, message, since } of payment.attentions) {
    output.line(`${styled('red', 'attention')} ${code} since ${since}: ${message}`);
  }
  if (payment.deadline !== null) output.line(`deadline ${payment.deadline}: ${payment.plan.onDeadline}`);
  output.line(`legal now: ${payment.legal.join(', ') || 'nothing'}`);
  if (payment.closed !== null) output.line(`closed ${payment.closed}`);
}

const ALWAYS = new Set(['authorized', 'held', 'captured', 'capturable']);
const OPERATION_HEAD = ['kind', 'id', 'state', 'asked', 'booked', 'no', 'final', 'note'];

function row(kind: string, operation: AnyOperationView): readonly string[] {
  const number = 'sequenceNumber' in operation ? String(operation.sequenceNumber) : '';
  const final = 'final' in operation && operation.final ? 'final' : '';
  return [
    kind,
    operation.id,
    operation.state,
    amount(operation.amount),
    operation.booked === undefined ? '' : amount(operation.booked),
    number,
    final,
    noteOf(operation),
  ];
}

function noteOf(operation: AnyOperationView): string {
  const { decline, reason, message, origin } = operation;
  if (decline !== undefined)
    return decline.code === decline.message ? decline.code : `${decline.code} ${decline.message}`;
  return [reason, message, origin === 'observed' ? 'made elsewhere' : undefined]
    .filter((word) => word !== undefined)
    .join(', ');
}

export function showOperation(
  output: Output,
  payment: string,
  collection: string,
  operation: AnyOperationView,
): void {
  const kind = collection.slice(0, -1);
  const money = amount(operation.booked ?? operation.amount);
  const note = noteOf(operation);
  output.line(
    `${kind} ${styled('bold', operation.id)} of ${payment}: ${state(operation.state)}, ${money}${note === '' ? '' : ` (${note})`}`,
  );
  const ended = operation.state === 'declined' || operation.state === 'not_performed';
  if (!ended && 'frees' in operation && operation.frees !== undefined && operation.frees.value > 0)
    output.line(
      `${operation.state === 'approved' ? 'freed' : 'would free'} ${amount(operation.frees)} of the hold`,
    );
  if (operation.state === 'unknown') {
    output.note(
      `The outcome is unknown. Do not repeat with a new id; watch it with: tranche payment watch ${payment}`,
    );
  } else if (['planned', 'sent', 'pending'].includes(operation.state)) {
    output.note(`Not ended yet; watch it with: tranche payment watch ${payment}`);
  }
}

export function showList(output: Output, page: PaymentList): void {
  if (page.items.length === 0) output.line('no payments');
  else {
    output.line(
      table(
        ['id', 'status', 'account', 'attention', 'deadline', 'created', 'closed'],
        page.items.map((item) => [
          item.id,
          item.status ?? '',
          item.account ?? '',
          item.attention ?? '',
          item.deadline ?? '',
          item.createdAt ?? '',
          item.closed ?? '',
        ]),
      ),
    );
  }
  if (page.next !== null) output.note(`More with: --cursor ${page.next}`);
}

export function showExplanation(output: Output, explanation: Explanation): void {
  const { legal, refusedBy, rules, would } = explanation;
  output.line(
    `${explanation.command}: ${legal ? styled('green', 'legal') : styled('red', `refused, ${refusedBy}`)}`,
  );
  output.line(
    table(
      ['', 'rule', 'name', 'figures'],
      rules.map((rule) => [rule.pass ? '✓' : '✗', rule.rule, rule.name ?? '', rule.text]),
    ),
  );
  if (would === null) return;
  output.line(
    `would be ${would.state}${would.final ? ', final' : ''}${would.frees > 0 ? `, freeing ${would.frees}` : ''}`,
  );
  for (const call of would.calls) {
    output.line(
      `  ${call.operation} ${Object.entries(call.keys)
        .map(([name, key]) => `${name}=${key}`)
        .join(' ')}`,
    );
  }
  for (const risk of would.risks) output.line(`  ${styled('yellow', 'risk')} ${risk}`);
}
