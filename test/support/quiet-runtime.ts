// Imported for its effect, before any worker: of the workers' own lines only errors are of use in a test's output.
import { DefaultLogger, Runtime } from '@temporalio/worker';

Runtime.install({
  logger: new DefaultLogger('ERROR', ({ message, meta }) => {
    const error: unknown = meta?.['error'];
    process.stderr.write(`${message} ${error instanceof Error ? (error.stack ?? error.message) : ''}\n`);
  }),
  shutdownSignals: [],
});
