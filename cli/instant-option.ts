import { UsageError } from './exit.ts';

/** An option's instant in UTC. @throws UsageError for what is no instant of RFC 3339 with its offset. */
export async function instantOf(option: string, text: string): Promise<string> {
  const { instantIn } = await import('../audit/instant.ts');
  const at = instantIn(text);
  if (at === null) throw new UsageError(`${option} takes an instant of RFC 3339: 2026-11-21T10:00:00Z`);
  return new Date(at).toISOString();
}
