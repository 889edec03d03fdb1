/** Connections that go to a checked address or to none: what was looked up is what is connected to. */
import { type LookupAddress, lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { mayConnect } from './outgoing-address.ts';

/** The name stands for an address that must not be talked to, or the address itself is one. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
}

export interface AgentOptions {
  readonly allowPrivate: boolean;
  /** Milliseconds for name, connection and TLS. */
  readonly connectTimeoutMs: number;
  /** Bytes of an answer's body. */
  readonly maxAnswerBytes: number;
  /** How a name becomes addresses; for tests. @default the system's resolver */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
}

/**
 * One address that must not be talked to is enough to refuse a name: what else it stands for may come next time. There
 * is no second look-up between check and connection, so a name that changes its address meanwhile gains nothing.
 */
export function guardedAgent(options: AgentOptions): Agent {
  const { allowPrivate, resolve: resolver = resolveAll } = options;
  const lookupFor = (secure: boolean): LookupFunction => {
    return (hostname, { all }, callback) => {
      resolver(hostname).then(
        (addresses) => {
          const [first] = addresses;
          const refused = addresses.find(({ address }) => !mayConnect(address, { allowPrivate, secure }));
          if (first === undefined || refused !== undefined) callback(new RefusedAddress(hostname), []);
          else if (all === true) callback(null, [...addresses]);
          else callback(null, first.address, first.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, []),
      );
    };
  };
  const timeout = options.connectTimeoutMs;
  const secure = buildConnector({ timeout, allowH2: false, lookup: lookupFor(true) });
  const plain = buildConnector({ timeout, allowH2: false, lookup: lookupFor(false) });
  return new Agent({
    allowH2: false,
    pipelining: 1,
    maxResponseSize: options.maxAnswerBytes,
    connect: (target, callback) => {
      const isSecure = target.protocol === 'https:';
      const literal = target.hostname.replace(/^\[|\]$/g, '');
      // An address is connected to without a look-up.
      if (isAddress(literal) && !mayConnect(literal, { allowPrivate, secure: isSecure }))
        return callback(new RefusedAddress(literal), null);
      return (isSecure ? secure : plain)(target, callback);
    },
  });
}

const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.includes(':');

const resolveAll = (hostname: string): Promise<readonly LookupAddress[]> =>
  new Promise((done, fail) => {
    resolve(hostname, { all: true }, (error, addresses) => (error === null ? done(addresses) : fail(error)));
  });
