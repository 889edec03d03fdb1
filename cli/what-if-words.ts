import { instantIn } from '../audit/instant.ts';
import type { Supposition } from '../audit/what-if.ts';
import type { ResolveWord } from '../payment/command.ts';
import { isDuration, parseDuration } from '../payment/duration.ts';
import type { Notice } from '../payment/notice.ts';
import type { CallResult, Decline } from '../payment/outcome.ts';
import type { Plan } from '../payment/plan.ts';
import { parseAmount } from './amount.ts';
import { UsageError } from './exit.ts';

/** What a supposition is written in. */
export const WHAT_IF =
  "'capture amount=45.00 final=false', 'release', 'refund amount=10.00 capture=c-1', 'withdraw capture=c-2', " +
  "'reschedule onDeadline=release', 'resolve operation=c-1 outcome=approved', 'outcome c-2=declined', " +
  "'read absent offered=true', 'notice about=capture number=1 receivable=30.00', 'clock +P3D', 'poke', 'cancel'";

interface Words {
  readonly text: string;
  readonly currency: string;
  /** The how-manieth supposition it is, for ids that nobody said. */
  readonly nth: number;
  readonly given: ReadonlyMap<string, string>;
  /** Words without an equals sign. */
  readonly bare: readonly string[];
}

/** @throws UsageError for a text that is none. */
export function suppositionOf(text: string, nth: number, currency: string): Supposition {
  const [what = '', ...rest] = text.trim().split(/\s+/);
  const pairs = rest.filter((word) => word.includes('='));
  const given = new Map(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  if (given.size < pairs.length) throw new UsageError(`${JSON.stringify(text)} says something twice`);
  const words: Words = { text, currency, nth, given, bare: rest.filter((word) => !word.includes('=')) };
  switch (what) {
    case 'capture':
    case 'release':
    case 'refund':
    case 'withdraw':
    case 'reschedule':
    case 'resolve':
      return command(what, words);
    case 'outcome':
      return outcome(words);
    case 'read':
      return read(words);
    case 'notice':
      return notice(words);
    case 'clock': {
      known(words, [], 1);
      const duration = (words.bare[0] ?? '').replace(/^\+/, '');
      if (!isDuration(duration)) throw no(words, 'write clock +P3D');
      return { kind: 'clock', after: parseDuration(duration) };
    }
    case 'poke':
    case 'cancel':
      known(words, [], 0);
      return { kind: what };
    default:
      throw no(words, `it begins with none of the words that it may: ${WHAT_IF}`);
  }
}

const no = ({ text }: Words, why: string): UsageError => new UsageError(`${JSON.stringify(text)}: ${why}`);

function known(words: Words, names: readonly string[], bare = 0): void {
  const { given } = words;
  for (const name of given.keys())
    if (!names.includes(name)) throw no(words, `it knows no ${name}, but ${names.join(', ') || 'nothing'}`);
  if (words.bare.length > bare) throw no(words, `write NAME=VALUE, not ${words.bare.at(-1) ?? ''}`);
}

const texts = ({ given }: Words, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = given.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );

function flags(words: Words, names: readonly string[]): Record<string, boolean> {
  return Object.fromEntries(
    Object.entries(texts(words, names)).map(([name, value]) => {
      if (value !== 'true' && value !== 'false') throw no(words, `${name} is true or false`);
      return [name, value === 'true'];
    }),
  );
}

const amounts = (words: Words, names: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    Object.entries(texts(words, names)).map(([name, value]) => [
      name,
      value === '0' ? 0 : parseAmount(value, words.currency),
    ]),
  );

function oneOf<T extends string>(
  words: Words,
  name: string,
  value: string | undefined,
  all: readonly T[],
): T {
  if (value !== undefined && (all as readonly string[]).includes(value)) return value as T;
  throw no(words, `${name} is one of ${all.join(', ')}`);
}

const BY = { kind: 'operator', name: 'what-if', via: 'command' } as const;

function command(
  type: 'capture' | 'release' | 'refund' | 'withdraw' | 'reschedule' | 'resolve',
  words: Words,
): Supposition {
  const { given } = words;
  const base = { id: given.get('id') ?? `what-if-${words.nth}` };
  switch (type) {
    case 'capture':
      known(words, ['id', 'amount', 'final', 'description', 'reference', 'vatAmount', 'override']);
      return {
        kind: 'command',
        by: BY,
        command: {
          type,
          ...base,
          ...amounts(words, ['amount', 'vatAmount']),
          ...flags(words, ['final', 'override']),
          ...texts(words, ['description', 'reference']),
        },
      };
    case 'release':
      known(words, ['id', 'reason', 'override']);
      return {
        kind: 'command',
        by: BY,
        command: { type, ...base, ...texts(words, ['reason']), ...flags(words, ['override']) },
      };
    case 'refund':
      known(words, ['id', 'amount', 'capture', 'reason', 'vatAmount', 'override']);
      return {
        kind: 'command',
        by: BY,
        command: {
          type,
          ...base,
          ...amounts(words, ['amount', 'vatAmount']),
          ...texts(words, ['capture', 'reason']),
          ...flags(words, ['override']),
        },
      };
    case 'withdraw': {
      known(words, ['id', 'capture']);
      const capture = given.get('capture');
      if (capture === undefined) throw no(words, 'say capture=ID');
      return { kind: 'command', by: BY, command: { type, ...base, capture } };
    }
    case 'reschedule':
      known(words, ['id', 'captures', 'deadline', 'onDeadline']);
      return { kind: 'command', by: BY, command: { type, ...base, plan: planOf(words) } };
    case 'resolve':
      known(words, ['id', 'operation', 'outcome', 'amount', 'remainder', 'lock', 'attention', 'evidence']);
      return {
        kind: 'command',
        by: { ...BY, via: 'resolution' },
        command: {
          type,
          ...base,
          word: wordOf(words),
          evidence: given.get('evidence') ?? 'what if',
          by: BY.name,
        },
      };
  }
}

function planOf(words: Words): Partial<Plan> {
  const { captures, onDeadline, deadline } = Object.fromEntries(words.given) as Record<
    string,
    string | undefined
  >;
  if (deadline !== undefined && instantIn(deadline) === null)
    throw no(words, 'deadline is an instant of RFC 3339');
  return {
    ...(captures === undefined
      ? {}
      : { captures: oneOf(words, 'captures', captures, ['immediate', 'collect']) }),
    ...(onDeadline === undefined
      ? {}
      : { onDeadline: oneOf(words, 'onDeadline', onDeadline, ['capture', 'release', 'alert']) }),
    ...(deadline === undefined ? {} : { deadline }),
  };
}

function wordOf(words: Words): ResolveWord {
  const { given } = words;
  const operation = given.get('operation');
  if (operation !== undefined) {
    const ended = oneOf(words, 'outcome', given.get('outcome'), ['approved', 'declined', 'not_performed']);
    return { operation, outcome: ended, ...amounts(words, ['amount']) };
  }
  const remainder = given.get('remainder');
  if (remainder !== undefined)
    return { remainder: oneOf(words, 'remainder', remainder, ['released', 'lapsed']) };
  const attention = given.get('attention');
  if (attention !== undefined) return { attention };
  if (given.get('lock') === 'lifted') return { lock: 'lifted' };
  throw no(words, 'say operation=ID outcome=…, remainder=…, attention=CODE or lock=lifted');
}

const OUTCOME_NAMES = [
  'booked',
  'code',
  'message',
  'hold',
  'again',
  'reason',
  'redirectUrl',
  'providerReference',
];

function outcome(words: Words): Supposition {
  const { given } = words;
  const [operation = '', word] = [...given].find(([name]) => !OUTCOME_NAMES.includes(name)) ?? [];
  if (operation === '') throw no(words, 'write outcome OPERATION=declined');
  known(words, [operation, ...OUTCOME_NAMES]);
  const said = oneOf(words, operation, word, ['approved', 'pending', 'declined', 'not_performed', 'unknown']);
  return { kind: 'outcome', operation, result: resultOf(said, operation, words) };
}

function resultOf(said: CallResult['outcome'], operation: string, words: Words): CallResult {
  const reference = texts(words, ['providerReference']);
  switch (said) {
    case 'approved':
      return {
        outcome: said,
        ...amounts(words, ['booked']),
        ...(operation === 'authorization' ? { hold: {} } : { providerReference: 'what-if' }),
        ...reference,
      };
    case 'pending':
      return { outcome: said, ...texts(words, ['redirectUrl']), ...reference };
    case 'declined':
      return { outcome: said, decline: declineOf(words), ...reference };
    case 'not_performed':
    case 'unknown':
      return {
        outcome: said,
        reason: words.given.get('reason') ?? 'what-if',
        ...texts(words, ['message']),
        ...reference,
      };
  }
}

function declineOf(words: Words): Decline {
  const { given } = words;
  return {
    code: given.get('code') ?? 'what-if',
    message: given.get('message') ?? 'what if',
    hold: oneOf(words, 'hold', given.get('hold') ?? 'stands', ['stands', 'gone']),
    again: oneOf(words, 'again', given.get('again') ?? 'no', ['no', 'later', 'customer', 'config']),
  };
}

function read(words: Words): Supposition {
  known(words, ['booked', 'remaining', 'offered', 'reason', 'code', 'message', 'hold', 'again'], 1);
  const said = oneOf(words, 'read', words.bare[0], ['approved', 'pending', 'declined', 'absent', 'failed']);
  const facts = amounts(words, ['remaining']);
  switch (said) {
    case 'approved':
      return { kind: 'read', result: { read: said, ...facts, ...amounts(words, ['booked']) } };
    case 'pending':
      return { kind: 'read', result: { read: said, ...facts } };
    case 'declined':
      return { kind: 'read', result: { read: said, ...facts, decline: declineOf(words) } };
    case 'absent':
      return {
        kind: 'read',
        result: { read: said, ...facts, offered: flags(words, ['offered'])['offered'] ?? true },
      };
    case 'failed':
      return {
        kind: 'read',
        result: { read: said, ...facts, reason: words.given.get('reason') ?? 'what-if' },
      };
  }
}

const ABOUT = [
  'authorization',
  'hint',
  'capture',
  'refund',
  'charge',
  'chargeback',
  'chargeback-reversed',
  'balance',
  'nothing',
] as const;

function notice(words: Words): Supposition {
  const { given, nth, currency } = words;
  known(words, [
    'about',
    'state',
    'number',
    'receivable',
    'price',
    'balance',
    'identity',
    'providerReference',
    'reference',
    'at',
  ]);
  const number = given.get('number');
  if (number !== undefined && !/^\d{1,6}$/.test(number)) throw no(words, 'number is a sequence number');
  const sums = amounts(words, ['receivable', 'price', 'balance']);
  const told: Notice = {
    identity: given.get('identity') ?? `what-if-${nth}`,
    providerReference: given.get('providerReference') ?? '',
    ...texts(words, ['reference']),
    about: oneOf(words, 'about', given.get('about'), ABOUT),
    state: oneOf(words, 'state', given.get('state') ?? 'approved', ['approved', 'pending', 'failed']),
    sequenceNumber: number === undefined ? null : Number(number),
    receivable: sums['receivable'] ?? null,
    price: sums['price'] ?? null,
    balance: sums['balance'] ?? null,
    currency,
    at: given.get('at') ?? new Date(0).toISOString(),
    facts: {},
  };
  return { kind: 'notice', notice: told };
}
