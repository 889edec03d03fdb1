import type { Step } from '../machines/core-input.ts';
import type { CoreState } from '../machines/core-state.ts';
import { figures, inFlight } from '../machines/payment-state.ts';
import type { ProviderCall } from '../payment/call.ts';
import type { Capabilities } from '../payment/capability.ts';
import type { Command } from '../payment/command.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import type { CallResult } from '../payment/outcome.ts';
import type { ReadResult } from '../payment/read.ts';
import type { Accounts } from './accounts.ts';
import { type Books, heldIn } from './books.ts';
import type { Terminal } from './terminal.ts';
import { Violation } from './violation.ts';

/** What was heard of one operation since its last call. */
interface Heard {
  /** When its last call ended, milliseconds; null while it runs. */
  lostAt: number | null;
  /** Reads in a row that did not find it while it was offered, with one remaining amount. */
  absent: { readonly at: number; readonly remaining: number | undefined }[];
}

/** Reads that must not find an operation before it counts as absent (agreement, M10). */
const ABSENT_READS = 3;

/** A read takes at most so long on its way back, milliseconds. */
const SLOWEST_READ = 30_000;

/** A second opinion on what may be sent: after absence, at the brake, under a lock, on a lease (M10 and section 3). */
export class Watch {
  private readonly capabilities: Capabilities;
  private readonly accounts: Accounts;
  private readonly books: Books;
  private readonly terminal: Terminal;
  private readonly heard = new Map<string, Heard>();
  private readonly references = new Set<string>();
  private readonly declines = { capture: 0, refund: 0 };
  private locked = false;
  /** The books show a thing before its absence could count as proven. */
  private readonly prompt: boolean;
  private entered = 0;
  /** A person put an attention aside, so that what it asked is theirs. */
  private excused = false;

  /**
   * @param accounts - the simulator's own bookkeeping, which has to be up to date at every call.
   * @param lag - the books that can be read lag by so much, milliseconds; null where none can be read.
   */
  constructor(
    capabilities: Capabilities,
    accounts: Accounts,
    books: Books,
    terminal: Terminal,
    lag: number | null,
  ) {
    this.capabilities = capabilities;
    this.accounts = accounts;
    this.books = books;
    this.terminal = terminal;
    this.prompt = lag !== null && lag + SLOWEST_READ < capabilities.timing.absenceAfter;
  }

  /** After every step, before its calls go out. @param commands - all that callers sent, by id. */
  afterStep({ state, effects }: Step, at: number, commands: ReadonlyMap<string, Command>): void {
    for (; this.entered < state.ledger.length; this.entered++)
      this.entry(state.ledger[this.entered] as LedgerEntry);
    for (const effect of effects) if (effect.type === 'call') this.call(effect.call, at, commands);
    if (this.capabilities.remainder === 'separate-cancel') this.rest(state);
    if (this.capabilities.query !== 'none') this.looks(state, at);
  }

  /** What a call was answered, or that its answer is lost. */
  answered(operation: string, result: CallResult, at: number): void {
    const heard = this.heard.get(operation);
    if (heard !== undefined) heard.lostAt = at;
    const code = result.outcome === 'declined' ? result.decline.code : null;
    if (code !== null && code === this.capabilities.failures?.lockedCode) this.locked = true;
  }

  /** What a read said. @param at - when the books were looked at, whenever the answer came. */
  read(operation: string, result: ReadResult, at: number): void {
    if (result.locked === true) this.locked = true;
    const heard = this.heard.get(operation);
    if (heard === undefined || result.read === 'failed') return;
    const [first] = heard.absent;
    if (result.read !== 'absent' || !result.offered) heard.absent = [];
    else if (first !== undefined && first.remaining !== result.remaining)
      heard.absent = [{ at, remaining: result.remaining }];
    else heard.absent.push({ at, remaining: result.remaining });
  }

  /** At the end of a life: what is approved is booked with the amount that the provider took. */
  amounts(): void {
    for (const booking of this.books.bookings) {
      if (booking.operation === null || booking.state !== 'booked') continue;
      const account = this.accounts.operations.get(booking.operation);
      if (account?.state !== 'approved' || account.sentWith !== null) continue;
      let booked = account.booked;
      for (const other of this.accounts.operations.values())
        if (other.sentWith === account.id && other.state === 'approved') booked += other.booked;
      if (booked !== booking.amount) {
        throw new Violation(
          'M3',
          `${account.id} approved with ${booked}, the provider took ${booking.amount}`,
        );
      }
    }
  }

  private entry({ type, operation, by, data }: LedgerEntry): void {
    if (type === 'lock.set') this.locked = true;
    else if (type === 'lock.lifted') {
      this.locked = false;
      this.declines.capture = 0;
      this.declines.refund = 0;
    } else if (type === 'attention.cleared' && by.kind === 'operator') this.excused = true;
    else if (this.saysEnded(type, data['evidence'], by.kind) && heldIn(this.books) > 0) {
      throw new Violation('M6', `${type} ${operation ?? ''}, and the provider holds ${heldIn(this.books)}`);
    }
    if (type === 'attention.raised' && data['code'] === 'books-differ') this.alarmed(by.via);
    const [kind, verb] = type.split('.');
    if (kind !== 'capture' && kind !== 'refund') return;
    if (verb === 'approved') this.declines[kind] = 0;
    else if (verb === 'declined' && by.kind === 'provider') {
      if (this.accounts.operations.get(operation ?? '')?.sentWith === null) this.declines[kind]++;
      if (this.declines[kind] >= (this.capabilities.failures?.lock ?? Infinity)) this.locked = true;
    }
  }

