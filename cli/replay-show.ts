import type { BundleDiff, Change } from '../audit/replay-diff.ts';
import type { OnAnother } from '../audit/replay-on.ts';
import type { InFlight, Stand } from '../audit/replay-point.ts';
import type { Behind, Page, Story } from '../audit/replay-story.ts';
import type { Refed } from '../audit/what-if-replay.ts';
import type { Followed, Refused } from '../audit/what-if.ts';
import { amount, type Output, state, styled, table } from './output.ts';
import { plain, plainValue } from './plain-text.ts';
import { showExplanation, showPayment } from './show.ts';

/** What replays say, as people read it. Texts of a bundle are made harmless here. */

const SHORT = 160;
const brief = (value: unknown, longest = SHORT): string => plain(JSON.stringify(value ?? null), longest);

export function pageLines(story: Story, page: Page): readonly string[] {
  const { currency } = story.bundle.payment;
  const money = (value: number): string => amount({ value, currency: plain(currency, 8) });
  const { n, at, type, operation, by, rule, status, moved, balances, legal, limits, refs, behind, exchange } =
    page;
  const changed =
    status.from !== null && status.from !== status.to
      ? `${status.from} → ${state(status.to)}`
      : state(status.to);
  const lines = [
    `${styled('bold', `${n}`)}  ${plain(at)}  ${styled('bold', plain(type))}${operation === null ? '' : ` ${plain(operation)}`}  ${changed}`,
    `   by ${by.kind} ${plain(by.name)} (${by.via}), rule ${plain(rule)}`,
  ];
  if (moved.length > 0)
    lines.push(
      `   moved ${moved.map(({ amount: name, from, to }) => `${name} ${money(from)} → ${money(to)}`).join(', ')}`,
    );
  lines.push(
    `   held ${money(balances.held)}, captured ${money(balances.captured)}, capturable ${money(balances.capturable)}, refundable ${money(balances.refundable)}`,
    `   legal ${legal.join(', ') || 'nothing'}; captures left ${limits.capture.left ?? 'any'}, final ${limits.capture.final}`,
    `   behind ${behindText(behind)}, event ${refs.eventId} of run ${plain(refs.runId)}`,
  );
  if (exchange !== undefined) {
    lines.push(
      `   sent ${plain(exchange.method)} ${plain(exchange.url)} ${brief(exchange.request)}`,
      `   answered ${exchange.status ?? 'nothing'} in ${exchange.tookMs} ms ${brief(exchange.response)}`,
    );
  }
  return lines;
}

function behindText({ kind, name, said }: Behind): string {
  const named = name === '' ? kind : `${kind} ${plain(name)}`;
  return said === null ? named : `${named} ${brief(said)}`;
}

export function showStand(output: Output, { n, at, payment, inFlight, follow }: Stand): void {
  output.line(`after entry ${n}, ${at}`);
  showPayment(output, plainValue(payment));
  showInFlight(output, inFlight);
  if (follow > 0)
    output.line(`the same input wrote ${follow} more; what is in flight is told as it was after them`);
}

function showInFlight(
  output: Output,
  { running, reading, allocation, repeating, waiting, timers }: InFlight,
): void {
  const flying = [
    ...(running === null ? [] : [`call ${running.operation}#${running.number}`]),
    ...(reading === null ? [] : [`read ${reading.operation}?${reading.number}`]),
    ...(allocation === null ? [] : [`reference of ${allocation.operation} ${allocation.phase}`]),
    ...(repeating === null ? [] : [`${repeating.operation} to be repeated, ${repeating.reason}`]),
  ];
  output.line(`in flight: ${plain(flying.join(', ')) || 'nothing'}`);
  if (waiting.length > 0)
    output.line(`no answer yet: ${plain(waiting.map(({ command }) => command).join(', '))}`);
  const due = Object.entries(timers).map(([name, at]) => `${name} ${at}`);
  if (due.length > 0) output.line(`timers: ${due.join(', ')}`);
}

