/** Rule: the embedded archive keeps what it is given, once and unchanged, and everything that an archive does. */
import { archiveSuite } from './archive-suite.ts';
import { inMemory } from './archives.ts';

archiveSuite(inMemory);
