import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../cache-folder.ts';
import { goInstall } from '../go-install.ts';
import { type Log, logToStderr } from '../progress.ts';
import { isExecutable, onPath } from '../temporal-binary.ts';

/** The server release that the settings and the schema of a cluster are written for. */
export const SERVER_VERSION = '1.29.1';

const MODULE = 'go.temporal.io/server';

/** Go package below the module and the name under which packagers install the program. */
const PROGRAMS = {
  server: { package: 'cmd/server', installed: 'temporal-server' },
  sql: { package: 'cmd/tools/sql', installed: 'temporal-sql-tool' },
} as const;

/** Paths of the two programs that a cluster consists of. */
export interface ServerPrograms {
  readonly server: string;
  /** Sets the schema up and brings it to the server's version. */
  readonly sql: string;
}

/** There is no Temporal server to run; the message says what to install. */
export class ServerMissing extends Error {
  override readonly name = 'ServerMissing';

  constructor(why: string) {
    super(
      `no Temporal server ${SERVER_VERSION} to run: ${why}. Put temporal-server and temporal-sql-tool of that ` +
        'release on PATH, or install Go 1.25 or newer, with which they are built from the Go module proxy',
    );
  }
}

const run = promisify(execFile);

/**
 * Finds the Temporal server and its SQL tool: on PATH, else in the cache folder, else built with `go install`
 * (several minutes, once), which leaves them in the cache folder.
 *
 * @throws ServerMissing
 */
export async function findServerPrograms(
  options: { readonly env?: NodeJS.ProcessEnv; readonly log?: Log } = {},
): Promise<ServerPrograms> {
  const { env = process.env, log = logToStderr } = options;
  const installed = await onPathBoth(env, log);
  if (installed !== undefined) return installed;
  const folder = join(cacheFolder(env), `temporal-server-${SERVER_VERSION}`);
  const cached = { server: join(folder, 'server'), sql: join(folder, 'sql') };
  if (isExecutable(cached.server) && isExecutable(cached.sql)) return cached;
  const failure = await goInstall({
    env,
    log,
    what: `the server ${SERVER_VERSION} and its SQL tool`,
    about: '5 minutes',
    packages: Object.values(PROGRAMS).map((program) => `${MODULE}/${program.package}@v${SERVER_VERSION}`),
    folder,
  });
  if (failure !== undefined) throw new ServerMissing(failure);
  return cached;
}

/** Another release may have another schema, so only the one named is taken. */
async function onPathBoth(env: NodeJS.ProcessEnv, log: Log): Promise<ServerPrograms | undefined> {
  const server = onPath(PROGRAMS.server.installed, env);
  const sql = onPath(PROGRAMS.sql.installed, env);
  if (server === undefined || sql === undefined) return undefined;
  for (const path of [server, sql]) {
    const said = await run(path, ['--version'], { timeout: 30_000, killSignal: 'SIGKILL' }).then(
      ({ stdout }) => stdout.trim(),
      (error: unknown) => `nothing (${String(error)})`,
    );
    if (!said.endsWith(` ${SERVER_VERSION}`)) {
      log(`temporal: passed over ${path}, it says ${said}`);
      return undefined;
    }
  }
  return { server, sql };
}
