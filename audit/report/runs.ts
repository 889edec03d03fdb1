/** How many of a kind in a row are still told one by one. */
const LEAST = 10;

interface InLine {
  readonly at: string;
  readonly entry: number;
  readonly who: string;
  /** Type of the entry and what it moved, minor units; null where it moved nothing. */
  readonly type: string;
  readonly amount: number | null;
}

/**
 * Long rows of the same become one that names the first, the last, their number and their sum, so that a payment of a
 * hundred captures can still be read; each of them stands by itself in the tables of operations and of entries.
 *
 * @param shorten - the one that stands for a row.
 */
export function shortened<Item extends InLine>(
  items: readonly Item[],
  shorten: (row: readonly [Item, ...Item[]], last: Item, sum: number) => Item,
): readonly Item[] {
  const rows: Item[][] = [];
  for (const item of items) {
    const row = rows.at(-1);
    const [first] = row ?? [];
    const same = first !== undefined && first.type === item.type && first.who === item.who;
    if (same && item.amount !== null && first.amount !== null) row?.push(item);
    else rows.push([item]);
  }
  return rows.flatMap((row) => {
    const [first, ...others] = row;
    const last = others.at(-1);
    if (first === undefined || last === undefined || row.length < LEAST) return row;
    const sum = row.reduce((total, { amount }) => total + (amount ?? 0), 0);
    return [shorten([first, ...others], last, sum)];
  });
}
