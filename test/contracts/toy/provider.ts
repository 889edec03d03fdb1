/** Tally, a provider that does not exist: JSON over HTTP, minor units, and every request carries a key that takes effect once. */
import * as z from 'zod';
import type { ProviderCall } from '../../../payment/call.ts';
import type { Capabilities } from '../../../payment/capability.ts';
import type { HoldReference } from '../../../payment/hold.ts';
import type { CallResult } from '../../../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../../../payment/read.ts';
import { accountUrl, commonOptions, faultInCurrency } from '../../../providers/account-options.ts';
import { configurationError } from '../../../providers/configuration-error.ts';
import { type HttpClient, openHttpClient } from '../../../providers/http.ts';
import type {
  CallContext,
  CapabilityRequest,
  Provider,
  ProviderAccount,
  Refusal,
} from '../../../providers/provider.ts';
import { readJson } from '../../../providers/rest/json.ts';
import { timingOf } from '../../../providers/timing.ts';
import { unanswered } from '../../../providers/unanswered.ts';

const account = z.strictObject({ provider: z.literal('tally'), ...commonOptions, url: accountUrl });
const whole = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const made = z.looseObject({ hold: z.string(), kind: z.string(), amount: whole, remaining: whole });
const refused = z.looseObject({ error: z.string(), again: z.boolean() });
const book = z.looseObject({
  remaining: whole,
  made: z.array(z.looseObject({ key: z.string(), amount: whole })),
});

class Tally implements ProviderAccount {
  readonly provider = 'tally';
  readonly acknowledgement = 'ok';
  readonly name: string;
  readonly #options: z.output<typeof account>;
  readonly #http: HttpClient;

  constructor(name: string, options: z.output<typeof account>) {
    this.name = name;
    this.#options = options;
    this.#http = openHttpClient({ timeoutMs: options.timeoutMs ?? 30_000 });
  }

  capabilities({ currency, authorization }: CapabilityRequest): Capabilities | Refusal {
    const fault = faultInCurrency(currency, this.#options.exponents);
    if (fault !== null) return fault;
    if ('adopt' in authorization && typeof authorization.adopt['hold'] !== 'string')
      return { path: 'authorization.adopt.reference.hold', message: 'hold is the id that Tally gave' };
    return {
      remainder: 'final-flag',
      maxCaptures: null,
      maxRefunds: null,
      holds: 'money',
      voidable: true,
      releaseAfterCapture: 'certain',
      refundAnchor: 'payment',
      resend: 'same-key-once-absent',
      query: 'operations',
      sequence: null,
      failures: null,
      allocates: null,
      maxAmount: null,
      plans: ['immediate', 'collect'],
      timing: timingOf(this.#options, 'P7D'),
    };
  }

  check({ currency }: ProviderCall): Refusal | null {
    return faultInCurrency(currency, this.#options.exponents);
  }

  async send(call: ProviderCall, context: CallContext): Promise<CallResult> {
    const key = this.referenceOf(call.payment, call.operation);
    const path = call.action === 'authorise' ? 'holds' : `holds/${String(call.hold['hold'])}/${call.action}`;
    const last = call.action === 'capture' && call.final;
    const body = JSON.stringify({ key, amount: call.amount, currency: call.currency, last });
    const headers = { 'content-type': 'application/json' };
    const url = `${this.#options.url}/${path}`;
    const said = await this.#http.send({ method: 'POST', url, headers, body }, context);
    const keys = { key };
    if (!said.sent || said.lost) return { ...unanswered(said), keys };
    const read = readJson(said.body);
    const value = read.ok ? read.value : null;
    const yes = said.status === 200 ? made.safeParse(value) : null;
    if (yes?.success === true) {
      const { hold, amount } = yes.data;
      const named = call.action === 'authorise' ? { hold: { hold }, providerReference: hold } : {};
      return { outcome: 'approved', booked: amount, keys, ...named };
    }
    const no = said.status === 402 ? refused.safeParse(value) : null;
    if (no?.success !== true) return { outcome: 'unknown', reason: `http-${said.status}`, keys };
    const { error, again } = no.data;
    const decline = { code: error, message: error, hold: 'stands', again: again ? 'later' : 'no' } as const;
    return { outcome: 'declined', decline, keys };
  }

  async read(call: ReadCall, { signal }: Pick<CallContext, 'signal'>): Promise<ReadResult> {
    // A hold is named by the key that asked for it.
    const hold = String(call.hold?.['hold'] ?? this.referenceOf(call.payment, 'authorization'));
    const request = { method: 'GET', url: `${this.#options.url}/holds/${hold}` } as const;
    const said = await this.#http.send(request, { signal, sendBefore: Number.POSITIVE_INFINITY });
    if (!said.sent || said.lost) return { read: 'failed', reason: said.reason };
    if (said.status === 404 && call.kind === 'authorization') return { read: 'absent', offered: true };
    const read = readJson(said.body);
    const books = book.safeParse(said.status === 200 && read.ok ? read.value : null);
    if (!books.success) return { read: 'failed', reason: `http-${said.status}` };
    const { remaining, made: all } = books.data;
    const key = call.keys['key'] ?? this.referenceOf(call.payment, call.operation);
    const found = call.kind === 'authorization' ? all[0] : all.find((one) => one.key === key);
    if (found === undefined) return { read: 'absent', offered: remaining > 0, remaining };
    const named = call.kind === 'authorization' ? { hold: { hold }, providerReference: hold } : {};
    return { read: 'approved', booked: found.amount, remaining, ...named };
  }

  holdKey = (reference: HoldReference): string => String(reference['hold']);
  referenceOf = (payment: string, operation: string): string => `${this.name}-${payment}-${operation}`;
  readNotice = () => ({ verdict: 'ignored', why: 'Tally sends none' }) as const;
  close = (): Promise<void> => this.#http.close();
}

export const tally: Provider = {
  name: 'tally',
  configure(name, config) {
    const parsed = account.safeParse(config);
    if (!parsed.success) throw configurationError(name, parsed.error);
    return new Tally(name, parsed.data);
  },
};
