import { BlockList, isIP } from 'node:net';

/** True where an address is in one of the networks (addresses or CIDR blocks), or none are configured. */
export function comesFrom(networks: readonly string[] | undefined, address: string): boolean {
  if (networks === undefined) return true;
  const plain = address.replace(/^::ffff:(?=[0-9.]+$)/i, '');
  const family = isIP(plain);
  if (family === 0) return false;
  const list = new BlockList();
  for (const network of networks) {
    const [base = '', bits] = network.split('/');
    const kind = base.includes(':') ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(base, kind);
    else list.addSubnet(base, Number(bits), kind);
  }
  return list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}
