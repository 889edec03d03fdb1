import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client';
import type { KeyRing } from '../activities/key-ring.ts';
import type { CoreState, PaymentFacts } from '../machines/core-state.ts';
import { explain } from '../machines/rules.ts';
import { type AnyOperationView, operationView, paymentView, type PaymentView } from '../machines/view.ts';
import type { Command, ResolveCommand } from '../payment/command.ts';
import type { HoldReference } from '../payment/hold.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import type { Explanation } from '../payment/rule.ts';
import type { ProviderAccount } from '../providers/provider.ts';
import {
  CREATE_ID,
  commands,
  create as createUpdate,
  explainCommand,
  type HoldFacts,
  type PaymentResult,
  poke as pokeSignal,
  type Receipt,
  type Role,
  readCore,
  readHold,
  readLedger,
  readOperation,
  readPayment,
  readReceipt,
} from '../workflows/messages.ts';
import type { payment as paymentWorkflow } from '../workflows/payment.ts';
import { receiptOf } from '../workflows/receipt.ts';
import { Adoption } from './adoption.ts';
import type { ArchivedPayments } from './archived-payments.ts';
import { bodyHash } from './body-hash.ts';
import { refuseCardsInBody, refuseCardsInCommand } from './card-text.ts';
import type { CreateBody } from './create-body.ts';
import { type DetailedCommand, detailRefusal, hasDetails } from './detail-check.ts';
import { firstHold } from './hold.ts';
import { HoldMemory } from './hold-memory.ts';
import { openedReference, sealedReference } from './hold-secret.ts';
import { InFlight, tooMany } from './in-flight.ts';
import { PaymentError, unavailable } from './payment-error.ts';
import { type ListQuery, listPayments, type PaymentList } from './payment-list.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';
import { faultOf, ranOut } from './update-fault.ts';

/** What an update that the server turned away is given to be bound all the same, milliseconds. */
const LIMIT_MS = 500;

export interface PaymentClientOptions {
  readonly client: Client;
  readonly taskQueue: string;
  readonly accounts: ReadonlyMap<string, ProviderAccount>;
  /** Seals secret references on their way in; needed where an account has any. */
  readonly keyRing?: KeyRing;
  /** Where payments are kept that Temporal has forgotten. @default nowhere */
  readonly archive?: ArchivedPayments;
  /** Task queues of accounts that have one of their own. @default none */
  readonly callQueues?: ReadonlyMap<string, string>;
  /** Whether webhooks are told of new payments of an account. @default of none */
  readonly tells?: (account: string) => boolean;
  /** How long a payment may take to accept a command, milliseconds. @default 10 000 */
  readonly acceptWithin?: number;
  /** How long an accepted command's answer is waited for, milliseconds. @default 60 000 */
  readonly answerWithin?: number;
  /** How long a read may take, milliseconds. @default 10 000 */
  readonly readWithin?: number;
  /** For tests: payments go on as a new run after so many events. */
  readonly continueAfter?: number;
}

export interface Asker {
  readonly by: string;
  readonly role: Role;
}

export interface CreateOptions {
  readonly by: string;
  /** The workflow that is told of ends which come after the answer. */
  readonly orderWorkflow?: string;
}

/** What an update was answered with, and whether an earlier asking under the same id made it so. */
export interface Answer {
  readonly receipt: Receipt;
  readonly repeated: boolean;
  /** True where the payment took the command in and had not answered when the patience of this client ended. */
  readonly unanswered?: true;
}

/**
 * Payments as the edges see them. Every method throws PaymentError and nothing else that is foreseen: `not-found`,
 * `idempotency-conflict`, the refusals of the rules with their figures, `payment-closed`, `too-many-requests`
 * and `unavailable`; where their outcome is `unknown` the command may have been taken in, and where they are
 * retryable the same id may be sent again.
 */
export class PaymentClient {
  readonly #client: Client;
  readonly #options: PaymentClientOptions;
  readonly #holds = new HoldMemory();
  readonly #inFlight = new InFlight();
  readonly #adoption: Adoption;

  constructor(options: PaymentClientOptions) {
    this.#client = options.client;
    this.#options = options;
    this.#adoption = new Adoption(options);
  }

  /** Of the installation's workflows. */
  get taskQueue(): string {
    return this.#options.taskQueue;
  }

