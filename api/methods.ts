import type { FastifyInstance } from 'fastify';

/**
 * Listens to every route that is made from now on.
 *
 * @returns which methods an address takes, in the order of the alphabet; none where there is no such address.
 */
export function knowMethods(server: FastifyInstance): (url: string) => readonly string[] {
  const known = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  server.addHook('onRoute', ({ url, method }) => {
    const path = url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+');
    const entry = known.get(url) ?? { pattern: new RegExp(`^${path}$`), methods: new Set<string>() };
    for (const each of [method].flat()) entry.methods.add(each);
    known.set(url, entry);
  });
  return (url) => {
    const [path = ''] = url.split('?', 1);
    const found = [...known.values()].find(({ pattern }) => pattern.test(path));
    return [...(found?.methods ?? [])].sort();
  };
}
