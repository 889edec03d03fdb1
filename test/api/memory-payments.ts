import type { Payments } from '../../api/payments.ts';
import { begin, step } from '../../machines/core.ts';
import type { Effect, Input, Step } from '../../machines/core-input.ts';
import type { CoreState } from '../../machines/core-state.ts';
import { explain, refusal } from '../../machines/rules.ts';
import { operationView, paymentView } from '../../machines/view.ts';
import type { ProviderCall } from '../../payment/call.ts';
import type { Capabilities } from '../../payment/capability.ts';
import type { Command } from '../../payment/command.ts';
import type { CallResult } from '../../payment/outcome.ts';
import type { ProviderAccount } from '../../providers/provider.ts';
import { bodyHash } from '../../temporal/body-hash.ts';
import { type CreateBody, factsOf } from '../../temporal/create-body.ts';
import { PaymentError } from '../../temporal/payment-error.ts';
import type { ListQuery } from '../../temporal/payment-list.ts';

const DAY = 86_400_000;

/** A card at PAYONE, in short. */
export const CARD: Capabilities = {
  remainder: 'final-flag',
  maxCaptures: null,
  maxRefunds: null,
  holds: 'money',
  voidable: true,
  releaseAfterCapture: 'tried',
  refundAnchor: 'payment',
  resend: 'same-key',
  query: 'none',
  sequence: { max: 127, gate: 'response', declineUsesNumber: false },
  failures: null,
  allocates: null,
  maxAmount: 9_999_999_999,
  plans: ['immediate', 'collect'],
  timing: {
    validity: 7 * DAY,
    margin: DAY / 2,
    warnBefore: DAY / 2,
    lapseAfter: DAY,
    awaitUntil: 7_200_000,
    unknownAfter: 30_000,
    gateAfter: 1_800_000,
    repeats: [2_000],
    giveUpAfter: 3 * DAY,
    absenceAfter: 120_000,
    resendAfter: 35_000,
    closeAfterCaptures: 400 * DAY,
    closeAfterNone: 14 * DAY,
  },
};

export type Script = (call: ProviderCall) => CallResult;

/** Approves everything with the amount that was asked. */
export const approving: Script = (call) => ({
  outcome: 'approved',
  providerReference: '4711',
  ...(call.action === 'release' ? {} : { booked: call.amount }),
});

/**
 * The engine without Temporal: the real core and the real rules, an account whose provider answers by a script, and
 * a clock that only the test moves. Commands run to their end at once.
 */
export class MemoryPayments implements Payments {
  script: Script = approving;
  /** Milliseconds since the epoch. */
  now = Date.parse('2026-11-21T12:00:00.000Z');
  readonly calls: ProviderCall[] = [];
  readonly #states = new Map<string, CoreState>();
  readonly #account: Pick<ProviderAccount, 'name' | 'provider' | 'capabilities' | 'check'>;

  constructor(capabilities: Capabilities = CARD) {
    this.#account = {
      name: 'payone-de',
      provider: 'payone',
      check: () => null,
      capabilities: ({ currency }) =>
        currency === 'XTS' ? { path: 'amount.currency', message: 'XTS has no exponent here' } : capabilities,
    };
  }

  async create(body: CreateBody, by: string) {
    const hash = bodyHash(body);
    const known = this.#states.get(body.id);
    if (known === undefined) {
      if (body.account !== this.#account.name)
        throw new PaymentError('validation', 'no such account', { path: 'account' });
      const account = {
        ...this.#account,
        holdKey: () => 'hold',
        referenceOf: () => 'reference',
      } as unknown as ProviderAccount;
      this.#run(body.id, begin(factsOf(body, account, { hash, by }), this.now));
    } else if (known.facts.hash !== hash) {
      throw new PaymentError('idempotency-conflict', `${body.id} is already bound to another body`);
    }
    return this.get(body.id);
  }

  async command(payment: string, command: Command, by: string) {
    const state = this.core(payment);
    const hash = bodyHash(command);
    const bound = Object.hasOwn(state.bound, command.id) ? state.bound[command.id] : undefined;
    if (bound !== undefined && bound.hash !== hash)
      throw new PaymentError('idempotency-conflict', 'another body');
    const explanation = explain(state.machine.context, command);
    const refused = refusal(explanation);
    if (bound === undefined && refused !== null) {
      const { rule, text, figures, because } = refused;
      throw new PaymentError(explanation.refusedBy ?? 'not-legal-now', text, { rule, figures, because });
    }
    this.input(payment, { type: 'command', command, hash, by: { kind: 'caller', name: by, via: 'command' } });
    const operation = this.core(payment).bound[command.id]?.operation ?? null;
    return operation === null ? null : operationView(this.core(payment), operation);
  }

  async get(payment: string) {
    return paymentView(this.core(payment));
  }

  async ledger(payment: string) {
    return this.core(payment).ledger;
  }

  async explain(payment: string, command: Command) {
    return explain(this.core(payment).machine.context, command);
  }

  async list({ limit = 50, cursor = '0', attention, ...filters }: ListQuery) {
    const all = [...this.#states.values()].map((state) => {
      const { id, account, provider, status, attention, deadline, createdAt, closed } = paymentView(state);
      return {
        id,
        account,
        provider,
        status,
        attention: attention?.code ?? null,
        deadline,
        createdAt,
        closed,
      };
    });
    const wanted = Object.entries(filters);
    const found = all.filter(
      (item) =>
        wanted.every(([name, value]) => item[name as 'status'] === value) &&
        (attention === undefined ||
          (attention === 'any' ? item.attention !== null : item.attention === attention)),
    );
    const end = Number(cursor) + limit;
    return {
      items: found.slice(Number(cursor), end),
      next: end < found.length ? String(end) : null,
    };
  }

  core(payment: string): CoreState {
    const state = this.#states.get(payment);
    if (state === undefined) throw new PaymentError('not-found', `there is no payment ${payment}`);
    return state;
  }

  input(payment: string, input: Input): void {
    this.#run(payment, step(this.core(payment), input, this.now));
  }

  #run(payment: string, first: Step): void {
    const queue: Effect[] = [...first.effects];
    this.#states.set(payment, first.state);
    for (let effect = queue.shift(); effect !== undefined; effect = queue.shift()) {
      if (effect.type !== 'call') continue;
      this.calls.push(effect.call);
      const next = step(
        this.core(payment),
        { type: 'result', number: effect.number, result: this.script(effect.call) },
        this.now,
      );
      this.#states.set(payment, next.state);
      queue.push(...next.effects);
    }
  }
}
