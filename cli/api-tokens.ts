import { type ApiToken, hashToken } from '../api/auth.ts';
import type { Configuration } from '../temporal/configuration.ts';

/** The tokens of a configuration as the edges know them: hashed, each with its end where it has one. */
export function tokensOf({ api }: Configuration): readonly ApiToken[] {
  return api.tokens.map(({ name, role, token, tokenHash, expiresAt }) => ({
    name,
    role,
    hash: tokenHash ?? hashToken(token ?? ''),
    ...(expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }),
  }));
}
