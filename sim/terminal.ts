import type { AllocationRule } from '../payment/capability.ts';

/** What the owner of a terminal, or of a counter, says to a payment that asked. */
export type TerminalWord =
  | { readonly type: 'allocated'; readonly number: number; readonly reference: string }
  | {
      readonly type: 'queued';
      readonly number: number;
      readonly blockedBy: null | { readonly payment: string; readonly operation: string };
    };

type Wish =
  | { readonly by: 'us'; readonly number: number; readonly operation: string }
  | { readonly by: 'other'; readonly ms: number; readonly blocks: number };

type Holder =
  | {
      readonly by: 'us';
      readonly number: number;
      readonly operation: string;
      readonly reference: string;
      blockUntil: number | null;
    }
  | { readonly by: 'other'; readonly until: number; readonly blockUntil: number };

/**
 * The owner of one terminal as the design has it (section 5): a queue across payments, one lease at a
 * time, a requestId for each that is never used again, and a block while an outcome is unknown. A counter
 * is the same without queue and lease.
 */
export class Terminal {
  /** What was said since it was last taken. */
  said: TerminalWord[] = [];
  /** Instants at which it has to be looked at again. */
  due: number[] = [];
  private readonly rule: AllocationRule | null;
  private readonly blockFor: number | null;
  private last = 41_000;
  private holder: Holder | null = null;
  private readonly queue: Wish[] = [];

  /** @param rule - null where the provider allocates nothing. */
  constructor(rule: AllocationRule | null) {
    this.rule = rule;
    this.blockFor = rule?.blockFor ?? null;
  }

  /** Whether this operation may be sent under this reference now. */
  leases(operation: string, reference: string): boolean {
    if (this.rule?.from !== 'terminal') return true;
    const { holder } = this;
    return holder?.by === 'us' && holder.operation === operation && holder.reference === reference;
  }

  /** Whether our payment still keeps the terminal from others, or waits for it. */
  get isOurs(): boolean {
    return this.holder?.by === 'us' || this.queue.some((wish) => wish.by === 'us');
  }

  /** Our payment asks; whoever asks twice under one number is told the same again. */
  ask(number: number, operation: string, at: number): void {
    if (this.rule?.from !== 'terminal') {
      this.said.push({ type: 'allocated', number, reference: this.next() });
      return;
    }
    const { holder } = this;
    if (holder?.by === 'us' && holder.number === number) {
      this.said.push({ type: 'allocated', number, reference: holder.reference });
      return;
    }
    if (this.queue.some((wish) => wish.by === 'us' && wish.number === number)) return;
    this.queue.push({ by: 'us', number, operation });
    this.serve(at);
    if (!this.queue.some((wish) => wish.by === 'us' && wish.number === number)) return;
    this.tellToWait(number, at);
  }

  private tellToWait(number: number, at: number): void {
    const { holder } = this;
    const blocks = holder?.by === 'other' && at >= holder.until;
    const blockedBy = blocks ? { payment: 'another', operation: 'authorization' } : null;
    this.said.push({ type: 'queued', number, blockedBy });
  }

  /** Our payment gives the lease back, or says that the outcome is unknown. */
  lease(number: number, how: 'done' | 'unknown', at: number): void {
    const waits = this.queue.findIndex((wish) => wish.by === 'us' && wish.number === number);
    if (how === 'done' && waits >= 0) this.queue.splice(waits, 1);
    const { holder } = this;
    if (holder?.by !== 'us' || holder.number !== number) return;
    if (how === 'done') this.holder = null;
    else if (this.blockFor !== null) {
      holder.blockUntil = at + this.blockFor;
      this.due.push(holder.blockUntil);
    }
    this.serve(at);
  }

  /** Another payment wants the terminal. */
  other(ms: number, blocks: number, at: number): void {
    if (this.rule?.from !== 'terminal') return;
    this.queue.push({ by: 'other', ms, blocks });
    this.serve(at);
  }

  /** Time has passed. */
  look(at: number): void {
    const { holder } = this;
    const over = holder?.blockUntil ?? null;
    if (over !== null && over <= at) this.holder = null;
    else if (holder?.by === 'other' && at >= holder.until) {
      // Whoever waits is told who blocks the terminal.
      for (const wish of this.queue) if (wish.by === 'us') this.tellToWait(wish.number, at);
    }
    this.serve(at);
  }

  private serve(at: number): void {
    if (this.holder !== null) return;
    const wish = this.queue.shift();
    if (wish === undefined) return;
    if (wish.by === 'other') {
      this.holder = { by: 'other', until: at + wish.ms, blockUntil: at + wish.ms + wish.blocks };
      this.next();
      this.due.push(this.holder.until, this.holder.blockUntil);
      return;
    }
    const reference = this.next();
    const { number, operation } = wish;
    this.holder = { by: 'us', number, operation, reference, blockUntil: null };
    this.said.push({ type: 'allocated', number, reference });
  }

  private next(): string {
    this.last++;
    return String(this.last);
  }
}