  /** Creates a payment, or answers as an earlier creation under the same id stands now. */
  async create(body: CreateBody, { by, orderWorkflow }: CreateOptions): Promise<Answer> {
    const account = this.#options.accounts.get(body.account);
    if (account === undefined) throw new PaymentError('validation', 'no such account', { path: 'account' });
    refuseCardsInBody(body);
    const hash = bodyHash(body);
    const again = await this.#createdBefore(body.id, hash);
    if (again !== null) return again;
    const surroundings = { hash, by, ...(orderWorkflow === undefined ? {} : { orderWorkflow }) };
    const facts = await this.#adoption.facts(body, account, surroundings);
    const request = randomUUID();
    const callQueue = this.#options.callQueues?.get(body.account);
    const { continueAfter, tells } = this.#options;
    const start = (): Promise<Receipt> =>
      this.#client.workflow.executeUpdateWithStart(createUpdate, {
        updateId: `create/${body.id}`,
        args: [{ hash, request }],
        startWorkflowOperation: new WithStartWorkflowOperation<typeof paymentWorkflow>('payment', {
          workflowId: `payment/${body.id}`,
          taskQueue: this.#options.taskQueue,
          args: [
            {
              facts,
              ...(callQueue === undefined ? {} : { callQueue }),
              ...(continueAfter === undefined ? {} : { continueAfter }),
              ...(tells?.(body.account) === true ? { told: 0 } : {}),
            },
          ],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          typedSearchAttributes: startAttributes(facts),
        }),
      });
    return this.#ask({
      payment: body.id,
      id: CREATE_ID,
      updateId: `create/${body.id}`,
      hash,
      request,
      start,
    });
  }

  /** Asks a payment for something; a command under a known id is answered as its operation stands now. */
  async command(payment: string, command: Command, { by, role }: Asker): Promise<Answer> {
    refuseCardsInCommand(command);
    if (command.id === 'authorization')
      throw new PaymentError('validation', 'the authorisation itself has this id', { path: 'id' });
    if (hasDetails(command)) await this.#refuseDetails(payment, command);
    const hash = bodyHash(command);
    const request = randomUUID();
    const updateId = `${command.type}/${command.id}`;
    const told = command.type === 'resolve' ? await this.#resolution(payment, command) : command;
    const start = (): Promise<Receipt> =>
      this.#handle(payment).executeUpdate(commands[command.type], {
        updateId,
        args: [{ command: told, hash, by, role, request }],
      });
    return this.#inFlight.run(payment, updateId, () =>
      this.#ask({ payment, id: command.id, updateId, hash, request, start }),
    );
  }

  /** @throws PaymentError `not-found` */
  get(payment: string): Promise<PaymentView> {
    return this.#read(
      payment,
      (handle) => handle.query(readPayment),
      paymentView,
      (result) => result.view,
    );
  }

  /** A capture, release or refund. @throws PaymentError `not-found` where the payment or the operation is not there. */
  async operation(payment: string, id: string): Promise<AnyOperationView> {
    const found = await this.#read(
      payment,
      (handle) => handle.query(readOperation, id),
      (core) => operationView(core, id),
      (result) => operationIn(result.view, id),
    );
    if (found === null) throw new PaymentError('not-found', `payment ${payment} has no operation ${id}`);
    return found;
  }

  /** The receipt of a command by its id, as its operation stands now; null where the id is not bound. */
  receipt(payment: string, id: string): Promise<Receipt | null> {
    return this.#read(
      payment,
      (handle) => handle.query(readReceipt, id),
      (core) => receiptOf(core, id, ''),
    );
  }

  /** The receipt of the creation; null while it is not bound. @throws PaymentError `not-found` */
  creation(payment: string): Promise<Receipt | null> {
    return this.receipt(payment, CREATE_ID);
  }

  ledger(payment: string): Promise<readonly LedgerEntry[]> {
    return this.#read(
      payment,
      (handle) => handle.query(readLedger),
      (core) => core.ledger,
    );
  }

  /** The driver's whole state, for the audit. */
  core(payment: string): Promise<CoreState> {
    return this.#read(
      payment,
      (handle) => handle.query(readCore),
      (core) => core,
    );
  }

  /** Every rule that a command would be held against now; changes nothing. */
  explain(payment: string, command: Command): Promise<Explanation> {
    return this.#read(
      payment,
      (handle) => handle.query(explainCommand, command),
      (core) => explain(core.machine.context, command),
    );
  }

  list(query: ListQuery): Promise<PaymentList> {
    return this.#within(this.#options.readWithin, () => listPayments(this.#client, query)).catch(
      (error: unknown) => {
        throw error instanceof PaymentError ? error : unavailable(error, 'none');
      },
    );
  }

  /** Asks a payment to look at itself. */
  async poke(payment: string): Promise<void> {
    try {
      await this.#within(this.#options.readWithin, () => this.#handle(payment).signal(pokeSignal));
    } catch (error) {
      if (faultOf(error).kind === 'gone') throw new PaymentError('not-found', `no open payment ${payment}`);
      throw unavailable(error, 'unknown');
    }
  }

  #handle(payment: string): PaymentHandle {
    return this.#client.workflow.getHandle<typeof paymentWorkflow>(`payment/${payment}`);
  }

  #within<T>(ms: number | undefined, run: () => Promise<T>): Promise<T> {
    return this.#client.withDeadline(Date.now() + (ms ?? 10_000), run);
  }

  /** A resolution that names the hold: its secrets are sealed, and what notices find it by goes with it. */
  async #resolution(payment: string, command: ResolveCommand): Promise<ResolveCommand> {
    const { word } = command;
    if (!('operation' in word) || word.operation !== 'authorization' || word.reference === undefined)
      return command;
    const { account: name, currency } = await this.#hold(payment);
    const account = this.#options.accounts.get(name);
    if (account === undefined) return command;
    const { keyRing } = this.#options;
    const owner = { account, payment };
    const reference = openedReference(word.reference, owner, keyRing, 'reference');
    refuseReference(account, reference, currency);
    const sealed = sealedReference(reference, owner, keyRing);
    const known = { ...word, reference: sealed, holdKey: account.holdKey(reference) };
    return { ...command, word: known };
  }

  #hold(payment: string): Promise<HoldFacts> {
    return this.#holds.of(payment, () =>
      this.#read(
        payment,
        (handle) => handle.query(readHold),
        ({ machine: { context } }) => {
          const { account, currency, authorization } = context;
          return { account, currency, hold: authorization.hold };
        },
      ),
    );
  }

  /** The provider's limits on what a command says; a closed payment is left to the command itself. */
  async #refuseDetails(payment: string, command: DetailedCommand): Promise<void> {
    const facts = await this.#hold(payment);
    const account = this.#options.accounts.get(facts.account);
    const refused = account === undefined ? null : detailRefusal(payment, command, facts, account);
    if (refused !== null) throw new PaymentError('validation', refused.message, { path: refused.path });
  }

  /** Sends an update and says what is known when it does not come back. */
  async #ask(asked: Asked): Promise<Answer> {
    try {
      const receipt = await this.#within(this.#options.acceptWithin, asked.start);
      return await this.#current(asked, receipt);
    } catch (error) {
      if (error instanceof PaymentError) throw error;
      const fault = faultOf(error);
      if (fault.kind === 'refused') throw fault.error;
      if (fault.kind === 'gone') return this.#closed(asked);
      if (fault.kind !== 'limit')
        return this.#late(asked, ranOut(fault.cause), unavailable(fault.cause, 'unknown'));
      await delay(LIMIT_MS);
      return this.#late(asked, true, tooMany('unknown', error));
    }
  }

  /** A receipt that answers an earlier asking is old: the operation is read as it stands. */
  async #current(asked: Asked, receipt: Receipt): Promise<Answer> {
    if (receipt.hash !== asked.hash) throw conflict(asked);
    if (receipt.request === asked.request) return { receipt, repeated: false };
    return { receipt: (await this.receipt(asked.payment, asked.id)) ?? receipt, repeated: true };
  }

  /** The payment is closed or was never there. */
  async #closed(asked: Asked): Promise<Answer> {
    const receipt =
      asked.id === CREATE_ID
        ? await this.#read(
            asked.payment,
            (handle) => handle.query(readReceipt, CREATE_ID),
            (core) => receiptOf(core, CREATE_ID, ''),
            (result) => result.receipt,
          )
        : await this.receipt(asked.payment, asked.id);
    if (receipt === null) throw closed(asked.payment);
    if (receipt.hash !== asked.hash) throw conflict(asked);
    return { receipt, repeated: true };
  }

  /**
   * Nobody said whether the command was taken in: where its id is bound it was.
   *
   * @param wait - whether its answer is waited for.
   * @throws PaymentError `unbound` where the id is not bound, or cannot be read.
   */
  async #late(asked: Asked, wait: boolean, unbound: PaymentError): Promise<Answer> {
    const bound = await this.receipt(asked.payment, asked.id).catch(() => null);
    if (bound === null) throw unbound;
    if (bound.hash !== asked.hash) throw conflict(asked);
    if (!wait) return { receipt: bound, repeated: false, unanswered: true };
    try {
      const receipt = await this.#within(this.#options.answerWithin ?? 60_000, () =>
        this.#handle(asked.payment).getUpdateHandle<Receipt>(asked.updateId).result(),
      );
      return await this.#current(asked, receipt);
    } catch (error) {
      if (error instanceof PaymentError) throw error;
      const receipt = (await this.receipt(asked.payment, asked.id).catch(() => null)) ?? bound;
      return { receipt, repeated: false, unanswered: true };
    }
  }

  /**
   * A payment that Temporal has forgotten is not begun anew. Those that it still knows answer for themselves: what the archive
   * has of one that was ended by force may be older than what goes on.
   */
  async #createdBefore(payment: string, hash: string): Promise<Answer | null> {
    const kept = (await this.#options.archive?.before(payment)) ?? null;
    if (kept === null) return null;
    const receipt =
      kept.completed && kept.core !== null
        ? receiptOf(kept.core, CREATE_ID, '')
        : await this.receipt(payment, CREATE_ID);
    if (receipt === null) throw closed(payment);
    if (receipt.hash !== hash) throw conflict({ payment, id: CREATE_ID });
    return { receipt, repeated: true };
  }

  /** What a payment that Temporal does not know any more says out of the archive. @throws PaymentError `not-found` */
  async #kept<T>(payment: string, ofCore: (core: CoreState) => T): Promise<T> {
    const { archive } = this.#options;
    const kept =
      archive === undefined
        ? null
        : await archive.get(payment).catch((error: unknown) => {
            throw unavailable(error, 'none');
          });
    if (kept === null) throw new PaymentError('not-found', `no payment ${payment}`);
    if (kept.core === null)
      throw new PaymentError(
        'payment-closed',
        `payment ${payment} is closed, and what it was is not kept any more`,
      );
    return ofCore(kept.core);
  }

  async #read<T>(
    payment: string,
    read: (handle: PaymentHandle) => Promise<T>,
    ofCore: (core: CoreState) => T,
    afterwards?: (result: PaymentResult) => T,
  ): Promise<T> {
    const handle = this.#handle(payment);
    try {
      return await this.#within(this.#options.readWithin, () => read(handle));
    } catch (error) {
      if (faultOf(error).kind === 'gone') return this.#kept(payment, ofCore);
      if (afterwards !== undefined) {
        const last = await this.#lastWord(payment);
        if (last !== null) return afterwards(last);
      }
      throw unavailable(error, 'none');
    }
  }

  /** What a closed payment returned; it can be read without a worker. */
  async #lastWord(payment: string): Promise<PaymentResult | null> {
    try {
      const { status } = await this.#within(this.#options.readWithin, () => this.#handle(payment).describe());
      if (status.name !== 'COMPLETED') return null;
      return await this.#within(this.#options.readWithin, () => this.#handle(payment).result());
    } catch {
      return null;
    }
  }
}

