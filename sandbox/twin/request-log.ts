/** Every request that a twin received, in order; the oldest fall out when the cap is reached. */

export interface RequestRecord {
  readonly n: number;
  readonly at: string;
  /** What was asked, as the twin's page names it; null for a path that is none. */
  readonly request: string | null;
  /** What the books know it by: an order, a transaction. */
  readonly key: string | null;
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether something was booked. */
  tookEffect: boolean;
  /** What the platform answered or would have, at most 2 KiB; null when the request never got to it. */
  answer: string | null;
  /** What the caller got: the answer, or the fault that came between. */
  delivered: string;
}

export class RequestLog {
  readonly records: RequestRecord[] = [];
  readonly #max: number;
  #last = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(record: Pick<RequestRecord, 'request' | 'key' | 'parameters'>): RequestRecord {
    this.#last += 1;
    const full: RequestRecord = {
      n: this.#last,
      at: new Date().toISOString(),
      ...record,
      tookEffect: false,
      answer: null,
      delivered: 'nothing yet',
    };
    this.records.push(full);
    if (this.records.length > this.#max) this.records.shift();
    return full;
  }
}

/** Removes what no log may show: runs of digits as long as a card number keep only their ends. */
export const withoutCards = (text: string): string =>
  text.replace(/(?<!\d)(\d{4})\d{5,11}(\d{4})(?!\d)/g, '$1***$2');
