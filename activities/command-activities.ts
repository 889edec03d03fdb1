/**
 * How the order side asks a payment: workflow code can send no update to another workflow, so an activity does. The
 * update carries the command's own id, which makes it safe to try again after any failure (docs/decisions/0002).
 */
import { ApplicationFailure } from '@temporalio/activity';
import { whileBeating } from './heartbeat.ts';
import type {
  CommandActivities,
  CommandAnswer,
  CommandPayment,
  CreatePayment,
  DeliverNotice,
  Delivery,
  NoticeActivities,
} from './contract.ts';

/** What an answer to a command says of its operation. */
export interface PortReceipt {
  readonly operation: string | null;
  readonly state: string | null;
  readonly booked: number | null;
  readonly reason: string | null;
  readonly decline: { readonly code: string } | null;
}

export type PortAnswer =
  /** `ended`: the payment gave its answer; otherwise the receipt was read while it was still at work. */
  | { readonly answered: PortReceipt; readonly ended: boolean; readonly captures?: 'immediate' | 'collect' }
  /** Refused for good: nothing happened, and the same request would be refused again. */
  | { readonly refused: { readonly code: string; readonly rule: string | null; readonly message: string } };

/** The payments, as these activities reach them. Whatever is worth another try is thrown. */
export interface PaymentPort {
  create(input: CreatePayment): Promise<PortAnswer>;
  command(input: CommandPayment): Promise<PortAnswer>;
  deliverNotice(input: DeliverNotice): Promise<Delivery>;
  keepNotice(input: DeliverNotice): Promise<void>;
}

/** The failure's type while the payment did not say yet how the operation ends; retryable. */
export const NOT_ANSWERED = 'tranche.not-answered';

/**
 * @returns activities whose answers are final words or `pending`, `planned` and `unknown` as the payment itself
 *   answered; a payment that is not reached, or still at its provider, is asked again by the activity's retries.
 */
export function createCommandActivities(port: PaymentPort): CommandActivities & NoticeActivities {
  return {
    createPayment: async (input) => answerOf(await whileBeating(() => port.create(input))),
    commandPayment: async (input) => answerOf(await whileBeating(() => port.command(input))),
    deliverNotice: (input) => port.deliverNotice(input),
    keepNotice: (input) => port.keepNotice(input),
  };
}

function answerOf(answer: PortAnswer): CommandAnswer {
  if ('refused' in answer) return { accepted: false, ...answer.refused };
  const { operation, state, booked, reason, decline } = answer.answered;
  if (!answer.ended) {
    throw ApplicationFailure.retryable(
      `${operation ?? 'the operation'} is still at its provider`,
      NOT_ANSWERED,
    );
  }
  const { captures } = answer;
  const why = reason ?? decline?.code;
  return {
    accepted: true,
    operation: operation ?? '',
    state: state ?? '',
    booked,
    ...(why === undefined ? {} : { reason: why }),
    ...(captures === undefined ? {} : { captures }),
  };
}