type PaymentHandle = WorkflowHandle<typeof paymentWorkflow>;

interface Asked {
  readonly payment: string;
  /** What the id is bound as in the payment. */
  readonly id: string;
  readonly updateId: string;
  readonly hash: string;
  readonly request: string;
  readonly start: () => Promise<Receipt>;
}

const closed = (payment: string): PaymentError =>
  new PaymentError('payment-closed', `payment ${payment} is closed`, { rule: 'not-closed' });

const conflict = ({ payment, id }: Pick<Asked, 'payment' | 'id'>): PaymentError =>
  new PaymentError(
    'idempotency-conflict',
    `${id === CREATE_ID ? payment : id} is already bound to another body`,
  );

/** Holds a hold that a person names against the shape used when adopting. @throws PaymentError `validation`. */
function refuseReference(account: ProviderAccount, reference: HoldReference, currency: string): void {
  const adopting = 'authorization.adopt.reference';
  const made = account.capabilities({ currency, amount: 1, authorization: { adopt: reference } });
  if (!('path' in made) || !made.path.startsWith(adopting)) return;
  throw new PaymentError('validation', made.message, {
    path: `reference${made.path.slice(adopting.length)}`,
  });
}

/** As the payment itself would write them, so that its first task has nothing to upsert. */
function startAttributes(facts: PaymentFacts) {
  const { status, account, provider, hold, created } = SEARCH_ATTRIBUTES;
  return [
    { key: status, value: 'authorizing' },
    { key: account, value: facts.account },
    { key: provider, value: facts.provider },
    { key: hold, value: firstHold(facts) },
    { key: created, value: new Date() },
  ];
}

function operationIn(view: PaymentView, id: string): AnyOperationView | null {
  return [...view.captures, ...view.releases, ...view.refunds].find((each) => each.id === id) ?? null;
}
