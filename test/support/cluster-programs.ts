import { PostgresMissing } from '../../temporal/cluster/postgres-programs.ts';
import { findServerPrograms, ServerMissing } from '../../temporal/cluster/server-programs.ts';
import { installPostgres } from './postgres.ts';

/** For the hook that calls {@link haveCluster}: without a cache the server is built, which takes minutes. */
export const BUILD_MS = 30 * 60_000;

/** Whether this machine can run a production cluster; says `NOT RUN cluster: …` where it cannot. */
export async function haveCluster(): Promise<boolean> {
  try {
    installPostgres();
    await findServerPrograms();
    return true;
  } catch (error) {
    if (!(error instanceof PostgresMissing || error instanceof ServerMissing)) throw error;
    process.stdout.write(`NOT RUN cluster: ${error.message}\n`);
    return false;
  }
}
