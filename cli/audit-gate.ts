import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { PayloadCodec } from '@temporalio/common';
import type { GateFeed } from '../audit/gate-corpus.ts';
import type { GateVerdict } from '../audit/gate.ts';
import type { divergenceText } from '../audit/gate-report.ts';
import { logToStderr, reportProgress } from '../temporal/progress.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, collect, type Ended, type Invocation } from './invocation.ts';
import { writingTo } from './output-file.ts';
import { type Output, styled, table } from './output.ts';
import { plain, plainJson } from './plain-text.ts';
import { findConfiguration } from './source.ts';

interface Gating {
  readonly histories?: readonly string[];
  readonly bundles?: readonly string[];
  readonly query?: string;
  readonly report?: string;
  readonly jobs?: string;
}

/** `audit gate`: whether this checkout still tells every old payment's story as it was. */
export function gateCommand(audit: Command, ended: Ended): void {
  act<Gating>(
    audit
      .command('gate')
      .description("replay histories on this checkout's workflow code; exit 1 where one diverges")
      .option('--histories <folder>', 'histories as JSON or protobuf, may be repeated', collect)
      .option('--bundles <folder>', 'bundles, may be repeated', collect)
      .option('--query <query>', "runs that Temporal's visibility finds (ExecutionStatus = 'Running')")
      .option('--report <file>', 'the result as JUnit XML as well')
      .option('--jobs <number>', 'runs replayed at a time (default: the cores, at most 8)'),
    ended,
    run,
  );
}

async function run({ options, config, output }: Invocation<Gating>): Promise<ExitCode> {
  const { histories = [], bundles = [], query, report, jobs } = options;
  const folders = [...histories, ...bundles];
  if (folders.length === 0 && query === undefined)
    throw new UsageError('say --histories, --bundles or --query: a gate without histories proves nothing');
  for (const folder of folders)
    if (!existsSync(folder) || !statSync(folder).isDirectory())
      throw new UsageError(`${folder} is no folder`);
  if (jobs !== undefined && !/^[1-9]\d?$/.test(jobs))
    throw new UsageError('--jobs takes a number from 1 to 99');
  const [{ gate }, corpus, { quietReplay }, reports] = await Promise.all([
    import('../audit/gate.ts'),
    import('../audit/gate-corpus.ts'),
    import('../audit/replay-runs.ts'),
    import('../audit/gate-report.ts'),
  ]);
  quietReplay();
  const files = (await Promise.all(folders.map(corpus.corpusFiles))).flat();
  const engine = query === undefined ? null : await connected(config);
  try {
    const tally = { runs: 0, diverged: 0, all: files.length };
    if (engine !== null && query !== undefined) tally.all += await corpus.countRuns(engine.client, query);
    const feed = async function* (): AsyncGenerator<GateFeed> {
      yield* corpus.readCorpus(files);
      if (engine !== null && query !== undefined) yield* corpus.fetchCorpus(engine.client, query);
    };
    const end = reportProgress(logToStderr, () => barOf(tally));
    let verdict: GateVerdict;
    try {
      verdict = await gate(feed(), {
        codec: engine?.codec ?? (await codecOf(config)),
        ...(jobs === undefined ? {} : { lanes: Number(jobs) }),
        progress: (runs, diverged) => Object.assign(tally, { runs, diverged }),
      });
    } finally {
      end();
    }
    if (report !== undefined) {
      await writingTo('--report', report, () => {
        mkdirSync(dirname(report), { recursive: true });
        writeFileSync(report, reports.junitOf(verdict));
      });
    }
    await show(output, verdict, reports.divergenceText);
    return verdict.holds ? EXIT.done : EXIT.refused;
  } finally {
    await engine?.close();
  }
}

async function connected(config: string | undefined) {
  const [{ connectEngine }, { encryptionCodec }] = await Promise.all([
    import('./connect.ts'),
    import('../temporal/codec.ts'),
  ]);
  const engine = await connectEngine(findConfiguration(config).configuration);
  return { client: engine.client, codec: encryptionCodec(engine.keyRing), close: () => engine.close() };
}

/** The key ring of the configuration; without one, histories that are not encrypted can be read. */
async function codecOf(config: string | undefined): Promise<PayloadCodec> {
  const [{ encryptionCodec }, { keyRingOf, ephemeralKey }] = await Promise.all([
    import('../temporal/codec.ts'),
    import('../temporal/key-ring.ts'),
  ]);
  let configuration;
  try {
    ({ configuration } = findConfiguration(config));
  } catch (error) {
    if (config !== undefined || !(error instanceof UsageError)) throw error;
    logToStderr('no configuration and so no keys: histories that are encrypted cannot be read');
  }
  return encryptionCodec(keyRingOf(configuration ?? { encryption: { keys: [] } }, ephemeralKey()));
}

const WIDTH = 24;

function barOf({ runs, diverged, all }: { runs: number; diverged: number; all: number }): string {
  const filled = Math.min(WIDTH, Math.round((runs / Math.max(1, all)) * WIDTH));
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}]`;
  return `${bar} ${runs} of ${Math.max(all, runs)} runs${diverged === 0 ? '' : `, ${diverged} diverge`}`;
}

const MOST_SHOWN = 50;

async function show(output: Output, verdict: GateVerdict, textOf: typeof divergenceText): Promise<void> {
  const { countByType } = await import('../audit/gate.ts');
  const { holds, runs, ledgers, unreadable, gone } = verdict;
  const types = countByType(runs);
  const divergences = [...runs.flatMap((each) => each.divergences), ...ledgers];
  plainJson(output, { holds, types, divergences, unreadable, gone });
  output.line(
    table(
      ['workflow', 'runs', 'events', 'diverge'],
      types.map(({ type, runs: many, events, diverged }) => [
        plain(type),
        `${many}`,
        `${events}`,
        `${diverged}`,
      ]),
    ),
  );
  output.line();
  for (const found of divergences.slice(0, MOST_SHOWN)) {
    output.line(
      `${styled('red', 'diverges')}  ${plain(found.workflowId)}  run ${plain(found.runId)}  ${plain(found.source)}`,
    );
    output.line(`          ${plain(textOf(found))}`);
  }
  if (divergences.length > MOST_SHOWN) output.line(`and ${divergences.length - MOST_SHOWN} more`);
  for (const { source, why } of unreadable)
    output.line(`${styled('red', 'unreadable')}  ${plain(source)}: ${plain(why)}`);
  if (gone.length > 0) output.note(`${gone.length} runs were listed and are not kept any more`);
  if (runs.length === 0) output.line(`${styled('red', 'closed')}: nothing was replayed`);
  else
    output.line(
      holds ? styled('green', 'open: this checkout tells every one as it was') : styled('red', 'closed'),
    );
}
