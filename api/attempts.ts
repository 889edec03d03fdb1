import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type ApiToken, authenticate, type Caller } from './auth.ts';
import type { Rate } from './buckets.ts';
import { ProblemError } from './problem.ts';

/** Far above what a shop with a wrong token does by itself, far below what guessing needs. */
export const DEFAULT_ATTEMPTS: Rate = { perSecond: 5, burst: 100 };

/** So many addresses are remembered; whoever was silent longest is forgotten first. */
const MOST_ADDRESSES = 10_000;

interface Standing {
  permits: number;
  at: number;
  /** Names of tokens that were right here while the address had permits left. */
  readonly known: Set<string>;
}

/**
 * Who may come in, by token, and how often an address may be wrong. An address that was wrong too often is told to wait,
 * whatever it sends: only a token that was right there before is still taken, so that a stranger behind the same proxy
 * locks nobody out. Tokens are compared all the same, so that the time of an answer tells nothing.
 */
export class Attempts {
  readonly #tokens: readonly ApiToken[];
  readonly #rate: Rate;
  readonly #now: () => number;
  readonly #records = new Map<string, Standing>();

  /**
   * @param rate - of failures of each address.
   * @param now - milliseconds of a clock that only goes forward.
   */
  constructor(
    tokens: readonly ApiToken[],
    rate: Rate = DEFAULT_ATTEMPTS,
    now: () => number = () => performance.now(),
  ) {
    this.#tokens = tokens;
    this.#rate = rate;
    this.#now = now;
  }

  /**
   * @param address - of the client, as the socket or a trusted proxy names it.
   * @throws ProblemError `unauthorized`, or `too-many-requests` with the seconds until another attempt is looked at.
   */
  admit(header: string | undefined, address: string): Caller {
    const standing = this.#recordOf(networkOf(address));
    let caller: Caller;
    try {
      caller = authenticate(header, this.#tokens);
    } catch (error) {
      if (standing.permits < 1) throw this.#refusal(standing);
      standing.permits -= 1;
      throw error;
    }
    if (standing.permits < 1 && !standing.known.has(caller.name)) throw this.#refusal(standing);
    standing.known.add(caller.name);
    return caller;
  }

  #recordOf(network: string): Standing {
    const { perSecond, burst } = this.#rate;
    const now = this.#now();
    const standing = this.#records.get(network) ?? { permits: burst, at: now, known: new Set<string>() };
    standing.permits = Math.min(burst, standing.permits + ((now - standing.at) / 1_000) * perSecond);
    standing.at = now;
    this.#records.delete(network);
    this.#records.set(network, standing);
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= MOST_ADDRESSES) break;
      this.#records.delete(oldest);
    }
    return standing;
  }

  #refusal({ permits }: Standing): ProblemError {
    return new ProblemError('too-many-requests', {
      detail: 'this address has sent too many wrong tokens',
      retryAfter: Math.max(1, Math.ceil((1 - permits) / this.#rate.perSecond)),
    });
  }
}

/** An IPv4 address as it is, also inside an IPv6 one; of IPv6 the 64 bits that one customer of a network has for itself. */
export function networkOf(address: string): string {
  if (isIP(address) === 0) return 'none';
  const read = ipaddr.process(address);
  if (read.kind() === 'ipv4') return read.toString();
  return read.toByteArray().slice(0, 8).join('.');
}
