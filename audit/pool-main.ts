// A process that verifies bundles, one after the other, until its channel closes. Started by pool.ts.
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheFolder } from '../temporal/cache-folder.ts';
import type { Terms } from './pool-words.ts';

// A third of the start is spent on reading our own sources, which this keeps in the form that is run.
enableCompileCache(join(cacheFolder(), 'compiled'));
const { takeTasks } = await import('./pool-child.ts');
takeTasks(JSON.parse(process.argv[2] ?? '{}') as Terms);
// It is killed rather than ended, and what was learnt is written at an orderly end only.
flushCompileCache();
