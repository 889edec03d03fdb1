import type { ProviderCall } from '../payment/call.ts';
import type { CaptureCommand, Command, RefundCommand } from '../payment/command.ts';
import { linesTotal } from '../payment/line.ts';
import type { ProviderAccount, Refusal } from '../providers/provider.ts';
import type { HoldFacts } from '../workflows/messages.ts';

/** Details that a provider limits; a command without any needs no look at the payment. */
const DETAILS = ['lines', 'description', 'reference', 'invoice', 'options', 'vatAmount', 'reason'] as const;

/** Whether a command says anything that the provider's own limits could refuse. */
export function hasDetails(command: Command): command is CaptureCommand | RefundCommand {
  if (command.type !== 'capture' && command.type !== 'refund') return false;
  return DETAILS.some((name) => name in command);
}

/**
 * Holds a command's details against the provider's documented limits before anything is bound: the refusal names the
 * caller's own field. What depends on the moment (number, balance) is the machine's to judge.
 *
 * @returns null where it may go, or where nothing is authorised yet and the machine refuses it anyway
 */
export function detailRefusal(
  payment: string,
  command: CaptureCommand | RefundCommand,
  { currency, hold }: HoldFacts,
  account: ProviderAccount,
): Refusal | null {
  if (hold === null) return null;
  const { lines, options, vatAmount } = command;
  const shared = {
    ...(lines === undefined ? {} : { lines }),
    ...(options === undefined ? {} : { options }),
    ...(vatAmount === undefined ? {} : { vatAmount }),
  };
  const base = {
    account: account.name,
    payment,
    operation: command.id,
    attempt: 1,
    amount: command.amount ?? (lines === undefined ? 1 : linesTotal(lines)),
    currency,
    hold,
    sequenceNumber: 1,
  };
  return account.check(
    command.type === 'capture' ? captureCall(base, command, shared) : refundCall(base, command, shared),
  );
}

type Base = Omit<Extract<ProviderCall, { action: 'capture' }>, 'action' | 'final' | 'details'>;
type Shared = Pick<CaptureCommand, 'lines' | 'options' | 'vatAmount'>;

function captureCall(
  base: Base,
  { description, reference, invoice, final }: CaptureCommand,
  shared: Shared,
): ProviderCall {
  const details = {
    ...shared,
    ...(description === undefined ? {} : { description }),
    ...(reference === undefined ? {} : { reference }),
    ...(invoice === undefined ? {} : { invoice }),
  };
  return { ...base, action: 'capture', final: final === true, details };
}

function refundCall(base: Base, { reason }: RefundCommand, shared: Shared): ProviderCall {
  return { ...base, action: 'refund', details: { ...shared, ...(reason === undefined ? {} : { reason }) } };
}
