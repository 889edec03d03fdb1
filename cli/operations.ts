import type { Command } from 'commander';
import { captureBody, planBody, refundBody, releaseBody, resolutionBody } from '../api/body.ts';
import {
  captureCommand,
  present,
  refundCommand,
  releaseCommand,
  resolveCommand,
  withdrawId,
} from '../api/command.ts';
import { idOf, parse } from '../api/parse.ts';
import { ProblemError } from '../api/problem.ts';
import type { Command as PaymentCommand } from '../payment/command.ts';
import { parseAmount } from './amount.ts';
import { callerName, instant, linesFile, pairs, reference } from './body.ts';
import { EXIT, exitOf, type ExitCode } from './exit.ts';
import { act, collect, type Ended, type Invocation } from './invocation.ts';
import { showOperation, showPayment } from './show.ts';
import { type Session, withSession } from './session.ts';

/** `capture`, `release`, `refund`, `withdraw`, `resolve`, `plan`: what is done with a payment. */
export function operationCommands(program: Command, ended: Ended): void {
  const of = (name: string, text: string): Command =>
    program.command(name).description(text).argument('<payment>', 'id of the payment');

  act<CaptureOptions>(
    of('capture', 'take money that is held')
      .option('--id <id>', 'id of the capture; repeat it to repeat the call safely')
      .option(
        '--amount <amount>',
        'minor units (1200) or a decimal (12.00); without it all that is capturable',
      )
      .option('--lines <file>', 'lines as JSON, - for stdin')
      .option('--final', 'the last capture: the rest is released')
      .option('--not-final', 'more captures are to come')
      .option('--description <text>', 'what the provider prints')
      .option('--reference <text>', 'your reference, where the provider takes one')
      .option('--option <name=value>', 'a parameter of the provider, may be repeated', collect)
      .option('--override', 'send in spite of the failure brake'),
    ended,
    async (call) => {
      const {
        id,
        amount,
        lines,
        final,
        notFinal,
        description,
        reference: own,
        option,
        override,
      } = call.options;
      if (final === true && notFinal === true) throw usage('--final and --not-final contradict each other');
      return operate(call, 'captures', async (session, payment) => {
        const body = parse(captureBody, {
          ...present({
            id,
            amount: await amountOf(session, payment, amount),
            lines: linesFile(lines),
            final: final === true ? true : notFinal === true ? false : undefined,
            description,
            reference: own,
            options: pairs('--option', option),
            override,
          }),
        });
        return captureCommand(idOf(body.id, undefined), body);
      });
    },
  );

  act<ReleaseOptions>(
    of('release', 'give back what is held and not captured')
      .option('--id <id>', 'id of the release')
      .option('--reason <text>', 'why, for the ledger')
      .option('--override', 'send in spite of the failure brake'),
    ended,
    (call) =>
      operate(call, 'releases', async () => {
        const body = parse(releaseBody, present({ ...call.options }));
        return releaseCommand(idOf(body.id, undefined), body);
      }),
  );

  act<RefundOptions>(
    of('refund', 'give back what was captured')
      .option('--id <id>', 'id of the refund')
      .option('--amount <amount>', 'minor units or a decimal; without it all that is refundable')
      .option('--capture <id>', 'the capture that is refunded')
      .option('--lines <file>', 'lines as JSON, - for stdin')
      .option('--reason <text>', 'why, for the ledger')
      .option('--option <name=value>', 'a parameter of the provider, may be repeated', collect)
      .option('--override', 'send in spite of the failure brake'),
    ended,
    (call) =>
      operate(call, 'refunds', async (session, payment) => {
        const { id, amount, capture, lines, reason, option, override } = call.options;
        const body = parse(refundBody, {
          ...present({
            id,
            capture,
            reason,
            amount: await amountOf(session, payment, amount),
            lines: linesFile(lines),
            options: pairs('--option', option),
            override,
          }),
        });
        return refundCommand(idOf(body.id, undefined), body);
      }),
  );

  act<object>(
    of('withdraw', 'take back a capture that is only planned').argument(
      '<capture>',
      'id of the planned capture',
    ),
    ended,
    (call) => {
      const capture = call.args[1] ?? '';
      return operate(call, 'captures', async () => ({ type: 'withdraw', id: withdrawId(capture), capture }));
    },
  );

  act<ResolveOptions>(
    of('resolve', 'say with evidence what happened where the engine cannot know')
      .option('--operation <id>', 'the operation, or authorization; needs --outcome')
      .option('--outcome <outcome>', 'approved, declined or not_performed')
      .option('--amount <amount>', 'what the provider booked, minor units or a decimal')
      .option(
        '--reference <reference>',
        "the provider's reference: JSON or NAME=VALUE, which may be repeated",
        collect,
      )
      .option('--remainder <word>', 'what became of the rest: released or lapsed')
      .option('--lock <word>', "lifted: the provider's lock is gone")
      .option('--attention <code>', 'this attention has been dealt with')
      .requiredOption('--evidence <text>', 'how you know')
      .option('--by <name>', 'who says so (default: you)')
      .option('--id <id>', 'id of the resolution'),
    ended,
    (call) =>
      change(call, async (session, payment) => {
        const {
          operation,
          outcome,
          amount,
          reference: given,
          remainder,
          lock,
          attention,
          evidence,
          by,
          id,
        } = call.options;
        const money = await amountOf(session, payment, amount);
        const body = parse(
          resolutionBody,
          present({
            id,
            operation,
            outcome,
            amount: money?.value,
            reference: reference('--reference', given),
            remainder,
            lock,
            attention,
            evidence,
            by: by ?? callerName(),
          }),
        );
        return resolveCommand(idOf(body.id, undefined), body);
      }),
  );

  act<PlanOptions>(
    of('plan', 'change what is done with the hold, and when')
      .option('--captures <how>', 'immediate or collect; only while nothing was sent')
      .option('--deadline <when>', 'an instant or a duration from now (PT2H)')
      .option('--on-deadline <what>', 'capture, release or alert')
      .option('--id <id>', 'id of the change'),
    ended,
    (call) =>
      change(call, async () => {
        const { captures, deadline, onDeadline, id } = call.options;
        const plan = present(
          parse(planBody, present({ captures, deadline: instant('--deadline', deadline), onDeadline })),
        );
        return { type: 'reschedule', id: idOf(id, undefined), plan };
      }),
  );
}

