import type { AttentionCode } from '../../payment/attention.ts';

/** The words of a report, each in one line (docs/architecture.md has them all). */
export const GLOSSARY: readonly (readonly [string, string])[] = [
  ['authorised', 'what the provider agreed to hold for the merchant'],
  ['held', 'authorised − captured − released − lapsed: still reserved on the customer’s account'],
  ['captured', 'taken from the hold: the customer pays it'],
  ['released', 'given back to the customer because it was asked for, or because the last capture freed it'],
  ['lapsed', 'held money that ended without a request, for instance because the hold expired'],
  ['refunded', 'captured money that was paid back'],
  ['charged back', 'captured money that the customer’s bank took back'],
  ['net', 'captured − refunded − charged back'],
  ['declined', 'the provider said no, for certain; no money moved'],
  ['not performed', 'certainly had no effect: withdrawn, or never sent'],
  ['unknown', 'the request may have had an effect and the answer was lost; it is never counted as declined'],
  ['reversed', 'approved first and taken back by the provider later'],
  ['pending', 'the provider has it and will say later'],
  ['sequence number', 'the number under which the provider books an operation of a payment'],
  ['observed', 'made elsewhere, for instance in the provider’s portal, and seen in its books or notices'],
  ['attention', 'somebody should look at the payment'],
];

/** What stands behind a code of attention. */
export const ATTENTION: Readonly<Record<AttentionCode, string>> = {
  'outcome-unknown': 'the outcome of an operation is not known',
  'books-differ': 'the provider’s books and this ledger do not agree',
  'observed-elsewhere': 'something was done outside of this system',
  'amount-differs': 'another amount was booked than was asked for',
  'deadline-reached': 'the deadline of the plan has come and money is still held',
  'late-failure': 'the provider took back what it had approved',
  chargeback: 'the customer’s bank took money back',
  'remainder-not-released': 'the rest of the hold was not given back',
  lapsing: 'the rest of the hold can only run out',
  'deadline-near': 'the deadline of the plan is near',
  locked: 'the provider refuses further operations',
  'failure-brake': 'too many failures in a row',
  'sequence-exhausted': 'no sequence number is left',
  'hold-shared': 'another payment uses the same hold',
  'terminal-blocked': 'the terminal is blocked by an operation whose outcome is unknown',
  'provider-away': 'the provider cannot be reached',
  'cancel-requested': 'somebody asked the workflow to cancel',
};

/** What decided an entry, in words; a rule that is not here speaks for itself. */
export const RULES: Readonly<Record<string, string>> = {
  created: 'the request was valid',
  legal: 'legal at that moment',
  'next-in-turn': 'its turn',
  'approved-answer': 'the provider’s answer',
  'declined-answer': 'the provider’s answer',
  'pending-answer': 'the provider’s answer',
  'lost-answer': 'no answer came back',
  'repeat-same-key': 'repeated with the same key and body, which the provider counts once',
  'repeat-once-absent': 'repeated after the provider’s books proved that it was not there',
  'repeat-settles-nothing': 'this answer to a repeat proves nothing about the first attempt',
  notice: 'the provider’s notice',
  'notice-failed': 'the provider’s notice',
  read: 'the provider’s books',
  resolved: 'a person’s word, with evidence',
  'final-capture': 'the last capture was accepted',
  'freed-by-final': 'the last capture freed the rest',
  'no-longer-so': 'the reason is gone',
  'made-elsewhere': 'a number that was not ours',
  'nothing-held': 'nothing was held',
  withdrawn: 'withdrawn before it was sent',
  expired: 'the hold expired',
  'hold-gone': 'the hold no longer exists at the provider',
  'close-after': 'settled and quiet for as long as the account says',
  'out-of-turn': 'the provider wants another number first',
  'not-performed': 'it never reached the provider, or had no effect there',
  adopted: 'an existing hold was taken over',
};

const AGAIN: Readonly<Record<string, string>> = {
  no: 'another attempt does not help',
  later: 'another attempt may succeed later',
  customer: 'the customer has to act first',
  config: 'the set-up of the account has to be mended first',
};

/** A decline in words: whose code, what it said, what it means for the hold and for another attempt. */
export function declineText(decline: unknown): string | null {
  if (typeof decline !== 'object' || decline === null) return null;
  const { code, message, hold, again } = decline as Readonly<Record<string, unknown>>;
  const says = [
    `code ${typeof code === 'string' ? code : '?'}${typeof message === 'string' && message !== '' ? `: ${message}` : ''}`,
    hold === 'gone' ? 'the hold no longer exists' : 'the hold still stands',
    ...(typeof again === 'string' && Object.hasOwn(AGAIN, again) ? [AGAIN[again] ?? ''] : []),
  ];
  return says.join('; ');
}
