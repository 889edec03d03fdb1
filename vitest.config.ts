import { env } from 'node:process';
import { defineConfig } from 'vitest/config';

/** Folders of test/ whose tests drive a real Temporal server; one dev server is started for the run. */
const serverFolders = ['temporal', 'workflows', 'activities', 'api', 'cli', 'faults', 'traces'];
const serverTests = serverFolders.map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    pool: 'forks',
    // Most server tests wait for timers and processes, so three share two cores well.
    maxWorkers: 3,
    // A machine that stands still for seconds may cut a real process short once; a defect fails twice.
    retry: env['CI'] === 'true' ? 1 : 0,
    sequence: { shuffle: true },
    testTimeout: 120_000,
    hookTimeout: 180_000,
    teardownTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: serverTests },
      },
      {
        extends: true,
        test: {
          name: 'server',
          include: serverTests,
          globalSetup: ['test/support/temporal-server.ts'],
        },
      },
    ],
  },
});
