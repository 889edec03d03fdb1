/**
 * One payment, one workflow, the single writer. It interprets the effects of the core and decides nothing by itself:
 * every command, notice, answer and timer goes through `step`, and whatever a crash must not lose is in its state.
 */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  makeContinueAsNewFunc,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { begin } from '../machines/core.ts';
import type { CoreState, PaymentFacts } from '../machines/core-state.ts';
import { carriedOver } from '../machines/older.ts';
import { findOperation } from '../machines/payment-state.ts';
import { explain } from '../machines/rules.ts';
import { operationView, paymentView } from '../machines/view.ts';
import type { Actor } from '../payment/ledger.ts';
import type { Notice } from '../payment/notice.ts';
import { Driver } from './driver.ts';
import { answering, conflict, quietly, refusalOf } from './failure.ts';
import {
  allocated,
  type CommandRequest,
  CREATE_ID,
  commands,
  create,
  explainCommand,
  holdShared,
  notice,
  type PaymentResult,
  poke,
  queued,
  type Receipt,
  readCore,
  readHold,
  readLedger,
  readOperation,
  readPayment,
  readReceipt,
} from './messages.ts';
import { outgrown } from './outgrown.ts';
import { boundTo, receiptOf } from './receipt.ts';
import { checkCreate, checkRequest, isAllocated, isNotice, isQueued } from './shape.ts';

/** What the first run is given, or what a later one carries over: the facts stand in the state, and only there. */
export type PaymentInput = ({ readonly facts: PaymentFacts } | { readonly core: CoreState }) & RunOptions;

interface RunOptions {
  /** Task queue of the account's calls, where the account has one of its own. */
  readonly callQueue?: string;
  /** Goes on as a new run after so many events. @default what the server suggests */
  readonly continueAfter?: number;
  /** The merchant is told of what happens: the number of the last entry that was told, 0 at first. @default nobody is told */
  readonly told?: number;
}

/** @returns when the payment is closed: its last word, from which repeated creates and reads are answered. */
export async function payment(input: PaymentInput): Promise<PaymentResult> {
  // The state stands before the first handler does: an update that comes with the start runs inside `setHandler`.
  const driver = new Driver(
    'core' in input ? { state: carriedOver(input.core) } : begin(input.facts, Date.now()),
    input,
  );
  const core = (): CoreState => driver.core;
  const receipt = (id: string, request: string): Receipt => {
    const found = receiptOf(core(), id, request);
    if (found === null) throw new Error(`${id} is not bound`);
    return found;
  };

  setHandler(readPayment, () => paymentView(core()));
  setHandler(readOperation, (id) => operationView(core(), id));
  setHandler(readReceipt, (id) => receiptOf(core(), id, ''));
  setHandler(readHold, () => {
    const { account, currency, authorization } = core().machine.context;
    return { account, currency, hold: authorization.hold };
  });
  setHandler(readLedger, () => core().ledger);
  setHandler(readCore, core);
  setHandler(explainCommand, (command) => explain(core().machine.context, command));

  /** Came between the payment's last entry and the end of its run. */
  const late: Notice[] = [];
  setHandler(notice, (told) =>
    quietly('notice', () => {
      if (!isNotice(told)) return;
      if (driver.complete) late.push(told);
      else driver.advance({ type: 'notice', notice: told });
    }),
  );
  setHandler(queued, (word) =>
    quietly('queued', () => {
      if (isQueued(word)) driver.advance({ type: 'queued', number: word.number, blockedBy: word.blockedBy });
    }),
  );
  setHandler(allocated, (word) =>
    quietly('allocated', () => {
      if (isAllocated(word))
        driver.advance({ type: 'allocated', number: word.number, reference: word.reference });
    }),
  );
  setHandler(poke, () => quietly('poke', () => driver.advance({ type: 'poke' })));
  setHandler(holdShared, ({ payment: other }) =>
    quietly('holdShared', () => driver.advance({ type: 'hold-shared', payment: other })),
  );

  for (const [type, definition] of Object.entries(commands)) {
    setHandler(
      definition,
      ({ command, hash, by, role, request }) =>
        answering(() => {
          driver.advance({ type: 'command', command, hash, by: actorOf(by, role, command.type) });
          const operation = boundTo(core(), command.id)?.operation ?? null;
          return driver.answered(command.id, operation, () => receipt(command.id, request));
        }),
      {
        validator: (asked) => {
          checkRequest(type, asked);
          refuse(core(), asked);
        },
      },
    );
  }
  setHandler(
    create,
    ({ request }) =>
      answering(() => driver.answered(core().facts.id, 'authorization', () => receipt(CREATE_ID, request))),
    {
      validator: (asked) => {
        checkCreate(asked);
        if (asked.hash !== core().facts.hash) throw conflict(core().facts.id);
      },
    },
  );

  // A cancel request stops nothing: it is an input like any other, and a person is called.
  const asked = CancellationScope.current().cancelRequested;
  void asked.catch(() => driver.advance({ type: 'cancel-requested' }));

  const born = workflowInfo().historyLength;
  await CancellationScope.nonCancellable(async () => {
    for (;;) {
      await condition(
        () =>
          allHandlersFinished() &&
          driver.idle &&
          (driver.complete ? driver.allTold : outgrown(born, input.continueAfter)),
      );
      if (late.length === 0) return;
      await driver.keep(late.splice(0));
    }
  });
  if (driver.complete) return { receipt: receipt(CREATE_ID, ''), view: paymentView(core()) };
  const { callQueue, continueAfter } = input;
  const { told } = driver;
  // Where payments are pinned, a long one meets the current version here. The server of CLI 1.5.1 keeps it where it
  // is all the same (tried), and `tranche deployment move` is the way.
  const goOn = makeContinueAsNewFunc<typeof payment>({ initialVersioningBehavior: 'AUTO_UPGRADE' });
  return goOn({
    core: core(),
    ...(callQueue === undefined ? {} : { callQueue }),
    ...(continueAfter === undefined ? {} : { continueAfter }),
    ...(told === undefined ? {} : { told }),
  });
}

/** Runs in the validator: what is refused here leaves no event and binds no id. */
function refuse(core: CoreState, { command, hash }: CommandRequest): void {
  const bound = boundTo(core, command.id);
  if (bound !== null) {
    if (bound.hash !== hash) throw conflict(command.id);
    return;
  }
  // An id that the engine or an observation took, `authorization` above all, names another intent.
  if (findOperation(core.machine.context, command.id) !== undefined) throw conflict(command.id);
  const refused = refusalOf(explain(core.machine.context, command));
  if (refused !== null) throw refused;
}

function actorOf(name: string, role: CommandRequest['role'], type: string): Actor {
  return { kind: role, name, via: type === 'resolve' ? 'resolution' : 'command' };
}
