/** Who may send next on an account, and under which reference: one counter and one lease, in this process. */
import type { Effect, Input } from '../../machines/core-input.ts';
import type { CoreState } from '../../machines/core-state.ts';

type Allocate = Extract<Effect, { type: 'allocate' }>;
type Lease = Extract<Effect, { type: 'lease' }>;

/** A payment that asks. */
export interface Lessee {
  readonly state: CoreState;
  take(input: Input): void;
}

interface Place {
  readonly lessee: Lessee;
  readonly operation: string;
  readonly number: number;
  /** Its outcome is not known, and nobody else may send. */
  blocks: boolean;
}

export class Allocator {
  #last = 0;
  #holder: Place | null = null;
  readonly #queue: Place[] = [];

  /** Answers `queued` where it has to wait, and `allocated` once it may send. */
  ask(lessee: Lessee, { number, operation, rule }: Allocate): void {
    if (rule.from === 'counter') {
      lessee.take({ type: 'allocated', number, reference: this.#next() });
      return;
    }
    this.#queue.push({ lessee, operation, number, blocks: false });
    const holder = this.#holder;
    if (holder !== null) {
      const { state } = holder.lessee;
      const blockedBy = holder.blocks ? { payment: state.facts.id, operation: holder.operation } : null;
      lessee.take({ type: 'queued', number, blockedBy });
    }
    this.#grant();
  }

  end(lessee: Lessee, { operation, how }: Lease): void {
    const waits = this.#queue.findIndex((one) => one.lessee === lessee && one.operation === operation);
    if (waits >= 0) this.#queue.splice(waits, 1);
    const holder = this.#holder;
    if (holder === null || holder.lessee !== lessee || holder.operation !== operation) return;
    if (how === 'unknown') holder.blocks = true;
    else this.#holder = null;
    this.#grant();
  }

  #grant(): void {
    if (this.#holder !== null) return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    this.#holder = next;
    next.lessee.take({ type: 'allocated', number: next.number, reference: this.#next() });
  }

  #next(): string {
    this.#last += 1;
    return String(this.#last);
  }
}
