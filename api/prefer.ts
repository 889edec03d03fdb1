/** The longest wait that a caller can ask for, seconds: the engine itself waits no longer for an answer. */
const LONGEST_WAIT = 60;

/**
 * `wait=N` of a `Prefer` header (RFC 7240): how many seconds the caller wants to wait for the end of an operation.
 *
 * @returns 0 to 60; null where nothing is preferred, or what cannot be kept: it is then ignored, as the RFC says.
 */
export function waitOf(header: string | readonly string[] | undefined): number | null {
  const preferences = (typeof header === 'string' ? header : (header ?? []).join(',')).split(',');
  for (const preference of preferences) {
    const match = /^\s*wait\s*=\s*"?(\d{1,4})"?\s*(?:;|$)/i.exec(preference);
    // The first of several counts.
    if (match !== null) return Number(match[1]) <= LONGEST_WAIT ? Number(match[1]) : null;
  }
  return null;
}