  /** Nobody is asked about a difference that is only the slowness of the books. */
  private alarmed(via: string): void {
    const honest = !this.prompt || this.books.expired || via !== 'query';
    if (honest || heldIn(this.books) !== this.accounts.held) return;
    throw new Violation('alarm', `books-differ by a read, and both hold ${this.accounts.held}`);
  }

  /** Whether an entry says that nothing is held any more, and not only by a person's or a clock's word. */
  private saysEnded(type: string, evidence: unknown, by: string): boolean {
    if (type === 'hold.lapsed') return evidence === 'query';
    // PAYONE holds nothing for some ways to pay, and its release is then local.
    return type === 'release.approved' && by !== 'operator' && this.capabilities.sequence === null;
  }

  private call(call: ProviderCall, at: number, commands: ReadonlyMap<string, Command>): void {
    if (this.locked) throw new Violation('M10', `${call.operation} goes out while the payment is locked`);
    if (call.attempt > 1) this.repeat(call, at);
    this.braked(call, commands);
    this.allocated(call);
    this.heard.set(call.operation, { lostAt: null, absent: [] });
  }

  /** M10: a repeat goes out only where the resend rule allows it, and only after its absence was proven. */
  private repeat(call: ProviderCall, at: number): void {
    const { resend, timing } = this.capabilities;
    if (resend === 'same-key') return;
    if (resend === 'never') throw new Violation('M10', `${call.operation} repeats, which is never allowed`);
    if (resend === 'once-absent' && call.attempt > 2)
      throw new Violation('M10', `${call.operation} repeats as attempt ${call.attempt}, once is allowed`);
    const heard = this.heard.get(call.operation);
    const absent = heard?.absent ?? [];
    const over = (absent.at(-1)?.at ?? 0) - (absent[0]?.at ?? 0);
    if (absent.length < ABSENT_READS || over < timing.absenceAfter) {
      throw new Violation(
        'M10',
        `${call.operation} repeats after ${absent.length} reads without it over ${over} ms`,
      );
    }
    const since = at - (heard?.lostAt ?? at);
    if (since < timing.resendAfter)
      throw new Violation('M10', `${call.operation} repeats ${since} ms after the loss`);
  }

  private braked({ action, operation }: ProviderCall, commands: ReadonlyMap<string, Command>): void {
    const rule = this.capabilities.failures;
    if (rule === null || (action !== 'capture' && action !== 'refund')) return;
    if (this.declines[action] < rule.brake) return;
    for (const [id, command] of commands) {
      const carrier = this.accounts.operations.get(id)?.sentWith ?? id;
      if ('override' in command && command.override === true && carrier === operation) return;
    }
    throw new Violation(
      'M10',
      `${operation} goes out after ${this.declines[action]} failed ${action}s, and nobody overrides`,
    );
  }

  /** A reference of its own for each first send, and the terminal while it goes out. */
  private allocated({ operation, attempt, allocated }: ProviderCall): void {
    const { allocates } = this.capabilities;
    if (allocates === null) return;
    if (allocated === undefined)
      throw new Violation('M10', `${operation} goes out without an allocated reference`);
    if (attempt === 1 && this.references.has(allocated))
      throw new Violation('M10', `${operation} goes out under ${allocated}, which was used before`);
    this.references.add(allocated);
    if (!this.terminal.leases(operation, allocated))
      throw new Violation('lane', `${operation} goes out under ${allocated}, which holds no lease`);
  }

  /** What is not known is looked for, until the account gives up. */
  private looks({ machine: { context }, reading, running, wantsRead, timers }: CoreState, at: number): void {
    if (reading !== null || running !== null || wantsRead || timers.read !== undefined) return;
    const { giveUpAfter, repeats } = this.capabilities.timing;
    const longest = repeats.at(-1) ?? 0;
    for (const { id, state, sentAt } of [context.authorization, ...context.operations]) {
      if ((state !== 'unknown' && state !== 'pending') || sentAt === undefined) continue;
      if (at + longest <= Date.parse(sentAt) + giveUpAfter)
        throw new Violation('liveness', `${id} is ${state}, and nobody reads on`);
    }
  }

  /** A final capture leaves no rest behind that nothing releases and nobody is asked about. */
  private rest({ machine: { context } }: CoreState): void {
    if (context.finalBy === null || this.excused || context.attentions.length > 0) return;
    const { held, reserved } = figures(context);
    const ends = context.operations.some((each) => each.kind === 'release' && inFlight(each));
    if (held - reserved <= 0 || ends) return;
    throw new Violation(
      'M6',
      `capture ${context.finalBy} was final, and nothing releases ${held - reserved}`,
    );
  }
}
