/** What every request stands on: settings, books, ids, notices, and the timers of pending bookings. */

import type { NoticeFault } from '../twin/faults.ts';
import { Timers } from '../twin/timers.ts';
import type { Booking, Process } from './books.ts';
import { Books, masked } from './books.ts';
import type { Answer } from './answers.ts';
import { errorAnswer } from './answers.ts';
import type { Form } from './form.ts';
import { Identifiers } from './identifiers.ts';
import type { NoticeOrder } from './notice.ts';
import { Notifications } from './notifications.ts';
import type { Settings } from './options.ts';
import type { Refusal } from './refusal.ts';

/** The answer to a request and whether it booked anything. */
export interface Reply {
  readonly answer: Answer;
  readonly booked: boolean;
  readonly txid?: string;
}

export const refused = (refusal: Refusal): Reply => ({ answer: errorAnswer(refusal), booked: false });

export class Platform {
  readonly settings: Settings;
  readonly books: Books;
  readonly ids: Identifiers;
  readonly notifications: Notifications;
  /** Base address of the server, for redirect pages; set once it listens. */
  url = '';
  readonly #timers = new Timers();

  constructor(settings: Settings) {
    this.settings = settings;
    this.books = new Books(settings);
    this.ids = new Identifiers(settings.seed);
    this.notifications = new Notifications(settings, this.books);
  }

  announce(process: Process, orders: readonly NoticeOrder[], fault?: NoticeFault): void {
    this.notifications.announce(process, orders, fault);
  }

  /** Runs the second half of a scripted booking after `settleMs`. */
  afterwards(action: () => void): void {
    this.#timers.after(this.settings.settleMs, action);
  }

  close(): void {
    this.#timers.clear();
    this.notifications.close();
  }
}

/** Enters a booking; a number above the last one is used up by it. */
export function book(
  process: Process,
  entry: Pick<Booking, 'sequencenumber' | 'kind' | 'amount' | 'state' | 'origin'> & {
    closes?: boolean;
    form?: Form;
  },
): Booking {
  const { form, closes = false, ...rest } = entry;
  const booking: Booking = {
    ...rest,
    closes,
    at: new Date().toISOString(),
    parameters: masked(form ?? new Map()),
  };
  process.bookings.push(booking);
  process.sequence = Math.max(process.sequence, booking.sequencenumber);
  return booking;
}
