import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import type { Judged } from '../audit/pool-words.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, type Ended, type Invocation } from './invocation.ts';
import { publicKeyIn } from './key-file.ts';
import { type Output, styled } from './output.ts';
import { plain } from './plain-text.ts';
import { progressBar } from '../temporal/progress.ts';

/** `audit verify`. */
export function verifyCommand(audit: Command, ended: Ended): void {
  act<Verifying>(
    audit
      .command('verify')
      .description('check bundles without a server; exit 0 only if everything holds, 2 for what is no bundle')
      .argument('<files...>', 'bundles, folders of them, files with one on each line (.ndjson), - for stdin')
      .option('--key <file>', 'the public key that they must be signed with (PEM, or 32 bytes in base64)')
      .option('--brief', 'one line for each bundle that holds')
      .option(
        '--against-provider',
        "also read the provider's own books, by the accounts of the configuration",
      )
      .option('--jobs <number>', 'how many are verified at once', String(availableParallelism()))
      .option('--max-size <bytes>', 'the largest bundle that is read', '67108864')
      .option('--max-memory <mebibytes>', 'memory of each process that verifies', '2048')
      .option('--max-seconds <seconds>', 'for one bundle (default: a minute, and 15 s for each MiB of it)'),
    ended,
    verifyFiles,
  );
}

interface Verifying {
  key?: string;
  brief?: boolean;
  againstProvider?: boolean;
  jobs: string;
  maxSize: string;
  maxMemory: string;
  maxSeconds?: string;
}

interface Tally {
  all: number | null;
  hold: number;
  fail: number;
  none: number;
  events: number;
}

const MOST_JOBS = 64;

async function verifyFiles({ args, options, config, output }: Invocation<Verifying>): Promise<ExitCode> {
  const jobs = numberIn('--jobs', options.jobs, MOST_JOBS);
  const size = numberIn('--max-size', options.maxSize);
  const memory = numberIn('--max-memory', options.maxMemory);
  const seconds =
    options.maxSeconds === undefined ? undefined : numberIn('--max-seconds', options.maxSeconds, 1_000_000);
  const publicKey = options.key === undefined ? undefined : await publicKeyIn(options.key);
  const [{ VerifyPool }, { judgeInOrder }, { countOf, sourcesOf }] = await Promise.all([
    import('../audit/pool.ts'),
    import('../audit/pool-order.ts'),
    import('../audit/pool-sources.ts'),
  ]);
  const against =
    options.againstProvider === true
      ? await (await import('./audit-against.ts')).againstProviders(config)
      : null;
  const pool = new VerifyPool({
    jobs,
    size,
    memory,
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(seconds === undefined ? {} : { seconds }),
  });
  const tally: Tally = { all: await countOf(args), hold: 0, fail: 0, none: 0, events: 0 };
  const bar = progressBar('bundles', tally.all);
  const started = performance.now();
  const told = new Told(output, options.brief === true);
  try {
    for await (const alone of judgeInOrder(pool, sourcesOf(args, size), jobs)) {
      const one = against === null ? alone : await against.judged(alone);
      bar.clear();
      told.one(one);
      count(tally, one);
      bar.step();
    }
  } finally {
    bar.end();
    await pool.close();
  }
  const holds = tally.fail === 0 && tally.none === 0;
  told.end(holds);
  if (tally.hold + tally.fail + tally.none > 1) output.note(sumOf(tally, performance.now() - started));
  await against?.close();
  if (tally.none > 0) return EXIT.wrongUse;
  return holds ? EXIT.done : EXIT.refused;
}

function count(tally: Tally, one: Judged): void {
  if ('noBundle' in one) tally.none += 1;
  else if (one.holds) tally.hold += 1;
  else tally.fail += 1;
  if ('events' in one) tally.events += one.events;
}

function sumOf({ hold, fail, none, events }: Tally, milliseconds: number): string {
  const parts = [`${hold + fail + none} bundles`, `${hold} hold`];
  if (fail > 0) parts.push(`${fail} do not`);
  if (none > 0) parts.push(`${none} are none`);
  return `${parts.join(', ')}; ${events} events in ${(milliseconds / 1000).toFixed(1)} s`;
}

function numberIn(option: string, text: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0 && value <= most) return value;
  const bound = most === Number.MAX_SAFE_INTEGER ? '' : ` up to ${most}`;
  throw new UsageError(`${option} takes a whole number from 1${bound}`);
}

/** Verdicts as they come, as text or as one JSON object of which nothing is kept. */
class Told {
  readonly #output: Output;
  readonly #brief: boolean;
  #count = 0;

  constructor(output: Output, brief: boolean) {
    this.#output = output;
    this.#brief = brief;
  }

  one(judged: Judged): void {
    if (this.#output.json)
      this.#output.announce(`${this.#count === 0 ? '{"bundles":[\n' : ','}${JSON.stringify(judged)}`);
    else show(this.#output, judged, this.#brief);
    this.#count += 1;
  }

  end(holds: boolean): void {
    if (this.#output.json)
      this.#output.announce(`${this.#count === 0 ? '{"bundles":[' : ''}],"holds":${holds}}`);
  }
}

function show(output: Output, one: Judged, short: boolean): void {
  const file = styled('bold', plain(one.file));
  if ('noBundle' in one) {
    output.line(`${file}  ${styled('red', 'no bundle')}: ${plain(one.noBundle)}`);
    return;
  }
  if ('stopped' in one) {
    output.line(`${file}  ${styled('red', 'does not hold')}: ${plain(one.stopped)}`);
    return;
  }
  const payment = `payment ${plain(one.payment ?? '?')}, ${one.entries} entries, ${one.events} events`;
  if (short && one.holds) {
    output.line(`${file}  ${payment}  ${styled('green', 'holds')}`);
    return;
  }
  output.line(`${file}  ${payment}`);
  for (const { name, pass, text, difference } of one.checks) {
    const word =
      pass === null ? styled('dim', '  -   ') : pass ? styled('green', '  pass') : styled('red', '  FAIL');
    output.line(`${word}  ${name.padEnd(9)}  ${plain(text)}`);
    if (difference === undefined) continue;
    output.line(`${' '.repeat(19)}expected ${plain(JSON.stringify(difference.expected ?? null))}`);
    output.line(`${' '.repeat(19)}actual   ${plain(JSON.stringify(difference.actual ?? null))}`);
  }
  output.line(one.holds ? styled('green', 'holds') : styled('red', 'does not hold'));
}
