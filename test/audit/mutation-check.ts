// Which checks find a changed bundle.
import { isDeepStrictEqual } from 'node:util';
import type { Bundle } from '../../audit/bundle.ts';
import { digestsOf } from '../../audit/chain.ts';
import { NoBundle, parseBundle } from '../../audit/read-bundle.ts';
import { schemaFault } from '../../audit/schema.ts';
import { staticChecks, type Verifying } from '../../audit/verify.ts';

/** Whether chain and digests alone find it, which they do for all but a few. */
export function isFound(bundle: Bundle): boolean {
  try {
    if (!isDeepStrictEqual(digestsOf(bundle), bundle.digests)) return true;
  } catch {
    return true;
  }
  return foundStatically(bundle).length > 0;
}

/** As the command does it, from the file's text on, but without the replay. */
export function foundStatically(bundle: Bundle): readonly string[] {
  try {
    const value = parseBundle(Buffer.from(JSON.stringify(bundle)));
    if (schemaFault(value) !== null) return ['schema'];
    return staticChecks(value as Bundle).flatMap(({ name, pass }) => (pass === false ? [name] : []));
  } catch (error) {
    if (error instanceof NoBundle) return ['format'];
    throw error;
  }
}

/** By a replay alone. */
export async function foundBy(
  { payment, histories }: Bundle,
  replay: NonNullable<Verifying['replay']>,
): Promise<readonly string[]> {
  return (await replay(payment.id, histories)) === null ? [] : ['replay'];
}
