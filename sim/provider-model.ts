import type { ProviderCall } from '../payment/call.ts';
import type { HoldReference } from '../payment/hold.ts';
import type { Notice } from '../payment/notice.ts';
import type { CallResult } from '../payment/outcome.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import type { Books } from './books.ts';
import type { CallFault, ProviderEvent } from './life.ts';

/** A decision that the provider takes later about something it accepted. `number` 0 means the authorisation. */
export interface Settlement {
  readonly at: number;
  readonly number: number;
  readonly ends: 'approved' | 'failed';
}

/** What a model puts out beside its answer; the driver of the life takes it and empties it. */
export interface Outbox {
  /** `unasked`: about something that no request of ours made; nobody could know of it but by this notice. */
  notices: { readonly notice: Notice; readonly unasked: boolean }[];
  settlements: Settlement[];
}

/**
 * One provider, with the adapter before it: what it books, and what an activity reports of that. It keeps
 * its own books and shares nothing with an adapter. `at` is virtual milliseconds throughout.
 */
export interface ProviderModel {
  readonly books: Books;
  readonly outbox: Outbox;
  /** What adopting names the hold by, and a person who resolves. */
  readonly hold: HoldReference;
  /** What notices name the hold by. */
  readonly holdKey: string;
  /** A request is being worked on. */
  isOccupied(): boolean;
  /** A request is taken in and will be worked on for a while. */
  occupy(call: ProviderCall, at: number): void;
  /** What a request meets while another one is worked on; null where it is taken all the same. */
  outOfTurn(call: ProviderCall, at: number): CallResult | null;
  /**
   * One request takes effect, or not.
   * @param fault - what was drawn for this call; faults of the way there and back are not the provider's.
   */
  receive(call: ProviderCall, at: number, fault: CallFault | null): CallResult;
  /** What the books show now. Throws where the provider has none to read. */
  read(call: ReadCall, at: number): ReadResult;
  /** A pending one is decided. Nothing happens where it was decided before. */
  settle(settlement: Settlement, at: number): void;
  /** Something happens there without us; false where it cannot. */
  happen(event: ProviderEvent, at: number): boolean;
  /** The hold ends by itself: what is left of it lapses. */
  expire(at: number): void;
  /** A person gives the rest back in the provider's portal; what it gave back. */
  releaseInPortal(): number;
  /** A notice was acknowledged. */
  acknowledge(notice: Notice): void;
  /** A person had the provider lift its lock. */
  unlock(): void;
  /** By what a person names an operation that was booked, where later calls need it. */
  anchorOf(operation: string): HoldReference | null;
}
