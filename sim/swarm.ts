/** What of a kind of trouble a life may meet; each is drawn in or out per life (a swarm), so that rare ones meet each other. */
export interface Swarm {
  readonly lostAnswers: boolean;
  readonly refusals: boolean;
  /** Whoever is refused asks again, and overrides the brake. */
  readonly stubborn: boolean;
  readonly busy: boolean;
  readonly pending: boolean;
  readonly notices: boolean;
  readonly reads: boolean;
  readonly crashes: boolean;
  readonly provider: boolean;
}
