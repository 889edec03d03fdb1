import { type Command, Option } from 'commander';
import { createBody } from '../api/body.ts';
import { createOf } from '../api/create.ts';
import { parse } from '../api/parse.ts';
import { type PlannedStep, type Simulation, simulate } from '../machines/simulate.ts';
import type { Exponents } from '../payment/currency.ts';
import { formatDuration, isDuration, parseDuration } from '../payment/duration.ts';
import { refusal } from '../machines/rules.ts';
import { configureAccounts } from '../temporal/accounts.ts';
import { factsOf } from '../temporal/create-body.ts';
import { parseAmount } from './amount.ts';
import { pairs, reference } from './body.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, collect, type Ended, type Invocation } from './invocation.ts';
import { amount, type Output, state, styled, table } from './output.ts';
import { findConfiguration } from './source.ts';

interface SimulateOptions {
  readonly account?: string;
  readonly amount?: string;
  readonly currency: string;
  readonly method?: string;
  readonly option?: readonly string[];
  readonly adopt?: readonly string[];
  readonly captures?: 'immediate' | 'collect';
  readonly deadline?: string;
  readonly onDeadline?: 'capture' | 'release' | 'alert';
}

/** The day of a plan is a day of 24 hours after the authorisation. */
const DAY = 24 * 3_600_000;

const GRAMMAR =
  'write a step as WHEN WHAT: "day 1 capture 30.00", "P2DT12H capture 30.00 final", "day 3 release", "day 9 refund 10.00", "day 2 withdraw step-1"';

/** `payment simulate`: a whole plan on the machine, without a provider and without Temporal. */
export function simulateCommand(payment: Command, ended: Ended): void {
  act<SimulateOptions>(
    payment
      .command('simulate')
      .description(
        'run a plan on the machine without sending anything: its calls, what is held, and its risks',
      )
      .argument('[steps...]', GRAMMAR)
      .option('--account <name>', 'account of the configuration (default: the only one)')
      .option('--amount <amount>', 'minor units (10000) or a decimal (100.00)')
      .option('--currency <code>', 'ISO 4217', 'EUR')
      .option('--method <method>', "as in `payment create`: the provider's word for the method")
      .option('--option <name=value>', 'a parameter of the provider, may be repeated', collect)
      .option('--adopt <reference>', 'as in `payment create`: the hold is taken over', collect)
      .addOption(new Option('--captures <how>', 'how captures are sent').choices(['immediate', 'collect']))
      .option('--deadline <duration>', 'the plan acts so long after the authorisation (P6D)')
      .addOption(
        new Option('--on-deadline <what>', 'what the plan does then').choices([
          'capture',
          'release',
          'alert',
        ]),
      ),
    ended,
    run,
  );
}

/** @returns 1 where a step would be refused. */
async function run({ args, options, config, output }: Invocation<SimulateOptions>): Promise<ExitCode> {
  const { configuration, dev } = findConfiguration(config);
  const names = Object.keys(configuration.accounts);
  const usual = names.length === 1 || dev?.configFile === null ? names[0] : undefined;
  const name = options.account ?? usual;
  const account = name === undefined ? undefined : configuration.accounts[name];
  if (name === undefined || account === undefined)
    throw new UsageError(`--account is one of ${names.join(', ')}`);
  const exponents = (account['exponents'] ?? {}) as Exponents;
  const [adapter] = configureAccounts({ [name]: account }).values();
  if (adapter === undefined) throw new UsageError(`account ${name} cannot be configured`);
  try {
    const facts = factsOf(bodyOf(options, name, exponents), adapter, { hash: '', by: 'plan' });
    const steps = args.map((text, at) => stepOf(text, at + 1, options.currency, exponents));
    const done = simulate(facts, steps);
    output.data(asJson(done, options.currency));
    show(output, done, options.currency);
    return done.refused.length > 0 ? EXIT.refused : EXIT.done;
  } finally {
    await adapter.close();
  }
}

function bodyOf(options: SimulateOptions, account: string, exponents: Exponents) {
  const { currency, method, option, adopt, captures, deadline, onDeadline } = options;
  if (options.amount === undefined)
    throw new UsageError('--amount is needed: minor units (10000) or a decimal (100.00)');
  if ((method === undefined) === (adopt === undefined))
    throw new UsageError('say either --method or --adopt, as for `payment create`');
  if (deadline !== undefined && !isDuration(deadline))
    throw new UsageError('--deadline is a duration from the authorisation, such as P6D');
  const plan = {
    ...(captures === undefined ? {} : { captures }),
    // The plan begins at the beginning of time, so that instants are durations.
    ...(deadline === undefined ? {} : { deadline: new Date(parseDuration(deadline)).toISOString() }),
    ...(onDeadline === undefined ? {} : { onDeadline }),
  };
  const body = parse(createBody, {
    account,
    amount: { value: parseAmount(options.amount, currency, exponents), currency },
    authorization:
      adopt === undefined
        ? { request: { method, ...(option === undefined ? {} : { options: pairs('--option', option) }) } }
        : { adopt: { reference: reference('--adopt', adopt) } },
    ...(Object.keys(plan).length === 0 ? {} : { plan }),
  });
  return createOf('plan', body);
}

