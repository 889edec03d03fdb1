import { createHash, timingSafeEqual } from 'node:crypto';
import { ProblemError } from './problem.ts';

/** `viewer` reads · `operator` does all · `auditor` reads, audit included. */
export type Role = 'viewer' | 'operator' | 'auditor';

/** A bearer token, kept as its SHA-256 alone. */
export interface ApiToken {
  readonly name: string;
  /** Lower-case hex SHA-256 of the token. */
  readonly hash: string;
  readonly role: Role;
  /** Milliseconds since the epoch from which on it is refused. @default it does not expire */
  readonly expiresAt?: number;
}

/** Who makes a request. */
export interface Caller {
  readonly name: string;
  readonly role: Role;
}

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * The caller behind an `Authorization` header. All tokens are compared, in constant time, so that the time of an
 * answer tells nothing.
 *
 * @param now - milliseconds since the epoch.
 * @throws ProblemError `unauthorized`, also for a token that has expired.
 */
export function authenticate(
  header: string | undefined,
  tokens: readonly ApiToken[],
  now: number = Date.now(),
): Caller {
  const match = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(header ?? '');
  if (match === null)
    throw new ProblemError('unauthorized', { detail: 'send Authorization: Bearer <token>' });
  const given = Buffer.from(hashToken(match[1] ?? ''), 'hex');
  let found: ApiToken | null = null;
  for (const token of tokens) {
    const known = Buffer.from(token.hash, 'hex');
    if (known.length === given.length && timingSafeEqual(known, given)) found = token;
  }
  if (found === null) throw new ProblemError('unauthorized', { detail: 'the token is not known here' });
  if (found.expiresAt !== undefined && found.expiresAt <= now)
    throw new ProblemError('unauthorized', { detail: 'the token has expired' });
  return { name: found.name, role: found.role };
}

/** What a call needs: any token, an auditor's or an operator's, an operator's. */
export type Need = 'read' | 'audit' | 'write';

const MAY: Readonly<Record<Need, readonly Role[]>> = {
  read: ['viewer', 'auditor', 'operator'],
  audit: ['auditor', 'operator'],
  write: ['operator'],
};

/** @throws ProblemError `forbidden` where the role is not enough. */
export function requireRole({ role }: Caller, need: Need): void {
  if (MAY[need].includes(role)) return;
  throw new ProblemError('forbidden', {
    detail: `the role ${role} may not do this; it needs the role ${MAY[need].join(' or ')}`,
  });
}
