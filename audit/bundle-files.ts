import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from './bundle.ts';
import { NoBundle, readBundle } from './read-bundle.ts';
import { schemaFault } from './schema.ts';

/** Where payments are taken from: a folder, the engine, an archive. One bundle in memory at a time. */
export type Bundles = AsyncIterable<Bundle>;

/** @throws NoBundle with the file's name, also for one that does not fit the schema. */
export async function bundleOfFile(file: string, size?: number): Promise<Bundle> {
  try {
    const value = await readBundle(file, size === undefined ? {} : { size });
    const fault = schemaFault(value);
    if (fault !== null) throw new NoBundle(fault);
    return value as Bundle;
  } catch (error) {
    if (error instanceof NoBundle) throw new NoBundle(`${file}: ${error.message}`);
    throw error;
  }
}

/** Every bundle (`*.json`) of a folder, by name. @throws NoBundle for one that is none, or a payment that comes twice. */
export async function* bundlesIn(folder: string): Bundles {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
  const seen = new Map<string, string>();
  for (const name of names) {
    const bundle = await bundleOfFile(join(folder, name));
    const other = seen.get(bundle.payment.id);
    if (other !== undefined)
      throw new NoBundle(`${name} and ${other} hold the same payment, which would be counted twice`);
    seen.set(bundle.payment.id, name);
    yield bundle;
  }
}
