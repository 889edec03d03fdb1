/** Which addresses this installation may be made to talk to, where somebody else may have chosen the name. */
import ipaddr from 'ipaddr.js';

/** Addresses of a machine or a network of our own, which the configuration may allow. */
const OWN: ReadonlySet<string> = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat']);
/**
 * Where machines of Azure, Alibaba and Google find their metadata and credentials beside the link-local address: these
 * look public or like addresses of our own.
 */
const METADATA: ReadonlySet<string> = new Set(['168.63.129.16', '100.100.100.200', 'fd20:ce::254']);
/** AWS has its metadata (`::254`), the credentials of pods (`::23`) and more of its own services in here. */
const AWS_SERVICES = ipaddr.parseCIDR('fd00:ec2::/32');

/**
 * `public`, `own` (loopback, private, unique local, carrier-grade NAT) or `forbidden`: link-local, the metadata
 * services wherever they are, what is translated or tunnelled to another address, multicast, reserved, and whatever is no address.
 * An IPv4 address that is mapped into IPv6 is what it is mapped from.
 */
export type AddressClass = 'public' | 'own' | 'forbidden';

/** @param address - an IPv4 or IPv6 address, without brackets. */
export function classOfAddress(address: string): AddressClass {
  if (!ipaddr.isValid(address)) return 'forbidden';
  const parsed = ipaddr.process(address);
  if (METADATA.has(parsed.toString()) || (parsed.kind() === 'ipv6' && parsed.match(AWS_SERVICES)))
    return 'forbidden';
  const range = parsed.range();
  if (OWN.has(range)) return 'own';
  if (range !== 'unicast') return 'forbidden';
  // What is assigned so far; outside stand forms that embed another address.
  return parsed.kind() === 'ipv4' || parsed.match(ipaddr.parseCIDR('2000::/3')) ? 'public' : 'forbidden';
}

/** The class of a host as a URL spells it, where the spelling says it: an address, or a name of this machine. */
export function classOfHost(hostname: string): AddressClass | null {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(bare)) return classOfAddress(bare);
  const name = bare.toLowerCase().replace(/\.$/, '');
  return name === 'localhost' || name.endsWith('.localhost') ? 'own' : null;
}

/** Whether an address may be talked to: http only within our own networks. */
export function mayConnect(
  address: string,
  { allowPrivate, secure }: { readonly allowPrivate: boolean; readonly secure: boolean },
): boolean {
  const found = classOfAddress(address);
  return found === 'public' ? secure : found === 'own' && allowPrivate;
}

/**
 * What is wrong with an address that the configuration names, as far as its spelling tells; null where nothing is. The
 * address that a name stands for is looked at whenever a connection is made.
 */
export function addressFault(url: string, allowPrivate: boolean): string | null {
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return 'has a user or a password in it';
  const found = classOfHost(hostname);
  if (found === 'forbidden') return 'is an address that is never talked to';
  if (found === 'own' && !allowPrivate)
    return 'is an address of this machine or network: allowPrivate permits it';
  if (protocol !== 'https:' && (found === 'public' || !allowPrivate)) return 'is not https';
  return null;
}

/** Options of accounts that tell a provider, in each request, where it is to send its notices. */
const NOTICE_ADDRESSES = ['serverUrl', 'callbackUrl'] as const;

/**
 * What is wrong with where a provider is told to send notices, by option. It could reach nothing there but what stands
 * in its own network, which is not ours to point at; a provider that is itself in our network, as a twin is, may be
 * told an address of it.
 */
export function noticeAddressFaults(
  account: Readonly<Record<string, unknown>>,
): readonly { readonly option: string; readonly message: string }[] {
  const url = account['url'];
  const near = typeof url === 'string' && URL.canParse(url) && classOfHost(new URL(url).hostname) === 'own';
  return NOTICE_ADDRESSES.flatMap((option) => {
    const address = account[option];
    if (typeof address !== 'string' || !URL.canParse(address)) return [];
    const found = classOfHost(new URL(address).hostname);
    if (found === 'forbidden') return [{ option, message: 'is an address that nobody can send to' }];
    if (found !== 'own' || near) return [];
    return [{ option, message: 'is an address of this machine or network, which the provider cannot reach' }];
  });
}
