/** The terminal: one operation at a time, each requestId once (provider notes 1.3, 1.7). */

import { gzipSync } from 'node:zlib';
import { Books } from './books.ts';
import type { Hold } from './books.ts';
import { decimal } from './currency.ts';
import type { Settings } from './options.ts';
import { documents } from './receipts.ts';
import type { PaymentRequest, Refusal } from './request.ts';
import { scriptFor } from './script.ts';

export interface Reply {
  readonly status: string;
  /** The other members of the answer. A number is a text that goes out without quotes. */
  readonly members: Readonly<Record<string, string | { readonly number: string }>>;
  readonly hold: Hold | undefined;
  readonly booked: boolean;
  readonly why: string | null;
}

const refused = ({ status, why }: Refusal, hold?: Hold): Reply => ({
  status,
  members: {},
  hold,
  booked: false,
  why,
});

/** What booking ends with, as a reason and a mark on the hold. */
interface Ending {
  readonly requestId: string | null;
  readonly amount: number;
  readonly reason: string | null;
  readonly origin: 'api' | 'elsewhere';
}

export class Terminal {
  readonly settings: Settings;
  readonly books: Books;
  readonly terminalId: string;
  /** An operation is on its way. */
  running = false;
  /** The last answer was not fetched (provider notes 1.7: REPRINT_TICKET). */
  unfetched = false;
  readonly #used = new Set<string>();
  #stan: number;

  constructor(settings: Settings) {
    this.settings = settings;
    this.books = new Books(settings);
    this.terminalId = `T${String(settings.seed).padStart(7, '0')}`;
    this.#stan = settings.seed * 1_000;
  }

  /** Why nothing can begin now. A requestId is not used up by it. */
  closed(): Refusal | undefined {
    if (this.running) return { status: 'BUSY', why: 'another operation is on its way' };
    switch (this.settings.state) {
      case 'IDLE':
        return undefined;
      case 'LOGGED_OUT':
        return { status: 'LOGGED_OUT', why: 'logged out' };
      case 'INOPERABLE':
      case 'LOCKED':
        return { status: 'DEVICE_UNAVAILABLE', why: this.settings.state };
    }
  }

  /** @returns false where the terminal has seen the id before */
  use(requestId: string): boolean {
    if (this.#used.has(requestId)) return false;
    this.#used.add(requestId);
    return true;
  }

  /** @param forced a fault: this status, whether or not it is booked */
  perform(request: PaymentRequest, forced?: { readonly status: string; readonly booked: boolean }): Reply {
    const scripted = this.settings.scripted
      ? scriptFor(request.paymentType, request.amount)
      : { booked: true };
    const verdict = { ...scripted, ...forced };
    const { status } = verdict;
    if (request.paymentType === 'AUTHORISE') {
      const approved = this.#approved(request.amount, scripted.share);
      if (!verdict.booked) return refused({ status: status ?? 'FAILURE', why: 'as told' });
      const hold = this.authorise(request, approved, 'api');
      return status === undefined ? this.#authorised(request, hold) : this.#lost(status, hold);
    }
    const hold = this.books.byReference(request.authReference ?? '');
    const fault = this.#faultInCapture(request, hold);
    if (hold === undefined || fault !== undefined)
      return refused(fault ?? { status: 'FAILURE', why: 'no hold' }, hold);
    if (!verdict.booked) return refused({ status: status ?? 'FAILURE', why: 'as told' }, hold);
    const { requestId, amount, reason = null } = request;
    this.end(hold, { requestId, amount, reason, origin: 'api' });
    return status === undefined ? this.#taken(request, hold) : this.#lost(status, hold);
  }

  /** Puts a hold into the books. */
  authorise(
    asked: Pick<PaymentRequest, 'amount' | 'currency'> & { readonly requestId: string | null },
    authorised: number,
    origin: 'api' | 'elsewhere',
  ): Hold {
    this.#stan += 1;
    const { requestId, amount, currency } = asked;
    const at = new Date().toISOString();
    return this.books.add({
      requestId,
      authReference: this.#reference(asked, authorised),
      authReferenceVersion: '1',
      currency,
      asked: amount,
      authorised,
      state: 'open',
      captured: 0,
      released: 0,
      reason: null,
      bookings: [{ kind: 'authorisation', requestId, amount: authorised, origin, at }],
    });
  }

  /** A capture frees what it does not take; an amount of 0 is a cancellation. */
  end(hold: Hold, { requestId, amount, reason, origin }: Ending): void {
    hold.captured = amount;
    hold.released = hold.authorised - amount;
    hold.state = amount === 0 ? 'cancelled' : 'captured';
    hold.reason = reason;
    const kind = amount === 0 ? 'cancellation' : 'capture';
    const booked = amount === 0 ? hold.authorised : amount;
    hold.bookings.push({ kind, requestId, amount: booked, origin, at: new Date().toISOString() });
  }

  #approved(asked: number, share: number | undefined): number {
    const most = this.settings.approveAtMost ?? asked;
    return Math.min(
      asked,
      most,
      share === undefined ? asked : Number((BigInt(asked) * BigInt(share)) / 1_000n),
    );
  }