/** @throws UsageError for a step that is none. */
function stepOf(text: string, nth: number, currency: string, exponents: Exponents): PlannedStep {
  const match = /^\s*(?:day\s+(\d{1,4})|(P\S+))\s+(\w+)\s*(.*?)\s*$/i.exec(text);
  const [, day, duration, what = '', rest = ''] = match ?? [];
  if (match === null || (duration !== undefined && !isDuration(duration)))
    throw new UsageError(`${JSON.stringify(text)} is no step; ${GRAMMAR}`);
  const after = day === undefined ? parseDuration(duration ?? 'PT0S') : Number(day) * DAY;
  const words = rest === '' ? [] : rest.split(/\s+/);
  const id = `step-${nth}`;
  const [first] = words;
  const asked = (word: string | undefined) =>
    word === undefined ? {} : { amount: parseAmount(word, currency, exponents), currency };
  switch (what.toLowerCase()) {
    case 'capture': {
      const final = words.includes('final')
        ? { final: true }
        : words.includes('partial')
          ? { final: false }
          : {};
      const [sum, ...more] = words.filter((word) => word !== 'final' && word !== 'partial');
      if (more.length > 0) break;
      return { after, command: { type: 'capture', id, ...asked(sum), ...final } };
    }
    case 'release':
      if (words.length > 0) break;
      return { after, command: { type: 'release', id } };
    case 'refund': {
      if (words.length > 2) break;
      const capture = words[1] === undefined ? {} : { capture: words[1] };
      return { after, command: { type: 'refund', id, ...asked(first), ...capture } };
    }
    case 'withdraw':
      if (first === undefined || words.length > 1) break;
      return { after, command: { type: 'withdraw', id, capture: first } };
  }
  throw new UsageError(`${JSON.stringify(text)} is no step; ${GRAMMAR}`);
}

const whenOf = (after: number): string => formatDuration(Math.floor(after / 1000) * 1000);

/** The plan begins at the beginning of time: an instant in a text is a duration from the authorisation. */
const fromStart = (text: string): string =>
  text.replace(
    /\d{4}-\d\d-\d\dT[\d:.]+Z/g,
    (instant) => `${whenOf(Date.parse(instant))} after the authorisation`,
  );

/** With ISO 8601 durations from the authorisation, and Money. */
function asJson(done: Simulation, currency: string) {
  const money = (value: number) => ({ value, currency });
  const moneys = (amounts: Simulation['end']['amounts']) =>
    Object.fromEntries(Object.entries(amounts).map(([name, value]) => [name, money(value as number)]));
  return {
    calls: done.calls.map(({ after, amount: sum, ...call }) => ({
      after: whenOf(after),
      ...call,
      amount: money(sum),
    })),
    events: done.events.map(({ after, amounts, held, ...event }) => ({
      after: whenOf(after),
      ...event,
      held: money(held),
      amounts: moneys(amounts),
    })),
    refused: done.refused.map(({ after, explanation }) => ({ after: whenOf(after), explanation })),
    risks: done.risks.map(fromStart),
    end: { status: done.end.status, held: money(done.end.held), amounts: moneys(done.end.amounts) },
  };
}

function show(output: Output, done: Simulation, currency: string): void {
  const money = (value: number): string => amount({ value, currency });
  output.line(styled('bold', 'Calls to the provider'));
  output.line(
    table(
      ['after', 'call', 'operation', 'amount', 'number', 'final'],
      done.calls.map((call) => [
        whenOf(call.after),
        call.action,
        call.operation,
        money(call.amount),
        call.sequenceNumber === null ? '' : String(call.sequenceNumber),
        call.final ? 'final' : '',
      ]),
    ),
  );
  output.line();
  output.line(styled('bold', 'What is held'));
  output.line(
    table(
      ['after', 'entry', 'operation', 'status', 'held', 'captured', 'released', 'lapsed', 'refunded'],
      done.events
        .filter(({ entry }) => !entry.endsWith('.sent'))
        .map((event) => [
          whenOf(event.after),
          event.entry,
          event.operation ?? '',
          state(event.status),
          money(event.held),
          money(event.amounts.captured),
          money(event.amounts.released),
          money(event.amounts.lapsed),
          money(event.amounts.refunded),
        ]),
    ),
  );
  for (const { after, explanation } of done.refused) {
    const why = refusal(explanation);
    output.line();
    output.line(
      `${styled('red', 'refused')} after ${whenOf(after)}: ${explanation.command}, rule ${why?.rule ?? ''}: ${why?.text ?? ''}`,
    );
  }
  if (done.risks.length > 0) {
    output.line();
    output.line(styled('bold', 'Risks'));
    for (const risk of done.risks) output.line(`- ${fromStart(risk)}`);
  }
  output.line();
  output.line(`ends ${state(done.end.status)}, held ${money(done.end.held)}`);
}
