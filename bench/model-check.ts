// Walks every life of one modelled payment within a bound and checks M1–M7, M9, M10 and liveness on the way.
// `issue` is the bound of four captures, two refunds and a release with any one trouble at any place; it is walked to its
// end in under two minutes of processor time; `pairs` has any two troubles with two captures, a refund and a release.
//
//   node bench/model-check.ts [--bound small|many|issue|pairs|full] [--family final-flag|implicit] [--queue N] [--states N]
import { parseArgs } from 'node:util';
import { BOUNDS, leftOut } from './model/bounds.ts';
import { FAMILIES } from './model/payment.ts';
import { foldSwiftly } from './model/swift.ts';

const { values } = parseArgs({
  options: {
    bound: { type: 'string', default: 'small' },
    family: { type: 'string', default: 'final-flag' },
    queue: { type: 'string' },
    states: { type: 'string' },
  },
});
const named = BOUNDS.find((each) => each.name === values.bound);
if (named === undefined) {
  process.stderr.write(`no bound ${values.bound}; there are ${BOUNDS.map((each) => each.name).join(', ')}\n`);
  process.exit(2);
}
const capabilities = FAMILIES[values.family];
if (capabilities === undefined) {
  process.stderr.write(`no family ${values.family}; there are ${Object.keys(FAMILIES).join(', ')}\n`);
  process.exit(2);
}
const bounds = values.queue === undefined ? named : { ...named, queue: Number(values.queue) };

foldSwiftly();
const { walk } = await import('./model/walk.ts');

const figure = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ' ');
const found = walk(bounds, {
  capabilities,
  ...(values.states === undefined ? {} : { mostStates: Number(values.states) }),
  onProgress: ({ spent, states, transitions, open }) =>
    process.stderr.write(
      `\rspent ${spent}  states ${figure(states)}  transitions ${figure(transitions)}  open ${figure(open)}   `,
    ),
});
process.stderr.write('\n');
process.stdout.write(
  [
    `family ${values.family}, bound ${found.bounds.name}: ${JSON.stringify(found.bounds)}`,
    `states ${figure(found.states)}, transitions ${figure(found.transitions)}, longest path ${found.depth}${found.breach !== null ? ', stopped at a breach' : found.cut ? ', cut' : ', walked to the end'}`,
    `paths that take every transition ${figure(found.paths)}`,
    `${found.seconds.toFixed(1)} s of processor time, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
    'left out:',
    ...leftOut(bounds).map((text) => `  ${text}`),
    '',
  ].join('\n'),
);
if (found.breach !== null) {
  process.stdout.write(
    `BREACH ${found.breach.message}\n${found.breach.path.map((label, at) => `  ${at + 1} ${label}`).join('\n')}\n`,
  );
  process.exitCode = 1;
}
