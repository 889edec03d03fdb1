/**
 * The long-running order flow, meant to be copied: one payment for an order that ships over days. Each shipment is
 * captured with its lines, the last one frees the rest, and what is cancelled later is released. It never calls a
 * provider; it asks its payment through activities (docs/decisions/0002) and is told what ends after the answer.
 */
import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  log,
  makeContinueAsNewFunc,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  CommandActivities,
  CommandAnswer,
  OrderActivities,
  OrderChange,
} from '../activities/contract.ts';
import type { Command } from '../payment/command.ts';
import { type Line, linesTotal } from '../payment/line.ts';
import type { Plan } from '../payment/plan.ts';
import { checkItems, checkOrder } from '../payment/split.ts';
import { COMMAND_OPTIONS, HOOK_OPTIONS } from './activity-options.ts';
import { quietly, refusal } from './failure.ts';
import { type OperationEnded, operationEnded } from './messages.ts';
import {
  cancelled,
  capturedAgain,
  ended,
  failedCapture,
  forgone,
  isComplete,
  isEnd,
  nextRequest,
  type OrderBook,
  openBook,
  type Request,
  recorded,
  requestOf,
  returnable,
  returned,
  shipped,
} from './order-book.ts';
import {
  cancelLine,
  captureAgain,
  forgoShipment,
  type OrderState,
  readProgress,
  returnLine,
  shipItems,
} from './order-messages.ts';

export interface FulfilmentInput {
  readonly order: {
    /** Also the id of the payment. */
    readonly id: string;
    readonly account: string;
    readonly currency: string;
    readonly lines: readonly Line[];
    /** As in POST /v1/payments. */
    readonly authorization: Readonly<Record<string, unknown>>;
    readonly plan?: Plan;
    readonly metadata?: Readonly<Record<string, string>>;
  };
  /** Whether the worker has the activity `orderChanged`, which is then told of every outcome. @default false */
  readonly tellShop?: boolean;
  /** How long returns are taken after the order is complete, milliseconds. @default 30 days */
  readonly returnsFor?: number;
  readonly carried?: Carried;
  /** Goes on as a new run after so many events. @default what the server suggests */
  readonly continueAfter?: number;
}

interface Carried {
  readonly book: OrderBook;
  readonly authorization: OrderState['authorization'];
  /** Outcomes that the shop was told, as `<operation> <state>`. */
  readonly told: readonly string[];
  readonly completeSince: number | null;
}

const RETURNS_FOR = 30 * 24 * 3600 * 1000;

