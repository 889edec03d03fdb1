import type { BundleEntry } from '../bundle.ts';
import { moneyText } from '../money-text.ts';
import { actorText, entryText, instantText, ruleText } from './entry-words.ts';
import { ATTENTION, declineText } from './glossary.ts';
import { said } from './plain.ts';
import { shortened } from './runs.ts';

export const OPERATION_KINDS = ['capture', 'release', 'refund'] as const;
export type Kind = (typeof OPERATION_KINDS)[number];

/** All that the ledger says of one operation; amounts are minor units. */
export interface OperationStory {
  readonly id: string;
  readonly kind: Kind;
  readonly state: string;
  readonly asked: number | null;
  readonly booked: number | null;
  /** RFC 3339: when it was accepted or seen, and when its last word came. */
  readonly acceptedAt: string;
  readonly endedAt: string | null;
  readonly by: string;
  readonly attempts: number;
  readonly sequenceNumber: number | null;
  readonly providerReference: string | null;
  /** Keys of the attempt, `name=value`, in their order. */
  readonly keys: readonly string[];
  readonly final: boolean;
  readonly sentWith: string | null;
  readonly anchor: string | null;
  /** Why it ended without effect, or was refused. */
  readonly why: string | null;
}

type Draft = { -readonly [Name in keyof OperationStory]: OperationStory[Name] };

const ENDS = new Set(['approved', 'declined', 'not_performed', 'reversed']);

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && !value.startsWith('sealed:') ? value : null;
const integer = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : null;

/** Captures, releases and refunds in order of acceptance. */
export function operationStories(ledger: readonly BundleEntry[]): readonly OperationStory[] {
  const stories = new Map<string, Draft>();
  for (const entry of ledger) {
    const { type, operation, data, at } = entry;
    const [noun = '', verb = ''] = type.split('.');
    const kind = OPERATION_KINDS.find((each) => each === (noun === 'observed' ? verb : noun));
    if (operation === null || kind === undefined) continue;
    const story = stories.get(operation) ?? begun(operation, kind, entry);
    stories.set(operation, story);
    story.asked ??= integer(data['amount']) ?? (noun === 'observed' ? integer(data['booked']) : null);
    story.sequenceNumber = integer(data['sequenceNumber']) ?? story.sequenceNumber;
    story.providerReference = text(data['providerReference']) ?? story.providerReference;
    story.sentWith = text(data['sentWith']) ?? story.sentWith;
    story.anchor = text(data['capture']) ?? story.anchor;
    if (typeof data['final'] === 'boolean') story.final = data['final'];
    if (typeof data['keys'] === 'object' && data['keys'] !== null)
      story.keys = Object.entries(data['keys']).map(([name, value]) => `${name}=${said(value)}`);
    if (verb === 'sent') story.attempts = integer(data['attempt']) ?? story.attempts + 1;
    if (noun !== 'observed') story.state = verb;
    if (verb === 'approved' || noun === 'observed') story.booked = integer(data['booked']);
    story.why = whyOf(entry, verb);
    if (ENDS.has(verb) || noun === 'observed') story.endedAt = at;
  }
  return [...stories.values()];
}

function begun(id: string, kind: Kind, entry: BundleEntry): Draft {
  return {
    id,
    kind,
    state: 'observed',
    asked: null,
    booked: null,
    acceptedAt: entry.at,
    endedAt: null,
    by: actorText(entry.by),
    attempts: 0,
    sequenceNumber: null,
    providerReference: null,
    keys: [],
    final: false,
    sentWith: null,
    anchor: null,
    why: null,
  };
}

function whyOf({ data }: BundleEntry, verb: string): string | null {
  if (verb === 'declined') return declineText(data['decline']);
  if (verb === 'not_performed' || verb === 'unknown') return said(data['message'] ?? data['reason']);
  return null;
}

/** What somebody asked for: a command, or a person's word on an open question. */
export interface Asked {
  readonly at: string;
  readonly who: string;
  readonly what: string;
  readonly entry: number;
  /** The evidence that a person gave. */
  readonly evidence: string | null;
  readonly type: string;
  /** What was asked for, minor units. */
  readonly amount: number | null;
}

