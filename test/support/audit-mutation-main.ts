// The mutation test over every value of the bundles of all golden histories, as the table of docs/audit.md:
//
//   node test/support/audit-mutation-main.ts [FILE…]      bundles to take instead of the golden ones
import { readFileSync } from 'node:fs';
import type { Bundle } from '../../audit/bundle.ts';
import { quietReplay, Replayer } from '../../audit/replay-runs.ts';
import { verifyBundle } from '../../audit/verify.ts';
import { goldenBundle, goldenNames } from '../audit/bundles.ts';
import { foundBy, foundStatically, isFound } from '../audit/mutation-check.ts';
import { covered, isOfTheChain, leaves, mutation } from '../audit/mutate.ts';
import { newKeyPair, readPrivateKey } from '../../audit/signature.ts';

interface Row {
  all: number;
  changed: number;
  coverable: number;
  covered: number;
}

const files = process.argv.slice(2);
const privateKey = readPrivateKey(newKeyPair().privatePem);
const bundles =
  files.length > 0
    ? files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Bundle)
    : await Promise.all(goldenNames().map((name) => goldenBundle(name, { privateKey })));
const rows = new Map<string, Row>();
const missed = new Map<string, number>();
const by = new Map<string, number>();
let replays = 0;
quietReplay();
const replayer = new Replayer();
const replay = (payment: string, histories: Bundle['histories']) => replayer.replay(payment, histories);
for (const bundle of bundles) {
  const whole = await verifyBundle(bundle, { replay });
  if (!whole.holds) {
    process.stderr.write(`${JSON.stringify(whole.checks.filter(({ pass }) => pass !== true))}\n`);
    throw new Error(`the bundle of ${bundle.payment.id} does not hold`);
  }
  process.stderr.write(`${bundle.payment.id}: ${leaves(bundle).length} values\n`);
  for (const path of leaves(bundle)) {
    const one = mutation(bundle, path);
    const row = rows.get(one.group) ?? { all: 0, changed: 0, coverable: 0, covered: 0 };
    rows.set(one.group, row);
    row.all += 1;
    if (isFound(one.bundle)) row.changed += 1;
    else missed.set(`changed ${one.path.join('.')}`, 1);
    if (isOfTheChain(path)) continue;
    row.coverable += 1;
    const hidden = covered(one);
    let found: readonly string[] = foundStatically(hidden).filter((name) => name !== 'signature');
    if (found.length === 0 && path[0] === 'histories') {
      replays += 1;
      found = await foundBy(hidden, replay);
    }
    if (found.length > 0) {
      row.covered += 1;
      for (const name of found) by.set(name, (by.get(name) ?? 0) + 1);
    } else {
      const name = `${one.group}: ${path
        .filter((part) => typeof part === 'string')
        .slice(-2)
        .join('.')}`;
      missed.set(name, (missed.get(name) ?? 0) + 1);
    }
  }
}
const sum = (name: keyof Row) => [...rows.values()].reduce((total, row) => total + row[name], 0);
const lines = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
process.stdout.write(
  '| part | changed, found | chain and digests made anew, found |\n| --- | ---: | ---: |\n',
);
for (const [group, row] of lines)
  process.stdout.write(
    `| ${group} | ${row.changed} of ${row.all} | ${row.coverable === 0 ? 'undone by it' : `${row.covered} of ${row.coverable}`} |\n`,
  );
process.stdout.write(
  `| **all** | **${sum('changed')} of ${sum('all')}** | **${sum('covered')} of ${sum('coverable')}** |\n`,
);
process.stderr.write(`\n${replays} replays; found by ${JSON.stringify(Object.fromEntries(by))}\nmissed:\n`);
for (const [name, count] of [...missed].sort(([, a], [, b]) => b - a))
  process.stderr.write(`  ${count} ${name}\n`);
await replayer.close();