interface CaptureOptions {
  id?: string;
  amount?: string;
  lines?: string;
  final?: boolean;
  notFinal?: boolean;
  description?: string;
  reference?: string;
  option?: readonly string[];
  override?: boolean;
}
interface ReleaseOptions {
  id?: string;
  reason?: string;
  override?: boolean;
}
interface RefundOptions {
  id?: string;
  amount?: string;
  capture?: string;
  lines?: string;
  reason?: string;
  option?: readonly string[];
  override?: boolean;
}
interface ResolveOptions {
  operation?: string;
  outcome?: string;
  amount?: string;
  reference?: readonly string[];
  remainder?: string;
  lock?: string;
  attention?: string;
  evidence: string;
  by?: string;
  id?: string;
}
interface PlanOptions {
  captures?: string;
  deadline?: string;
  onDeadline?: string;
  id?: string;
}

type MakeCommand = (session: Session, payment: string) => Promise<PaymentCommand>;

const usage = (message: string): ProblemError =>
  new ProblemError('validation', { detail: message, errors: [{ path: '', message }] });

/** A command that makes or concerns an operation: prints it, and its state is the exit code. */
function operate<Options>(
  { args, config, output }: Invocation<Options>,
  collection: 'captures' | 'releases' | 'refunds',
  make: MakeCommand,
): Promise<ExitCode> {
  const payment = args[0] ?? '';
  return withSession({ config }, async (session) => {
    const command = await make(session, payment);
    const made = await session.payments.command(payment, command, callerName());
    if (made === null) throw new ProblemError('internal');
    output.data(made);
    showOperation(output, payment, collection, made);
    // A capture that was taken back went as asked where that was what was asked.
    return command.type === 'withdraw' && made.reason === 'withdrawn' ? EXIT.done : exitOf(made.state);
  });
}

/** A command that changes the payment itself: prints the payment. */
function change<Options>(
  { args, config, output }: Invocation<Options>,
  make: MakeCommand,
): Promise<ExitCode> {
  const payment = args[0] ?? '';
  return withSession({ config }, async (session) => {
    await session.payments.command(payment, await make(session, payment), callerName());
    const now = await session.payments.get(payment);
    output.data(now);
    showPayment(output, now);
    return EXIT.done;
  });
}

/** `--amount` in the payment's own currency, which is asked for. */
async function amountOf(
  session: Session,
  payment: string,
  text: string | undefined,
): Promise<{ value: number; currency: string } | undefined> {
  if (text === undefined) return undefined;
  const { requested, account } = await session.payments.get(payment);
  return {
    value: parseAmount(text, requested.currency, session.exponentsOf(account)),
    currency: requested.currency,
  };
}