  #faultInCapture(request: PaymentRequest, hold: Hold | undefined): Refusal | undefined {
    const fail = (why: string): Refusal => ({ status: 'FAILURE', why });
    if (hold === undefined) return fail('the reference is not known');
    if (request.authReferenceVersion !== hold.authReferenceVersion)
      return fail('not the version of this reference');
    if (hold.state !== 'open') return fail(`the hold is ${hold.state}`);
    if (request.currency !== hold.currency) return fail('not the currency of the hold');
    return request.amount > hold.authorised ? fail('more than was authorised') : undefined;
  }

  /** The completed pre-authorisation itself, for the caller to keep (provider notes 1.4). */
  #reference(asked: Pick<PaymentRequest, 'currency'>, authorised: number): string {
    const stan = String(this.#stan);
    const blob = {
      CompletedPreAuthorisation: {
        terminalId: this.terminalId,
        stan,
        amount: decimal(authorised, asked.currency),
        currency: asked.currency,
        approvalCode: stan.slice(-6).padStart(6, '0'),
        card: { brand: 'ECMC', number: '************1111', token: `tok-${this.terminalId}-${stan}` },
      },
    };
    return gzipSync(JSON.stringify(blob)).toString('base64');
  }

  #documents(kind: string, amount: number, currency: string): Record<string, string> {
    const { terminalId, settings } = this;
    const stan = String(this.#stan);
    return documents({ kind, amount: decimal(amount, currency), currency, terminalId, stan }, settings);
  }

  /** As a SALE is answered (provider notes 1.2), and the pair of the reference. */
  #authorised(request: PaymentRequest, hold: Hold): Reply {
    const { settings } = this;
    const amount = decimal(hold.authorised, hold.currency);
    const named = { text: { amount }, number: { amount: { number: amount } }, absent: {} }[
      settings.answeredAmount
    ];
    const members = {
      ...named,
      currency: hold.currency,
      card: 'ECMC',
      requestId: settings.answeredRequestId === 'same' ? request.requestId : '1601951231',
      stan: String(this.#stan),
      timestamp: new Date().toISOString().replace('Z', '+00:00'),
      ...this.#documents('Reservation', hold.authorised, hold.currency),
      authReference: hold.authReference,
      authReferenceVersion: hold.authReferenceVersion,
    };
    return { status: 'SUCCESS', members, hold, booked: true, why: null };
  }

  /** Three documents and nothing else (seed 000). */
  #taken(request: PaymentRequest, hold: Hold): Reply {
    this.#stan += 1;
    const kind = request.amount === 0 ? 'Cancellation' : 'Capture';
    const members = this.#documents(kind, request.amount, hold.currency);
    return { status: 'SUCCESS', members, hold, booked: true, why: null };
  }

  /** Booked, and the answer says something else. */
  #lost(status: string, hold: Hold): Reply {
    return { status, members: {}, hold, booked: true, why: 'as told, although it was booked' };
  }
}
