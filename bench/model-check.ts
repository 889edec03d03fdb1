// Walks every life of one modelled payment within a bound and checks M1–M7, M9 and M10 at every state.
//
//   node bench/model-check.ts [--bound small|many|full] [--states N]
import { parseArgs } from 'node:util';
import { BOUNDS, leftOut } from './model/bounds.ts';
import { walk } from './model/walk.ts';

const { values } = parseArgs({
  options: { bound: { type: 'string', default: 'small' }, states: { type: 'string' } },
});
const bounds = BOUNDS.find((each) => each.name === values.bound);
if (bounds === undefined) {
  process.stderr.write(`no bound ${values.bound}; there are ${BOUNDS.map((each) => each.name).join(', ')}\n`);
  process.exit(2);
}

const figure = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ' ');
const found = walk(bounds, {
  ...(values.states === undefined ? {} : { mostStates: Number(values.states) }),
  onLevel: ({ depth, states, transitions, frontier }) =>
    process.stderr.write(
      `\rdepth ${depth}  states ${figure(states)}  transitions ${figure(transitions)}  frontier ${figure(frontier)}   `,
    ),
});
process.stderr.write('\n');
process.stdout.write(
  [
    `bound ${found.bounds.name}: ${JSON.stringify(found.bounds)}`,
    `states ${figure(found.states)}, transitions ${figure(found.transitions)}, depth ${found.depth}${found.cut ? ' (cut)' : ''}`,
    `closed states ${figure(found.closed)}, reached by ${figure(found.paths)} shortest paths`,
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
