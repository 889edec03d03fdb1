import { setTimeout as delay } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { createBody } from '../api/body.ts';
import { askedCommand, present } from '../api/command.ts';
import { idOf, parse } from '../api/parse.ts';
import { EXPLAINABLE, explainQuery, listQuery } from '../api/query.ts';
import { createOf } from '../api/create.ts';
import type { PaymentView } from '../machines/view.ts';
import type { CreateBody } from '../temporal/create-body.ts';
import { parseAmount } from './amount.ts';
import { callerName, instant, jsonFile, linesFile, pairs, reference } from './body.ts';
import { EXIT, exitOf, type ExitCode, UsageError } from './exit.ts';
import { act, collect, type Ended, type Invocation } from './invocation.ts';
import type { Output } from './output.ts';
import { type Session, withSession } from './session.ts';
import { simulateCommand } from './simulate.ts';
import { showExplanation, showList, showPayment } from './show.ts';

/** `payment create|show|list|watch|explain|simulate`. */
export function paymentCommands(program: Command, ended: Ended): void {
  const payment = program.command('payment').description('make payments and look at them');
  simulateCommand(payment, ended);

  act<CreateOptions>(
    payment
      .command('create')
      .description('authorise a payment, or adopt a hold that exists at the provider')
      .option('--id <id>', 'id of the payment; repeat it to repeat the call safely')
      .option(
        '--account <name>',
        'account of the configuration (default: the only one, or payone-de of `tranche dev`)',
      )
      .option('--amount <amount>', 'minor units (10000) or a decimal (100.00)')
      .option('--currency <code>', 'ISO 4217', 'EUR')
      .option(
        '--method <method>',
        "authorise by the provider's word for the method (PAYONE: cc, wlt, elv, …)",
      )
      .option('--option <name=value>', 'a parameter of the provider, may be repeated', collect)
      .option('--customer <name=value>', 'a fact of the customer, may be repeated', collect)
      .option('--return-url <name=url>', 'success, error or back, may be repeated', collect)
      .option(
        '--adopt <reference>',
        'adopt the hold with this reference: JSON ({"txid":"…"}) or NAME=VALUE, which may be repeated',
        collect,
      )
      .option('--authorized-at <instant>', 'when the adopted hold began')
      .option('--expires-at <instant>', 'when the adopted hold ends, an instant or a duration from now')
      .option('--captures <how>', 'immediate or collect')
      .option('--deadline <when>', 'an instant or a duration from now (PT2H)')
      .option('--on-deadline <what>', 'capture, release or alert')
      .option('--order <reference>', "the order's reference")
      .option('--lines <file>', "the order's lines as JSON, - for stdin")
      .option('--metadata <name=value>', 'kept with the payment, may be repeated', collect)
      .option('--body <file>', 'the whole body as JSON, - for stdin; other options are ignored'),
    ended,
    (call) => withSession(call, (session) => create(call, session)),
  );

  act<object>(
    payment
      .command('show')
      .description('the payment as it stands')
      .argument('<payment>', 'id of the payment'),
    ended,
    ({ args, config, output }) =>
      withSession({ config }, async ({ payments }) => {
        const found = await payments.get(args[0] ?? '');
        output.data(found);
        showPayment(output, found);
        return EXIT.done;
      }),
  );

  act<ListOptions>(
    payment
      .command('list')
      .description('payments, open ones first; may lag by seconds')
      .option('--status <status>', 'only of this status')
      .option('--provider <name>', 'only of this provider')
      .option('--account <name>', 'only of this account')
      .option('--attention <code>', 'only with this attention, or any')
      .option('--limit <n>', '1 to 200', '50')
      .option('--cursor <cursor>', 'where the page before ended'),
    ended,
    ({ options, config, output }) =>
      withSession({ config }, async ({ payments }) => {
        const { limit = 50, ...filters } = parse(listQuery, options);
        const page = await payments.list({ ...present(filters), limit });
        output.data(page);
        showList(output, page);
        return EXIT.done;
      }),
  );

  act<WatchOptions>(
    payment
      .command('watch')
      .description('follow a payment; ends when it is closed or reaches --until')
      .argument('<payment>', 'id of the payment')
      .option('--until <status>', 'a status, or settled: nothing in flight and nothing held')
      .option('--every <seconds>', 'how often to look', '1'),
    ended,
    (call) => withSession(call, (session) => watch(call, session)),
  );

  act<ExplainOptions>(
    payment
      .command('explain')
      .description('whether a command is legal now, by every rule with its figures')
      .argument('<payment>', 'id of the payment')
      .addOption(
        new Option('--command <command>', 'which command').choices(EXPLAINABLE).makeOptionMandatory(),
      )
      .option('--amount <amount>', 'minor units or a decimal')
      .option('--final', 'as the last capture')
      .option('--not-final', 'with more captures to come')
      .option('--capture <id>', 'the capture that is refunded or withdrawn'),
    ended,
    (call) => withSession(call, (session) => explain(call, session)),
  );
}

