/**
 * Faults, set by the admin and used up by the requests that they match. Of each family (delay, answer, notices, books)
 * the first fault that matches a request works on it. The kinds that every twin has stand here; each adds its own.
 */

import * as z from 'zod';

/** What may happen to a request or its answer on the way. */
export const wayKinds = [
  'lost-before',
  'lost-after',
  'delay',
  'reset-mid-body',
  'http-500',
  'garbage',
  'empty',
  'html',
  'truncated',
  'invalid-utf8',
  'huge',
] as const;

/** What may happen to the notices of a request. */
export const noticeKinds = ['notify-duplicate', 'notify-reorder', 'notify-hold', 'notify-drop'] as const;

export type NoticeFault = (typeof noticeKinds)[number];

/** What a request is matched by, as texts. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** What an order of a fault holds beside `match` and `fault`. */
export const faultTerms = {
  /** Requests that it works on before it is used up. */
  times: z.int().min(1).max(100_000).default(1),
  /** For `delay`. */
  delayMs: z.int().min(0).max(600_000).default(1_000),
  /** For `delay` (default after) and `http-500` (default before): before or after the booking. */
  at: z.enum(['before', 'after']).optional(),
  /** For `truncated`: bytes of the answer that arrive. Default: half of it. */
  keepBytes: z.int().min(0).optional(),
};

export const faultOrder = z.strictObject({
  /** Every field that is given has to be equal, by the names that the twin's page lists. Nothing given matches everything. */
  match: z.record(z.string(), z.union([z.string(), z.int()])).default({}),
  fault: z.enum([...wayKinds, 'http-429', 'not-yet', ...noticeKinds]),
  ...faultTerms,
});

export type FaultOrder = z.input<typeof faultOrder>;
export type Fault = z.output<typeof faultOrder>;

/** A fault of any twin. */
export interface AnyFault {
  match: Readonly<Record<string, string | number | undefined>>;
  fault: string;
  times: number;
  delayMs: number;
  at?: 'before' | 'after' | undefined;
  keepBytes?: number | undefined;
}

export interface FaultPlan<One extends AnyFault = Fault> {
  readonly delay: One | undefined;
  readonly answer: One | undefined;
  readonly notices: NoticeFault | undefined;
  /** The books that a read sees are those before the newest entry. */
  readonly notYet: boolean;
}

/** Whether a field of a request is what a fault wants. */
export type Same = (name: string, wanted: string, given: string | undefined) => boolean;

const equal: Same = (_name, wanted, given) => given === wanted;

const isNoticeFault = (kind: string | undefined): kind is NoticeFault => kind?.startsWith('notify-') === true;

export class Faults<One extends AnyFault = Fault> {
  readonly #waiting: One[] = [];
  readonly #max: number;
  readonly #same: Same;

  constructor(max: number, same: Same = equal) {
    this.#max = max;
    this.#same = same;
  }

  /** @returns false when the cap is reached */
  add(fault: One): boolean {
    if (this.#waiting.length >= this.#max) return false;
    this.#waiting.push(structuredClone(fault));
    return true;
  }

  list(): One[] {
    return structuredClone(this.#waiting);
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  /**
   * Takes what works on this request; each fault taken is used up by one.
   *
   * @param uses whether it shows the books and whether it causes notices: faults of what it does not do wait on
   */
  take(
    fields: Fields,
    uses: { readonly books: boolean; readonly notices: boolean } = everything,
  ): FaultPlan<One> {
    const first = (wanted: (kind: string) => boolean): One | undefined => {
      const found = this.#waiting.find((one) => wanted(one.fault) && this.#matches(one, fields));
      if (found === undefined) return undefined;
      found.times -= 1;
      if (found.times === 0) this.#waiting.splice(this.#waiting.indexOf(found), 1);
      return found;
    };
    const notices = uses.notices ? first(isNoticeFault)?.fault : undefined;
    return {
      delay: first((kind) => kind === 'delay'),
      answer: first((kind) => kind !== 'delay' && kind !== 'not-yet' && !isNoticeFault(kind)),
      notices: isNoticeFault(notices) ? notices : undefined,
      notYet: uses.books && first((kind) => kind === 'not-yet') !== undefined,
    };
  }

  #matches({ match }: One, fields: Fields): boolean {
    return Object.entries(match).every(([name, wanted]) => this.#same(name, String(wanted), fields[name]));
  }
}

const everything = { books: true, notices: true };

/** True for a fault that keeps the request from the platform. */
export const staysOutside = (fault: AnyFault | undefined): boolean =>
  fault?.fault === 'lost-before' ||
  fault?.fault === 'http-429' ||
  (fault?.fault === 'http-500' && fault.at !== 'after');
