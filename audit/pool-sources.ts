import { createReadStream, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Source } from './pool-words.ts';

/** What is taken out of a folder; only these of a file's names say that it holds one bundle on each line. */
const BUNDLE = /\.json$/;
const LINES = /\.(ndjson|jsonl)$/;

/**
 * What is to be verified, in the order of the names and, in a folder, of its files' names, folders in it included.
 *
 * @param names - files, folders, `-` for standard input. Where the input or a file of lines (`.ndjson`, `.jsonl`) does not
 *   begin with a brace alone on its line, each of its lines is one bundle.
 * @param most - bytes of a bundle; of a longer one no more is kept.
 */
export async function* sourcesOf(
  names: readonly string[],
  most: number,
  input: Readable = process.stdin,
): AsyncGenerator<Source> {
  for (const name of names) {
    try {
      if (name === '-') yield* linesOf(name, input, most);
      else yield* sourcesAt(name, most);
    } catch (error) {
      yield { name, fault: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** How many of the names are single files, where all are; null where nobody knows before they are read. */
export async function countOf(names: readonly string[]): Promise<number | null> {
  let count = 0;
  for (const name of names) {
    if (name === '-' || LINES.test(name)) return null;
    const files = await filesIn(name).catch(() => null);
    if (files?.some((file) => LINES.test(file)) === true) return null;
    count += files?.length ?? 1;
  }
  return count;
}

async function* sourcesAt(name: string, most: number): AsyncGenerator<Source> {
  const files = await filesIn(name);
  if (files === null) yield* fileSource(name, most);
  else if (files.length === 0) yield { name, fault: 'there is no bundle in the folder' };
  else for (const file of files) yield* fileSource(file, most);
}

/** Null for what is no folder. */
async function filesIn(name: string): Promise<readonly string[] | null> {
  if (!(await stat(name)).isDirectory()) return null;
  const found: Dirent[] = await readdir(name, { recursive: true, withFileTypes: true });
  return found
    .filter((one) => one.isFile() && (BUNDLE.test(one.name) || LINES.test(one.name)))
    .map((one) => join(one.parentPath, one.name))
    .sort();
}

async function* fileSource(name: string, most: number): AsyncGenerator<Source> {
  if (LINES.test(name)) yield* linesOf(name, createReadStream(name), most);
  else yield { name, path: name, bytes: (await stat(name)).size };
}

const NEWLINE = 0x0a;
const BLANK = /^\s*$/;
/** As a bundle that was laid out for people begins. */
const ALONE = /^\s*\{\s*$/;

async function* linesOf(name: string, stream: Readable, most: number): AsyncGenerator<Source> {
  const line = new Line(most);
  let number = 0;
  let laidOut = false;
  const source = (): Source => line.taken(laidOut ? name : `${name}:${number}`);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let rest = chunk;
    for (let end = rest.indexOf(NEWLINE); end >= 0 && !laidOut; end = rest.indexOf(NEWLINE)) {
      line.add(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      number += 1;
      laidOut = number === 1 && line.is(ALONE);
      if (laidOut) break;
      if (!line.is(BLANK)) yield source();
      line.clear();
    }
    line.add(rest);
  }
  number += 1;
  // An input of nothing at all is one bundle that is none.
  if (number === 1 || laidOut || !line.is(BLANK)) yield source();
}

/** Bytes of one line, of which no more are kept than a bundle may have. */
class Line {
  readonly #most: number;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#length > this.#most) this.#chunks = [];
    else if (bytes.length > 0) this.#chunks.push(bytes);
  }

  /** Whether it is short and of this form. */
  is(form: RegExp): boolean {
    return (
      this.#length <= Math.min(this.#most, 100) && form.test(Buffer.concat(this.#chunks).toString('latin1'))
    );
  }

  taken(name: string): Source {
    return this.#length > this.#most
      ? { name, fault: `larger than ${this.#most} bytes; say a higher --max-size if it should be read` }
      : { name, data: Buffer.concat(this.#chunks) };
  }

  clear(): void {
    this.#chunks = [];
    this.#length = 0;
  }
}
