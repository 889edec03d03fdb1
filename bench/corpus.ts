// A corpus of bundles for `audit verify` and `bench/audit.ts`: real payments, told on a real server against the five twins,
// one of 127 captures apart, and as many made from them as are wanted, by other ids, times and amounts throughout. What is
// there is not made again.
//
//   node bench/corpus.ts [--out FOLDER] [--payments 10000] [--real 500] [--seed 1] [--jobs 8]
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { quietReplay } from '../audit/replay-runs.ts';
import { makeOthers } from './corpus/make.ts';
import { tellLong, tellStories } from './corpus/tell.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(tmpdir(), 'tranche-corpus') },
    payments: { type: 'string', default: '10000' },
    real: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '8' },
  },
});
const [payments, real, seed, jobs] = [values.payments, values.real, values.seed, values.jobs].map(Number);
const whole = (value: number | undefined, most: number): value is number =>
  value !== undefined && Number.isInteger(value) && value >= 1 && value <= most;
if (!whole(payments, 100_000) || !whole(real, payments) || !whole(seed, 2 ** 31) || !whole(jobs, 100)) {
  process.stderr.write(
    '--payments, --real, --seed and --jobs are whole numbers; --real is at most --payments\n',
  );
  process.exit(2);
}
// The SDK tells of every task that waited for a busy machine.
quietReplay();
const folders = { real: join(values.out, 'real'), made: join(values.out, 'made') };
await tellLong(join(values.out, 'long'));
await tellStories({ folder: folders.real, count: real, seed, jobs });
const made = await makeOthers({ folders, count: payments - real, seed });
process.stdout.write(
  `${real} real payments in ${folders.real}, ${payments - real} made from them in ${folders.made}` +
    `${made === null ? '' : ` (${made.sameAmounts} of them with the amounts of the real one)`}\n`,
);