export function showChanges(output: Output, changes: readonly Change[]): void {
  if (changes.length === 0) output.line('nothing differs');
  else
    output.line(
      table(
        ['where', 'A', 'B'],
        changes.map(({ where, a, b }) => [plain(where), brief(a, 60), brief(b, 60)]),
      ),
    );
}

export function showBundleDiff(output: Output, { payment, versions, ledger, entries }: BundleDiff): void {
  const facts = [...payment, ...versions];
  if (facts.length + ledger.length === 0) output.line(`nothing differs in ${entries.a} entries`);
  if (facts.length > 0) showChanges(output, facts);
  for (const { n, a, b, changes } of ledger) {
    output.line(
      `${styled('bold', `entry ${n}`)}  ${plain(a) || 'none'}${a === b ? '' : ` | ${plain(b) || 'none'}`}`,
    );
    showChanges(output, changes);
  }
}

export function showFollowed(output: Output, currency: string, followed: readonly Followed[]): void {
  for (const { at, what, entries, asks, refused } of followed) {
    output.line(`${styled('bold', plain(what))}  ${at}`);
    if (refused !== null) showRefused(output, plainValue(refused));
    for (const { type, operation, rule, after } of entries) {
      const { captured, reserved, released, refunded, lapsed, authorized } = after.amounts;
      const held = amount({ value: authorized - captured - released - lapsed, currency });
      const sums = { captured, reserved, released, refunded, lapsed };
      const told = Object.entries(sums).filter(([, value]) => value > 0);
      output.line(
        `  ${type}${operation === null ? '' : ` ${plain(operation)}`}  ${state(after.status)}  rule ${plain(rule)}  held ${held}` +
          told.map(([name, value]) => `, ${name} ${amount({ value, currency })}`).join(''),
      );
    }
    for (const ask of asks) output.line(`  ${styled('yellow', 'would ask')} ${brief(ask, 300)}`);
    if (refused === null && entries.length + asks.length === 0) output.line('  nothing follows');
  }
}

function showRefused(output: Output, { refusedBy, ...refused }: Refused): void {
  if (refusedBy !== 'idempotency-conflict') {
    showExplanation(output, { ...refused, refusedBy });
    return;
  }
  output.line(
    `  ${styled('red', `refused, ${refusedBy}`)}: the id is taken by another body; a new intent needs a new id`,
  );
}

export function showRefed(output: Output, { partings, same }: Refed): void {
  output.line();
  output.line(
    styled(
      'bold',
      `The rest of what was recorded: ${same} entries came about as they were, ${partings.length} did not`,
    ),
  );
  for (const { recorded, at, entry, how, where, expected, actual } of partings) {
    const number = recorded === null ? '' : `entry ${recorded} `;
    output.line(
      `${styled('yellow', how)}  ${number}${plain(entry)}  ${at}${where === '' ? '' : `  ${plain(where)}`}`,
    );
    if (how === 'differs') output.line(`  recorded ${brief(expected)}, would be ${brief(actual)}`);
  }
}

export function showOn(output: Output, name: string, { machine, inputs, differences }: OnAnother): void {
  output.line(
    `machine ${brief(machine.here)} here, ${brief(machine.there)} on ${plain(name)}; ${inputs} inputs`,
  );
  const [first, ...rest] = differences;
  if (first === undefined) {
    output.line(styled('green', 'it would have decided the same'));
    return;
  }
  const { entry, at, behind, where, expected, actual } = first;
  output.line(
    `${styled('red', 'otherwise')} first at ${entry === null ? 'no entry' : `entry ${entry}`}, ${at}, ${behindText(behind)}: ${plain(where)}`,
  );
  output.line(`  expected ${brief(expected, 400)}`);
  output.line(`  actual   ${brief(actual, 400)}`);
  if (rest.length > 0)
    output.line(`and at ${rest.length} later inputs, which follow from it or stand by themselves`);
}