interface CreateOptions {
  id?: string;
  account?: string;
  amount?: string;
  currency: string;
  method?: string;
  option?: readonly string[];
  customer?: readonly string[];
  returnUrl?: readonly string[];
  adopt?: readonly string[];
  authorizedAt?: string;
  expiresAt?: string;
  captures?: string;
  deadline?: string;
  onDeadline?: string;
  order?: string;
  lines?: string;
  metadata?: readonly string[];
  body?: string;
}
interface ListOptions {
  status?: string;
  provider?: string;
  account?: string;
  attention?: string;
  limit: string;
  cursor?: string;
}
interface WatchOptions {
  until?: string;
  every: string;
}
interface ExplainOptions {
  command: (typeof EXPLAINABLE)[number];
  amount?: string;
  final?: boolean;
  notFinal?: boolean;
  capture?: string;
}

async function create({ options, output }: Invocation<CreateOptions>, session: Session): Promise<ExitCode> {
  const made = await session.payments.create(bodyOf(options, session), callerName());
  output.data(made);
  showPayment(output, made);
  return exitOf(made.authorization.state);
}

function bodyOf(options: CreateOptions, session: Session): CreateBody {
  const given = options.body === undefined ? typed(options, session) : jsonFile('--body', options.body);
  const body = parse(createBody, given);
  return createOf(idOf(body.id, undefined), body);
}

function typed(options: CreateOptions, session: Session): Record<string, unknown> {
  const {
    id,
    amount,
    currency,
    method,
    adopt,
    expiresAt,
    authorizedAt,
    captures,
    deadline,
    onDeadline,
    order,
  } = options;
  if (amount === undefined)
    throw new UsageError('--amount is needed: minor units (10000) or a decimal (100.00)');
  if ((method === undefined) === (adopt === undefined)) {
    throw new UsageError('say either --method, to ask for a hold, or --adopt, to take over one that exists');
  }
  const account = options.account ?? usualAccount(session);
  const lines = linesFile(options.lines);
  if (lines !== undefined && order === undefined)
    throw new UsageError('--lines needs --order, the reference of the order');
  const plan = present({ captures, deadline: instant('--deadline', deadline), onDeadline });
  return present({
    id,
    account,
    amount: { value: parseAmount(amount, currency, session.exponentsOf(account)), currency },
    authorization:
      adopt === undefined
        ? {
            request: present({
              method,
              options: pairs('--option', options.option),
              customer: pairs('--customer', options.customer),
              returnUrls: pairs('--return-url', options.returnUrl),
            }),
          }
        : {
            adopt: present({
              reference: reference('--adopt', adopt),
              authorizedAt,
              expiresAt: instant('--expires-at', expiresAt),
            }),
          },
    plan: Object.keys(plan).length === 0 ? undefined : plan,
    order: order === undefined ? undefined : present({ reference: order, lines }),
    metadata: pairs('--metadata', options.metadata),
  });
}

function usualAccount({ accounts, usualAccount: usual }: Session): string {
  if (usual !== null) return usual;
  throw new UsageError(`--account is needed: ${accounts.join(', ') || 'the configuration names none'}`);
}

async function watch(
  { args, options, output }: Invocation<WatchOptions>,
  { payments }: Session,
): Promise<ExitCode> {
  const { until } = options;
  const every = Number(options.every) * 1000;
  if (!(every >= 100 && every <= 3_600_000)) throw new UsageError('--every takes 0.1 to 3600 seconds');
  let before = '';
  for (;;) {
    const now = await payments.get(args[0] ?? '');
    const shape = JSON.stringify(now);
    if (shape !== before) tell(output, now);
    before = shape;
    if (now.closed !== null || now.status === until || (until === 'settled' && isSettled(now)))
      return EXIT.done;
    await delay(every);
  }
}

/** Nothing planned, sent, pending or unknown, and nothing held. */
function isSettled({ authorization, captures, releases, refunds, amounts }: PaymentView): boolean {
  const states = [authorization, ...captures, ...releases, ...refunds].map((each) => each.state);
  return (
    amounts.held.value <= 0 &&
    !states.some((word) => ['planned', 'sent', 'pending', 'unknown'].includes(word))
  );
}

/** Under `--json` one line a change, so that a program can follow. */
function tell(output: Output, payment: PaymentView): void {
  if (output.json) {
    output.announce(JSON.stringify(payment));
    return;
  }
  output.line(`── ${new Date().toISOString()}`);
  showPayment(output, payment);
}

async function explain(
  { args, options, output }: Invocation<ExplainOptions>,
  session: Session,
): Promise<ExitCode> {
  const id = args[0] ?? '';
  const { command, amount, final, notFinal, capture } = options;
  const payment = await session.payments.get(id);
  const { currency } = payment.requested;
  const query = parse(explainQuery, {
    command,
    ...present({
      capture,
      amount:
        amount === undefined
          ? undefined
          : String(parseAmount(amount, currency, session.exponentsOf(payment.account))),
      final: final === true ? 'true' : notFinal === true ? 'false' : undefined,
    }),
  });
  const explanation = await session.payments.explain(
    id,
    await askedCommand(query, () => Promise.resolve(payment)),
  );
  output.data(explanation);
  showExplanation(output, explanation);
  return explanation.legal ? EXIT.done : EXIT.refused;
}
