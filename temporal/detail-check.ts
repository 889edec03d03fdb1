import type { ProviderCall } from '../payment/call.ts';
import type { CaptureCommand, Command, RefundCommand, ReleaseCommand } from '../payment/command.ts';
import { linesTotal } from '../payment/line.ts';
import type { ProviderAccount, Refusal } from '../providers/provider.ts';
import type { HoldFacts } from '../workflows/messages.ts';

/** Details that a provider limits; a command without any needs no look at the payment. */
const DETAILS = ['lines', 'description', 'reference', 'invoice', 'options', 'vatAmount', 'reason'] as const;

export type DetailedCommand = CaptureCommand | ReleaseCommand | RefundCommand;

/** Whether a command says anything that the provider's own limits could refuse. */
export function hasDetails(command: Command): command is DetailedCommand {
  if (command.type !== 'capture' && command.type !== 'release' && command.type !== 'refund') return false;
  return DETAILS.some((name) => name in command);
}

/** Where in a command a refusal may point: what else an adapter names is the engine's own, and not known yet. */
const PATHS: readonly string[] = ['amount', ...DETAILS];

/**
 * Holds a command's details against the provider's documented limits before anything is bound: the refusal names the
 * caller's own field. What depends on the moment (number, balance, allocated reference, anchor, kind of a release) is the
 * machine's to judge.
 *
 * @returns null where it may go, or where nothing is authorised yet and the machine refuses it anyway
 */
export function detailRefusal(
  payment: string,
  command: DetailedCommand,
  { currency, hold }: HoldFacts,
  account: ProviderAccount,
): Refusal | null {
  if (hold === null) return null;
  const base: Base = {
    account: account.name,
    payment,
    operation: command.id,
    attempt: 1,
    amount: amountOf(command),
    currency,
    hold,
    sequenceNumber: 1,
    allocated: '1',
  };
  const refused = account.check(callOf(base, command));
  if (refused === null) return null;
  const [field = ''] = refused.path.split(/[.[]/);
  return PATHS.includes(field) ? refused : null;
}

type Base = Omit<Extract<ProviderCall, { action: 'capture' }>, 'action' | 'final' | 'details'>;

function amountOf(command: DetailedCommand): number {
  if (command.type === 'release') return 0;
  const { amount, lines } = command;
  return amount ?? (lines === undefined ? 1 : linesTotal(lines));
}

function callOf(base: Base, command: DetailedCommand): ProviderCall {
  switch (command.type) {
    case 'capture': {
      const { description, reference, invoice, final } = command;
      const details = {
        ...shared(command),
        ...(description === undefined ? {} : { description }),
        ...(reference === undefined ? {} : { reference }),
        ...(invoice === undefined ? {} : { invoice }),
      };
      return { ...base, action: 'capture', final: final === true, details };
    }
    case 'release':
      return { ...base, action: 'release', kind: 'void', details: reasonOf(command) };
    case 'refund':
      // Any anchor: which capture is meant is the machine's to find.
      return {
        ...base,
        action: 'refund',
        anchor: '1',
        details: { ...shared(command), ...reasonOf(command) },
      };
  }
}

const reasonOf = ({ reason }: ReleaseCommand | RefundCommand) => (reason === undefined ? {} : { reason });

function shared({ lines, options, vatAmount }: CaptureCommand | RefundCommand) {
  return {
    ...(lines === undefined ? {} : { lines }),
    ...(options === undefined ? {} : { options }),
    ...(vatAmount === undefined ? {} : { vatAmount }),
  };
}
