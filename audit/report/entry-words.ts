import type { BundleEntry } from '../bundle.ts';
import { moneyText } from '../money-text.ts';
import { declineText, RULES } from './glossary.ts';
import { said } from './plain.ts';

const NOUNS: Readonly<Record<string, string>> = {
  authorization: 'Authorisation',
  capture: 'Capture',
  release: 'Release',
  refund: 'Refund',
};

/** One entry as a sentence. @param currency - the payment's. */
export function entryText({ type, operation, data }: BundleEntry, currency: string): string {
  const money = (value: unknown): string =>
    typeof value === 'number' && Number.isSafeInteger(value) ? moneyText(value, currency) : '?';
  const [noun = '', verb = ''] = type.split('.');
  const name = `${NOUNS[noun] ?? noun}${operation === null || noun === 'authorization' ? '' : ` ${operation}`}`;
  switch (type) {
    case 'payment.created':
      return `Payment created for ${money(data['amount'])}`;
    case 'hold.lapsed':
      return `${money(data['amount'])} of the hold lapsed`;
    case 'hold.restored':
      return `${money(data['amount'])} that had lapsed is held again`;
    case 'chargeback.booked':
      return `Charged back: ${money(data['amount'])}`;
    case 'chargeback.reversed':
      return `Chargeback taken back: ${money(data['amount'])}`;
    case 'final.set':
      return `Capture ${operation ?? ''} is the last one`;
    case 'final.unset':
      return `Capture ${operation ?? ''} is no longer the last one`;
    case 'lock.set':
      return 'The provider locked the payment';
    case 'lock.lifted':
      return 'The lock was lifted';
    case 'plan.changed':
      return `Plan changed: ${planText(data['plan'])}`;
    case 'deadline.warned':
      return 'The deadline is near';
    case 'deadline.reached':
      return 'The deadline is reached';
    case 'attention.raised':
      return `Attention “${said(data['code'])}”: ${said(data['message'])}`;
    case 'attention.cleared':
      return `Attention “${said(data['code'])}” cleared`;
    case 'payment.closed':
      return 'Payment closed';
    default:
      break;
  }
  if (noun === 'observed')
    return `${NOUNS[verb] ?? verb} of ${money(data['booked'])} made elsewhere, seen as ${operation ?? ''}`;
  switch (verb) {
    case 'planned':
      return data['amount'] === undefined
        ? `${name} waits for its turn again`
        : `${name} of ${money(data['amount'])} accepted`;
    case 'sent':
      return `${name} sent${numberText(data)}${attemptText(data)}`;
    case 'approved':
      return `${name} approved: ${money(data['booked'])}`;
    case 'pending':
      return `${name} is pending at the provider`;
    case 'declined':
      return `${name} declined: ${declineText(data['decline']) ?? 'no reason given'}`;
    case 'not_performed':
      return `${name} had no effect: ${said(data['message'] ?? data['reason'])}`;
    case 'unknown':
      return `${name} is unknown: ${said(data['message'] ?? data['reason'])}`;
    case 'reversed':
      return `${name} was reversed by the provider`;
    default:
      return type;
  }
}

const numberText = (data: BundleEntry['data']): string =>
  typeof data['sequenceNumber'] === 'number' ? ` with number ${data['sequenceNumber']}` : '';

const attemptText = (data: BundleEntry['data']): string =>
  typeof data['attempt'] === 'number' && data['attempt'] > 1 ? `, attempt ${data['attempt']}` : '';

function planText(plan: unknown): string {
  if (typeof plan !== 'object' || plan === null) return '?';
  return Object.entries(plan)
    .map(([name, value]) => `${name} ${said(value)}`)
    .join(', ');
}

/** Who or what an entry is from, in words. */
export function actorText({ kind, name, via }: BundleEntry['by']): string {
  switch (kind) {
    case 'caller':
      return `${name} (caller)`;
    case 'operator':
      return `${name} (${via === 'resolution' ? 'person' : 'operator'})`;
    case 'provider':
      return `${name}, ${SOURCES[via] ?? via}`;
    case 'clock':
      return 'the clock';
    case 'engine':
      return 'the engine';
  }
}

const SOURCES: Readonly<Record<string, string>> = {
  answer: 'its answer',
  notice: 'its notice',
  query: 'its books',
};

export const ruleText = (rule: string): string => (Object.hasOwn(RULES, rule) ? (RULES[rule] ?? rule) : rule);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `21 Nov 2026`. @param at - RFC 3339, UTC. */
export function dayText(at: string): string {
  const [year = '', month = '', day = ''] = at.slice(0, 10).split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

/** `21 Nov 2026, 17:13:43 UTC`; the milliseconds stand in the list of entries. */
export const instantText = (at: string): string => `${dayText(at)}, ${at.slice(11, 19)}\u00a0UTC`;