/** @returns what became of the order, once returns are no longer taken; at once where the payment was refused. */
export async function fulfilment(input: FulfilmentInput): Promise<OrderState> {
  const { order, returnsFor = RETURNS_FOR } = input;
  const fault = input.carried === undefined ? checkOrder(order) : null;
  if (fault !== null) throw ApplicationFailure.nonRetryable(`${fault.path}: ${fault.message}`, fault.code);

  let book = input.carried?.book ?? openBook({ currency: order.currency, lines: order.lines });
  let authorization = input.carried?.authorization ?? { state: 'queued', reason: null };
  let completeSince = input.carried?.completeSince ?? null;
  const told = new Set(input.carried?.told);
  const state = (): OrderState => ({
    order: order.id,
    status: statusOf(order.id, book, authorization.state),
    authorization,
    book,
  });
  const no = (rule: string, text: string): ApplicationFailure =>
    refusal('not-legal-now', { rule, text, figures: {}, because: [] });

  setHandler(readProgress, state);
  setHandler(operationEnded, (end: OperationEnded) =>
    quietly('operationEnded', () => {
      if (end.operation === 'authorization') authorization = { ...authorization, state: end.state };
      else book = ended(book, end.operation, end.state, end.booked);
    }),
  );
  setHandler(
    shipItems,
    async ({ shipment, items }) => {
      if (!isShipped(book, shipment)) book = shipped(book, shipment, items);
      return state();
    },
    {
      validator: ({ shipment, items }) => {
        if (isShipped(book, shipment)) return;
        if (requestOf(book, shipment) !== undefined)
          throw no('id', `${shipment} is the id of another request`);
        const wrong = checkItems(book.progress, items);
        if (wrong !== null) throw no('items', `${wrong.path}: ${wrong.message}`);
      },
    },
  );
  setHandler(
    cancelLine,
    async (item) => {
      book = cancelled(book, [item]);
      return state();
    },
    {
      validator: (item) => {
        const wrong = checkItems(book.progress, [item]);
        if (wrong !== null) throw no('items', `${wrong.path}: ${wrong.message}`);
      },
    },
  );
  setHandler(
    returnLine,
    async ({ id, shipment, line, quantity }) => {
      if (requestOf(book, id) === undefined) book = returned(book, id, shipment, { line, quantity });
      return state();
    },
    {
      validator: ({ id, shipment, line, quantity }) => {
        if (requestOf(book, id)?.kind === 'refund') return;
        if (requestOf(book, id) !== undefined) throw no('id', `${id} is the id of another request`);
        const most = returnable(book, shipment, line);
        if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > most) {
          throw no('returnable', `returnable ${most}, asked ${quantity}`);
        }
      },
    },
  );
  setHandler(
    captureAgain,
    async ({ shipment, id }) => {
      if (requestOf(book, id) === undefined) book = capturedAgain(book, shipment, id);
      return state();
    },
    {
      validator: ({ shipment, id }) => {
        if (requestOf(book, id)?.shipment === shipment) return;
        if (failedCapture(book, shipment) === null)
          throw no('failed', `the capture of ${shipment} did not fail`);
      },
    },
  );
  setHandler(forgoShipment, async (shipment) => {
    if (failedCapture(book, shipment) !== null) book = forgone(book, shipment);
    return state();
  });

  const activities = proxyActivities<CommandActivities>(COMMAND_OPTIONS);
  const shop = proxyActivities<OrderActivities>(HOOK_OPTIONS);

  const authorise = async (): Promise<void> => {
    const { id, account, lines, currency, plan, metadata } = order;
    const amount = { value: linesTotal(lines), currency };
    const body = {
      account,
      amount,
      authorization: order.authorization,
      order: { reference: id, lines },
      ...(plan === undefined ? {} : { plan }),
      ...(metadata === undefined ? {} : { metadata }),
    };
    const early = authorization.state;
    const answer = await activities.createPayment({
      payment: id,
      body,
      orderWorkflow: workflowInfo().workflowId,
    });
    if (authorization.state === early || !answer.accepted) authorization = outcomeOf(answer);
    if (answer.accepted && answer.captures === 'collect') book = { ...book, collects: true };
  };
  const send = async (next: Request): Promise<void> => {
    book = recorded(book, { ...next, state: 'sending' });
    const answer = await activities.commandPayment({ payment: order.id, command: commandOf(next) });
    const booked = answer.accepted ? answer.booked : null;
    book = recorded(book, { ...next, ...outcomeOf(answer), booked });
  };
  const tell = async (change: OrderChange): Promise<void> => {
    told.add(`${change.operation} ${change.state}`);
    if (input.tellShop !== true) return;
    try {
      await shop.orderChanged(change);
    } catch (error) {
      log.warn('the shop could not be told', {
        operation: change.operation,
        error: error instanceof ActivityFailure ? error.cause : error,
      });
    }
  };
  const untold = (): OrderChange | undefined =>
    changesOf(order.id, state()).find((change) => !told.has(`${change.operation} ${change.state}`));

  // As in payment.ts: where workflows are pinned, the next run meets the current version.
  const goOn = makeContinueAsNewFunc<typeof fulfilment>({ initialVersioningBehavior: 'AUTO_UPGRADE' });
  const born = workflowInfo().historyLength;
  const outgrown = (): boolean => {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (historyLength <= born || !allHandlersFinished()) return false;
    return (
      continueAsNewSuggested || (input.continueAfter !== undefined && historyLength >= input.continueAfter)
    );
  };

  await CancellationScope.nonCancellable(async () => {
    for (;;) {
      const change = untold();
      const next = authorization.state === 'approved' ? nextRequest(book, order.id) : null;
      if (authorization.state === 'queued') await authorise();
      else if (change !== undefined) await tell(change);
      else if (next !== null) await send(next);
      else if (outgrown()) {
        await goOn({
          ...input,
          carried: { book, authorization, told: [...told], completeSince },
        });
      } else {
        const { status } = state();
        if (status === 'refused') break;
        completeSince = status === 'complete' ? (completeSince ?? Date.now()) : null;
        const before = { book, authorization };
        const changed = (): boolean =>
          book !== before.book || authorization !== before.authorization || outgrown();
        if (completeSince === null) await condition(changed);
        else if (!(await condition(changed, Math.max(1, completeSince + returnsFor - Date.now())))) break;
      }
    }
    await condition(allHandlersFinished);
  });
  return state();
}

const isShipped = (book: OrderBook, shipment: string): boolean =>
  book.shipments.some((each) => each.shipment === shipment);

function statusOf(order: string, book: OrderBook, authorization: string): OrderState['status'] {
  if (authorization === 'approved') return isComplete(book, order) ? 'complete' : 'open';
  return isEnd(authorization) ? 'refused' : 'authorizing';
}

function outcomeOf(answer: CommandAnswer): { readonly state: string; readonly reason: string | null } {
  if (answer.accepted) return { state: answer.state, reason: answer.reason ?? null };
  return { state: 'refused', reason: answer.rule ?? answer.code };
}

function commandOf({ id, kind, amount, lines, final, capture }: Request): Command {
  if (kind === 'release') return { type: 'release', id };
  if (kind === 'refund')
    return { type: 'refund', id, amount, lines, ...(capture === null ? {} : { capture }) };
  return { type: 'capture', id, amount, lines, final };
}

/** Every end that the shop should know of. */
function changesOf(order: string, { authorization, book }: OrderState): readonly OrderChange[] {
  const all = book.requests.map(({ id, kind, state, booked, reason }) => ({
    order,
    operation: id,
    kind,
    state,
    booked,
    reason,
  }));
  const first = {
    order,
    operation: 'authorization',
    kind: 'authorization' as const,
    booked: null,
    ...authorization,
  };
  return [first, ...all].filter((change) => isEnd(change.state));
}
