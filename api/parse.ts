import { createHash, randomUUID } from 'node:crypto';
import type * as z from 'zod';
import { isIdentifier } from '../payment/identifier.ts';
import { type FieldError, invalid, ProblemError } from './problem.ts';

/**
 * Checks what came from outside.
 *
 * @throws ProblemError `validation` that names every field at fault.
 */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap(fieldErrors).slice(0, 50);
  const [first] = errors;
  throw new ProblemError('validation', {
    ...(first === undefined
      ? {}
      : { detail: first.path === '' ? first.message : `${first.path}: ${first.message}` }),
    errors,
  });
}

function fieldErrors(issue: z.core.$ZodIssue): readonly FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathOf([...issue.path, key.slice(0, 64)]),
      message: 'is not a field of this request',
    }));
  }
  return [{ path: pathOf(issue.path), message: issue.message }];
}

/** `['lines', 2, 'quantity']` → `lines[2].quantity`. */
export function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((so, key) => {
    if (typeof key === 'number') return `${so}[${key}]`;
    return so === '' ? String(key) : `${so}.${String(key)}`;
  }, '');
}

/**
 * The id of a command: the body's wins, else the `Idempotency-Key` (as it is where it fits the grammar, else
 * `k-` and 32 hex of its SHA-256), else a minted one, with which the call is not safe to repeat.
 *
 * @throws ProblemError `validation` for a header that is empty or sent twice.
 */
export function idOf(body: string | undefined, header: string | readonly string[] | undefined): string {
  if (body !== undefined) return body;
  if (header === undefined) return randomUUID();
  if (typeof header !== 'string' || header === '') {
    throw invalid('Idempotency-Key', 'must be one value that is not empty');
  }
  if (isIdentifier(header)) return header;
  // Node reads a header byte by byte: what is hashed is what was sent.
  return `k-${createHash('sha256').update(header, 'latin1').digest('hex').slice(0, 32)}`;
}
