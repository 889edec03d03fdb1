import { open } from 'node:fs/promises';
import { membersOf } from './event.ts';
import { FORMAT } from './bundle.ts';

/** What is handed over is no bundle; the text says why in one sentence. */
export class NoBundle extends Error {
  override readonly name = 'NoBundle';
}

export interface Bounds {
  /** Bytes. @default 67108864 */
  readonly size?: number;
  /** Objects and lists in one another. @default 100 */
  readonly depth?: number;
}

const MOST_BYTES = 64 * 1024 * 1024;
const DEEPEST = 100;
/** A value of ours takes some 26 bytes in the mean; small ones in great numbers are there to fill the memory. */
const LEAST_BYTES_PER_VALUE = 8;
/** A run has at most 51 200 events, and no object of ours more members than a payment has operations. */
const LONGEST_LIST = 60_000;
const MOST_MEMBERS = 10_000;

/**
 * Reads a file that may be anything. Its size is looked at before a byte of it is read, its nesting before it is parsed.
 *
 * @param path - `-` for standard input.
 * @returns a value of JSON that says that it is a bundle; whether it is one is for the schema to say.
 * @throws NoBundle, or the system's error for a file that cannot be read.
 */
export async function readBundle(path: string, bounds: Bounds = {}): Promise<unknown> {
  const most = bounds.size ?? MOST_BYTES;
  return parseBundle(path === '-' ? await readInput(most) : await readFileWithin(path, most), bounds);
}

async function readFileWithin(path: string, most: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > most) throw tooLarge(most);
    const data = Buffer.alloc(most === size ? size : size + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(data, length, data.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > size) throw new NoBundle('the file grows while it is read');
    return data.subarray(0, length);
  } finally {
    await file.close();
  }
}

async function readInput(most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most) throw tooLarge(most);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const tooLarge = (most: number): NoBundle =>
  new NoBundle(`larger than ${most} bytes; say a higher --max-size if it should be read`);

/** @throws NoBundle */
export function parseBundle(data: Buffer, { size = MOST_BYTES, depth = DEEPEST }: Bounds = {}): unknown {
  if (data.length > size) throw tooLarge(size);
  const members = scan(data, depth);
  const value = parsed(data);
  const { format } = membersOf(value);
  if (format !== FORMAT) throw new NoBundle(`its format is not ${FORMAT}`);
  const counted = countMembers(value);
  if (counted !== members)
    throw new NoBundle('a member stands twice in one object, so that two readers could read two things');
  return value;
}

/** JSON that need be no bundle, within the same bounds. @throws NoBundle */
export function parseWithin(data: Buffer): unknown {
  scan(data, DEEPEST);
  return parsed(data);
}

function parsed(data: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch (error) {
    throw new NoBundle(`no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const [QUOTE, ESCAPE, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];
const OPENS = new Set([0x7b, 0x5b]);
const CLOSES = new Set([0x7d, 0x5d]);

/** Looks at the bytes alone. @returns how many members the objects have. */
function scan(data: Buffer, deepest: number): number {
  let depth = 0;
  let members = 0;
  let values = 0;
  let inText = false;
  for (let index = 0; index < data.length; index += 1) {
    const byte = data[index] as number;
    if (inText) {
      if (byte === ESCAPE) index += 1;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === COLON) members += 1;
    else if (byte === COMMA) values += 1;
    else if (OPENS.has(byte)) {
      depth += 1;
      values += 1;
      if (depth > deepest) throw new NoBundle(`nested deeper than ${deepest}`);
    } else if (CLOSES.has(byte)) depth -= 1;
  }
  if (values > 1_000 + data.length / LEAST_BYTES_PER_VALUE)
    throw new NoBundle('more values than a bundle of its size has');
  return members;
}

function countMembers(value: unknown): number {
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
      throw new NoBundle('a number is beyond what can be read exactly');
    return 0;
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new NoBundle('a text ends within a character');
    return 0;
  }
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) {
    if (value.length > LONGEST_LIST) throw new NoBundle(`a list is longer than ${LONGEST_LIST}`);
    return value.reduce((sum: number, each) => sum + countMembers(each), 0);
  }
  let members = 0;
  const names = Object.keys(value);
  if (names.length > MOST_MEMBERS) throw new NoBundle(`an object has more than ${MOST_MEMBERS} members`);
  for (const name of names) {
    if (name === '__proto__') throw new NoBundle('a member is named __proto__');
    if (!name.isWellFormed()) throw new NoBundle('a name ends within a character');
    members += 1 + countMembers((value as Readonly<Record<string, unknown>>)[name]);
  }
  return members;
}