export function askedOf(ledger: readonly BundleEntry[], currency: string): readonly Asked[] {
  const asked = ledger.flatMap((entry): Asked[] => {
    const { by, data, n, at, type, operation } = entry;
    const person = by.via === 'resolution' || (by.via === 'command' && by.kind !== 'engine');
    if (!person || (by.via === 'resolution' && data['evidence'] === undefined)) return [];
    const evidence = text(data['evidence']);
    const amount = operation === null || evidence !== null ? null : integer(data['amount']);
    return [{ at, who: actorText(by), what: entryText(entry, currency), entry: n, evidence, type, amount }];
  });
  return shortened(asked, (row, last, sum) => ({ ...row[0], what: rowText(row, last, sum, currency) }));
}

/** Many of the same in one sentence. */
export function rowText(
  row: readonly { readonly what: string; readonly entry: number; readonly at: string }[],
  last: { readonly what: string; readonly entry: number; readonly at: string },
  sum: number,
  currency: string,
): string {
  return `${row[0]?.what ?? ''}, and ${row.length - 1} more up to entry ${last.entry} (${instantText(last.at)}); together ${moneyText(sum, currency)}`;
}

/** An outcome that was not known for a while, and what ended that. */
export interface UnknownStory {
  readonly operation: string;
  readonly since: string;
  readonly entry: number;
  readonly reason: string;
  /** What was tried meanwhile. */
  readonly tried: readonly string[];
  readonly resolution: null | {
    readonly at: string;
    readonly entry: number;
    readonly what: string;
    /** Whose word it was, and what it rested on. */
    readonly evidence: string;
  };
}

/** @param currency - the payment's. */
export function unknownStories(ledger: readonly BundleEntry[], currency: string): readonly UnknownStory[] {
  const all: { -readonly [Name in keyof UnknownStory]: UnknownStory[Name] }[] = [];
  for (const entry of ledger) {
    const { operation, type, data } = entry;
    if (operation === null) continue;
    const verb = type.slice(type.indexOf('.') + 1);
    const open = all.find((story) => story.operation === operation && story.resolution === null);
    if (open === undefined) {
      if (verb !== 'unknown') continue;
      const reason = said(data['message'] ?? data['reason']);
      all.push({ operation, since: entry.at, entry: entry.n, reason, tried: [], resolution: null });
    } else if (ENDS.has(verb) || verb === 'pending') {
      const what = entryText(entry, currency);
      open.resolution = { at: entry.at, entry: entry.n, what, evidence: evidenceText(entry) };
    } else {
      open.tried = [...open.tried, `${entryText(entry, currency)} (${ruleText(entry.rule)})`];
    }
  }
  return all;
}

/** What an outcome rests on: a person's evidence, a notice, the provider's books, or what was answered. */
export function evidenceText({ by, data, exchange, rule }: BundleEntry): string {
  const parts = [actorText(by)];
  const evidence = text(data['evidence']);
  if (evidence !== null) parts.push(`evidence: ${evidence}`);
  const notice = text(data['notice']);
  if (notice !== null) parts.push(`notice ${notice}`);
  const told = text(data['told']);
  if (told !== null) parts.push(`told for ${told}`);
  if (exchange !== undefined) {
    const status = exchange.response['status'];
    parts.push(
      `${exchange.method} answered ${exchange.status === null ? 'nothing' : `HTTP ${exchange.status}`}${status === undefined ? '' : `, status ${status}`}`,
    );
  }
  if (parts.length === 1) parts.push(ruleText(rule));
  return parts.join('; ');
}

export interface AttentionStory {
  readonly code: string;
  readonly meaning: string;
  readonly message: string;
  readonly since: string;
  readonly entry: number;
  readonly cleared: null | { readonly at: string; readonly entry: number; readonly how: string };
}

export function attentionStories(ledger: readonly BundleEntry[]): readonly AttentionStory[] {
  const all: { -readonly [Name in keyof AttentionStory]: AttentionStory[Name] }[] = [];
  for (const entry of ledger) {
    const code = said(entry.data['code']);
    if (entry.type === 'attention.raised') {
      all.push({
        code,
        meaning: Object.hasOwn(ATTENTION, code) ? ATTENTION[code as keyof typeof ATTENTION] : '',
        message: said(entry.data['message']),
        since: entry.at,
        entry: entry.n,
        cleared: null,
      });
    } else if (entry.type === 'attention.cleared') {
      const evidence = text(entry.data['evidence']);
      const how = `${actorText(entry.by)}: ${evidence ?? ruleText(entry.rule)}`;
      for (const story of all)
        if (story.code === code && story.cleared === null)
          story.cleared = { at: entry.at, entry: entry.n, how };
    }
  }
  return all;
}
