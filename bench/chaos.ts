// SIGKILL of the HTTP edge, the worker, the Temporal server and PostgreSQL under load. It fails where anything that was
// accepted is lost, or where ledgers and the twins' books differ.
//
//   node bench/chaos.ts [--rounds 2] [--concurrency 50] [--between 8] [--json]
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { chaos, type ChaosResult } from './load/chaos-run.ts';
import { median } from './engine/figures.ts';
import { PARTS } from './load/stage.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2' },
    concurrency: { type: 'string', default: '50' },
    between: { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
  },
});

function whole(name: 'rounds' | 'concurrency' | 'between', most: number): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  process.stderr.write(`--${name} is a whole number from 1 to ${most}\n`);
  process.exit(2);
}

const result = await chaos({
  rounds: whole('rounds', 10),
  concurrency: whole('concurrency', 200),
  betweenMs: whole('between', 120) * 1_000,
  log: (text) => void process.stderr.write(`${text}\n`),
  interruptible: true,
});
const ok = result.judgement.faults.length === 0 && result.tally.refused.length === 0;
process.stdout.write(values.json ? `${JSON.stringify({ ok, ...result }, null, 2)}\n` : told(result));
process.exitCode = ok ? 0 : 1;

function told({ judgement, tally, kills }: ChaosResult): string {
  const { payments, intents, unanswered, approved, notPerformed, effects, reads, captured, faults } =
    judgement;
  const lines = [
    `${availableParallelism()} cores, load ${(loadavg()[0] ?? 0).toFixed(1)} after`,
    ...PARTS.map((part) => {
      const back = kills.filter((each) => each.part === part).map(({ backAfter }) => backAfter / 1_000);
      return `${part}: killed ${back.length} times, back after ${median(back).toFixed(1)} s`;
    }),
    `requests ${tally.requests}; without an answer and sent again ${tally.lost}; answers 429 ${tally.limited}; refused ${tally.refused.length}; never answered ${tally.givenUp}; reads compared ${reads}`,
    `payments ${payments}, captures accepted ${intents}, never answered ${unanswered}, of both approved ${approved}, ended without effect ${notPerformed}, effects at the providers ${effects}`,
    `captured: ledgers ${captured.ledgers}, books ${captured.books} minor units`,
    ...tally.refused.slice(0, 5),
    ...faults.slice(0, 20),
    ok
      ? 'nothing was lost, nothing was done twice, every rule of money holds'
      : `FAILED: ${faults.length} faults, ${tally.refused.length} refusals`,
  ];
  return `${lines.join('\n')}\n`;
}
