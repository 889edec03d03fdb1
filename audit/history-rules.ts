import { isCardNumber, withoutUuids } from '../activities/luhn.ts';
import type { Capabilities } from '../payment/capability.ts';
import type { Bundle, RunHistory } from './bundle.ts';
import { asJson, firstDifference } from './difference.ts';
import { attributesOf, membersOf, textIn, valuesIn } from './event.ts';
import type { Breach } from './money-rule.ts';

/** A call as it went out and came back. */
interface Sent {
  readonly activityId: string;
  readonly call: Readonly<Record<string, unknown>>;
  /** The outcome that came back; `unknown` where none did. */
  outcome: string;
  /** How often the server may hand it to a worker, and which time it was. */
  readonly most: unknown;
  attempt: unknown;
}

/** What the histories prove beside the ledger: M3, M4, M8 and M10. */
export function historyBreaches({ payment, histories }: Bundle): readonly Breach[] {
  const sent = sentIn(histories);
  const { capabilities } = payment;
  return [
    ...effects(sent),
    ...numbers(sent, capabilities),
    ...keys(sent, capabilities),
    ...secrets(histories),
  ];
}

function sentIn(histories: readonly RunHistory[]): readonly Sent[] {
  const sent: Sent[] = [];
  for (const { events } of histories) {
    const byEvent = new Map<string, Sent>();
    for (const event of events) {
      const attributes = attributesOf(event);
      const activityId = textIn(attributes, 'activityId');
      if (event.eventType === 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED' && /#\d+$/.test(activityId)) {
        const one = {
          activityId,
          call: membersOf(valuesIn(attributes['input'])[0]),
          outcome: 'unknown',
          most: membersOf(attributes['retryPolicy'])['maximumAttempts'],
          attempt: 1,
        };
        byEvent.set(String(event.eventId), one);
        sent.push(one);
      }
      const ended = byEvent.get(textIn(attributes, 'scheduledEventId'));
      if (ended !== undefined && event.eventType === 'EVENT_TYPE_ACTIVITY_TASK_STARTED')
        ended.attempt = attributes['attempt'];
      if (ended !== undefined && event.eventType === 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED')
        ended.outcome = textIn(valuesIn(attributes['result'])[0], 'outcome') || 'unknown';
    }
  }
  return sent;
}

/** M3: an intent that the provider took is not sent again, and no call is run twice behind the workflow's back. */
function effects(sent: readonly Sent[]): Breach[] {
  const took = new Map<unknown, string>();
  const breaches: Breach[] = [];
  for (const { activityId, call, outcome, most, attempt } of sent) {
    if (most !== 1 || attempt !== 1)
      breaches.push({
        rule: 'M3',
        text: `${activityId} was run as attempt ${String(attempt)} of ${String(most)}`,
      });
    const before = took.get(call['operation']);
    if (before !== undefined)
      breaches.push({ rule: 'M3', text: `${activityId} went out after ${before} was approved` });
    if (outcome === 'approved') took.set(call['operation'], activityId);
  }
  return breaches;
}

/** M4: a number that was used up belongs to one operation, and none is beyond the last. */
function numbers(sent: readonly Sent[], { sequence }: Capabilities): Breach[] {
  if (sequence === null || sequence === undefined) return [];
  const used = new Map<number, string>();
  const breaches: Breach[] = [];
  for (const { activityId, call, outcome } of sent) {
    const number = call['sequenceNumber'];
    if (typeof number !== 'number') continue;
    const owner = used.get(number);
    if (owner !== undefined && owner !== textIn(call, 'operation'))
      breaches.push({
        rule: 'M4',
        text: `${activityId} took number ${number}, which ${owner} had used up`,
      });
    if (number < 1 || number > sequence.max)
      breaches.push({ rule: 'M4', text: `${activityId} took number ${number} of ${sequence.max}` });
    if (outcome === 'approved' || outcome === 'pending') used.set(number, textIn(call, 'operation'));
  }
  return breaches;
}

/** M10: after an unknown outcome the same body goes out again or none, as the provider's resend rule allows. */
function keys(sent: readonly Sent[], { resend }: Capabilities): Breach[] {
  const last = new Map<unknown, Sent & { readonly repeats: number }>();
  const breaches: Breach[] = [];
  for (const one of sent) {
    const operation = one.call['operation'];
    const before = last.get(operation);
    const open = before?.outcome === 'unknown' && before.call['attempt'] !== one.call['attempt'];
    const repeats = open ? before.repeats + 1 : 0;
    if (open) {
      const found = firstDifference(bodyOf(before.call), bodyOf(one.call));
      if (found !== null)
        breaches.push({
          rule: 'M10',
          text: `${one.activityId} repeats ${before.activityId} with another ${found.where}`,
        });
      if (resend === 'never')
        breaches.push({ rule: 'M10', text: `${one.activityId} repeats a call that may never be repeated` });
      if (resend === 'once-absent' && repeats > 1)
        breaches.push({
          rule: 'M10',
          text: `${one.activityId} is the second repeat of one that may be repeated once`,
        });
    }
    last.set(operation, { ...one, repeats });
  }
  return breaches;
}

const bodyOf = ({ attempt: _attempt, ...body }: Readonly<Record<string, unknown>>): unknown => asJson(body);

/** Names of members that hold digests, ids that the server or the engine made, and instants. */
const MADE = new Set(['hash', 'prev', 'request', 'requestId', 'runId', 'identity', 'taskId', 'eventTime']);
/** ISO/IEC 7812: issuers of payment cards begin with 3 to 6, or with 2221 to 2720. */
const CARD = /(?<![A-Za-z0-9])(?:[3-6]\d{3}|2[2-7]\d\d)(?:[ -]?\d){9,15}(?![A-Za-z0-9])/g;

/** M8: no card number stands in a decoded history. */
function secrets(histories: readonly RunHistory[]): Breach[] {
  for (const { runId, events } of histories) {
    for (const event of events) {
      const where = cardIn(event, '');
      if (where !== null)
        return [{ rule: 'M8', text: `a card number stands in run ${runId}, event ${event.eventId}${where}` }];
    }
  }
  return [];
}

function cardIn(value: unknown, at: string): string | null {
  if (typeof value === 'string') {
    for (const [found] of withoutUuids(value).matchAll(CARD))
      if (isCardNumber(found.replace(/\D/g, ''))) return at;
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'string' && MADE.has(name)) continue;
    const found = cardIn(member, `, ${name}`);
    if (found !== null) return found;
  }
  return null;
}
