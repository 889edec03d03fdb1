import { dirname } from 'node:path';
import { goInstall } from './go-install.ts';
import { type Log, logToStderr } from './progress.ts';
import { downloadBySdk } from './sdk-download.ts';
import { CLI_VERSION, cachedBinary, isExecutable, onPath, refusal } from './temporal-binary.ts';

/** A server that runs already, or a `temporal` that can start one. */
export type FoundTemporal =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'binary'; readonly path: string };

/** The four ways to a server, in the order in which they are tried. */
export const TEMPORAL_WAYS = ['address', 'installed', 'sdk-download', 'go-install'] as const;
export type TemporalWay = (typeof TEMPORAL_WAYS)[number];

export interface FindTemporalOptions {
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Takes notes and progress. @default stderr */
  readonly log?: Log;
  /** Which ways to try, always in the order of {@link TEMPORAL_WAYS}. @default all */
  readonly ways?: readonly TemporalWay[];
  /** Milliseconds without a new byte after which the download is given up. @default 60000 */
  readonly stallMs?: number;
}

const ADVICE: Record<TemporalWay, string> = {
  address: 'set TEMPORAL_ADDRESS=host:port to use a server that runs already',
  installed: 'put the Temporal CLI on PATH (brew install temporal, or a release from its GitHub page)',
  'sdk-download': 'let this machine reach the internet: the Temporal SDK then downloads the CLI itself',
  'go-install': `install Go, and the CLI ${CLI_VERSION} is built from the Go module proxy (about 3 minutes)`,
};

/** No way led to a Temporal server; the message names all four, what each said and what to do for it. */
export class TemporalNotFoundError extends Error {
  override readonly name = 'TemporalNotFoundError';
  readonly tried: Readonly<Partial<Record<TemporalWay, string>>>;

  constructor(tried: Readonly<Partial<Record<TemporalWay, string>>>) {
    const lines = TEMPORAL_WAYS.map(
      (way, index) => `  ${index + 1}. ${ADVICE[way]}\n     now: ${tried[way] ?? 'not tried'}`,
    );
    super(`no Temporal server was found. Any one of these is enough:\n${lines.join('\n')}`);
    this.tried = tried;
  }
}

/**
 * Finds a Temporal server: `TEMPORAL_ADDRESS`; a `temporal` on PATH or in the cache folder; the SDK's own
 * download; `go install` of the pinned CLI. The last two leave the program in the cache folder, where the
 * next call finds it at once.
 *
 * @throws TemporalNotFoundError when no way works
 */
export async function findTemporal(options: FindTemporalOptions = {}): Promise<FoundTemporal> {
  const { env = process.env, log = logToStderr, ways = TEMPORAL_WAYS, stallMs = 60_000 } = options;
  const tried: Partial<Record<TemporalWay, string>> = {};
  const attempts: Record<TemporalWay, () => Promise<FoundTemporal | string>> = {
    address: async () => fromEnvironment(env),
    installed: async () => installed(env, log),
    'sdk-download': async () => binary(await downloadBySdk({ env, log, stallMs })),
    'go-install': async () => buildCli(env, log),
  };
  for (const way of TEMPORAL_WAYS) {
    if (!ways.includes(way)) continue;
    const result = await attempts[way]();
    if (typeof result !== 'string') return result;
    tried[way] = result;
    if (way === 'sdk-download' || way === 'go-install') log(`temporal: ${result}`);
  }
  throw new TemporalNotFoundError(tried);
}

function fromEnvironment(env: NodeJS.ProcessEnv): FoundTemporal | string {
  const address = env['TEMPORAL_ADDRESS'];
  return address === undefined || address === ''
    ? 'TEMPORAL_ADDRESS is not set'
    : { kind: 'address', address };
}

async function installed(env: NodeJS.ProcessEnv, log: Log): Promise<FoundTemporal | string> {
  const cached = cachedBinary(env);
  for (const path of [onPath('temporal', env), isExecutable(cached) ? cached : undefined]) {
    if (path === undefined) continue;
    const why = await refusal(path);
    if (why === undefined) return { kind: 'binary', path };
    log(`temporal: passed over, ${why}`);
  }
  return `no usable temporal on PATH and none at ${cached}`;
}

async function buildCli(env: NodeJS.ProcessEnv, log: Log): Promise<FoundTemporal | string> {
  const path = cachedBinary(env);
  const failure = await goInstall({
    env,
    log,
    what: `the CLI ${CLI_VERSION}`,
    about: '3 minutes',
    packages: [`github.com/temporalio/cli/cmd/temporal@v${CLI_VERSION}`],
    folder: dirname(path),
  });
  return failure ?? { kind: 'binary', path };
}

/** The SDK's download answers with the program's path, or with why there is none. */
function binary(result: { path: string } | string): FoundTemporal | string {
  return typeof result === 'string' ? result : { kind: 'binary', path: result.path };
}
