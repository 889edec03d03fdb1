import type { Payload, PayloadCodec } from '@temporalio/common';

/**
 * Payloads as a person can read them. Temporal's JSON has `{ metadata: { encoding }, data }` with both in base64; what
 * is JSON inside becomes `{ encoding: "json/plain", metadata?, data: <the value> }`. That is done only where it can be
 * turned back byte for byte; anything else stays as Temporal's JSON has it.
 */
const PLAIN = 'json/plain';

interface Coded {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data?: string;
}

interface Readable {
  readonly encoding: typeof PLAIN;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data: unknown;
}

const textOf = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
const base64Of = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

function isCoded(value: object): value is Coded {
  const { metadata } = value as Partial<Coded>;
  return typeof metadata === 'object' && metadata !== null && typeof metadata['encoding'] === 'string';
}

function isReadable(value: object): value is Readable {
  return 'encoding' in value && value.encoding === PLAIN && 'data' in value;
}

/** A value of Temporal's JSON with every payload in it decoded by the codec and readable. @throws what the codec throws. */
export async function readable(value: unknown, codec: PayloadCodec): Promise<unknown> {
  const found: Coded[] = [];
  collect(value, found);
  const opened = await codec.decode(found.map(payloadOf));
  const by = new Map(found.map((coded, index) => [coded, shown(opened[index] ?? payloadOf(coded))] as const));
  return replaced(value, (node) => (isCoded(node) ? by.get(node) : undefined));
}

/** The other way: Temporal's JSON again, for a replay. */
export function coded(value: unknown): unknown {
  return replaced(value, (node) => (isReadable(node) ? codedOf(node) : undefined));
}

/** The value of a readable payload; undefined for one that is not JSON. */
export function valueOf(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && isReadable(payload) ? payload.data : undefined;
}

function collect(value: unknown, found: Coded[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (isCoded(value)) found.push(value);
  else for (const member of Object.values(value)) collect(member, found);
}

function replaced(value: unknown, by: (node: object) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const other = by(value);
  if (other !== undefined) return other;
  if (Array.isArray(value)) return value.map((member) => replaced(member, by));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaced(member, by)]));
}

function payloadOf({ metadata, data = '' }: Coded): Payload {
  const bytes = Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]);
  return { metadata: Object.fromEntries(bytes) as Record<string, Buffer>, data: Buffer.from(data, 'base64') };
}

function shown({ metadata, data }: Payload): Coded | Readable {
  const names = Object.entries(metadata ?? {}).map(([name, value]) => [
    name,
    Buffer.from(value).toString('base64'),
  ]);
  const whole: Coded = {
    metadata: Object.fromEntries(names) as Record<string, string>,
    data: Buffer.from(data ?? []).toString('base64'),
  };
  if (textOf(whole.metadata['encoding'] ?? '') !== PLAIN) return whole;
  const text = textOf(whole.data ?? '');
  const { encoding: _encoding, ...rest } = whole.metadata;
  const others = Object.entries(rest).map(([name, value]) => [name, textOf(value)]);
  try {
    const short: Readable = {
      encoding: PLAIN,
      ...(others.length === 0 ? {} : { metadata: Object.fromEntries(others) as Record<string, string> }),
      data: JSON.parse(text) as unknown,
    };
    const same = codedOf(short);
    return same.data === whole.data && sameMembers(same.metadata, whole.metadata) ? short : whole;
  } catch {
    return whole;
  }
}

function codedOf({ metadata = {}, data }: Readable): Coded {
  const others = Object.entries(metadata).map(([name, value]) => [name, base64Of(value)]);
  return {
    metadata: { encoding: base64Of(PLAIN), ...(Object.fromEntries(others) as Record<string, string>) },
    data: base64Of(JSON.stringify(data)),
  };
}

const sameMembers = (a: Coded['metadata'], b: Coded['metadata']): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, value]) => b[name] === value);
