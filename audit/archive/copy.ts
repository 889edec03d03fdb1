import { type Archive, contentOf, insertContent } from './archive.ts';
import { type Entry, INSERT_ENTRY, linkOf, valuesOf } from './entry.ts';
import { readProgress, writeProgress } from './progress.ts';

/** Two archives that do not belong together, or an entry that was changed. */
export class NoCopy extends Error {
  override readonly name = 'NoCopy';
}

const PAGE = 100;

/**
 * Copies an archive into another one, empty or an earlier copy of the same, entry by entry with its link and the content as it is
 * sealed: needs no key, and works between databases of different kinds. A copy that was broken off goes on where it was.
 *
 * @returns how many entries were copied.
 * @throws NoCopy, and what the databases throw.
 */
export async function copyArchive(
  from: Archive,
  to: Archive,
  progress: (n: number) => void = () => undefined,
): Promise<number> {
  let { n } = await to.head();
  const start = n;
  if (n > 0) await refuseOther(from, to, n);
  // Read first: what comes in meanwhile is fetched again by whoever writes into the copy.
  const known = await readProgress(from.database);
  for (;;) {
    const page = await from.entries(n, PAGE);
    for (const entry of page) {
      if (entry.link !== linkOf(entry)) throw new NoCopy(`entry ${entry.n} was changed`);
      await copyOne(from, to, entry);
      n = entry.n;
      progress(n);
    }
    if (page.length < PAGE) break;
  }
  await writeProgress(to.database, {
    ...(known.until === null ? {} : { until: known.until }),
    ...(known.scannedAt === null ? {} : { scannedAt: known.scannedAt }),
  });
  return n - start;
}

async function refuseOther(from: Archive, to: Archive, n: number): Promise<void> {
  const [[theirs], [ours]] = await Promise.all([from.entries(n - 1, 1), to.entries(n - 1, 1)]);
  if (theirs === undefined || theirs.link !== ours?.link)
    throw new NoCopy('the archive to copy into holds something else');
}

async function copyOne(from: Archive, to: Archive, entry: Entry): Promise<void> {
  const { hash, kind } = entry;
  const kept =
    hash !== null && (kind === 'run' || kind === 'bundle')
      ? await contentOf(from.database.query, hash)
      : null;
  await to.database.exclusively(async (query) => {
    if (kept !== null) await insertContent(query, kept);
    await query(INSERT_ENTRY, valuesOf(entry));
    if (kind === 'tombstone') for (const statement of to.database.erase) await query(statement, [hash]);
  });
}
