import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundleOptions, bundleWorkflowCode } from '@temporalio/worker';
import { cacheFolder } from './cache-folder.ts';
import { failureConverterPath } from './data-converter.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The workflow bundle's entry: a source in a checkout, JavaScript in the published package. */
export const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

/** Rooms whose sources can reach the bundle. */
const ROOMS = ['workflows', 'machines', 'payment'];
/** What decides how it is made; a published package has no lockfile, and no other file of its own changes there. */
const OTHERS = ['package.json', 'package-lock.json'].map((name) => join(root, name));

export interface WorkflowBundle {
  /** An absolute path; the worker reads it. */
  readonly codePath: string;
}

/**
 * The workflow code, bundled once for each state of its sources and kept in the cache folder: a build takes about a
 * second and a half, and every worker and every test needs one.
 *
 * xstate is not preloaded into all workflows at once: replaying 60 golden histories took 4.1 to 4.4 s of CPU without
 * and 3.7 to 4.3 s with it (three rounds each, two busy cores), and a shared module has to stay free of state for ever.
 *
 * @param folder - where bundles are kept. @default `bundles` in the cache folder
 */
export async function workflowBundle(
  folder: string = join(cacheFolder(), 'bundles'),
): Promise<WorkflowBundle> {
  const codePath = join(folder, `workflows-${digestOfSources()}.js`);
  if (isFile(codePath)) return { codePath };
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    failureConverterPath,
    webpackConfigHook,
    logger: quiet,
  });
  mkdirSync(folder, { recursive: true });
  // Written beside and renamed: another process sees all of it or nothing.
  const draft = `${codePath}.${randomUUID()}`;
  writeFileSync(draft, code);
  renameSync(draft, codePath);
  return { codePath };
}

/** Changes with anything that could change the bundle. */
export function digestOfSources(): string {
  const hash = createHash('sha256').update(process.version);
  hash.update(digestOfWorkflows()).update(readFileSync(fileURLToPath(import.meta.url)));
  for (const file of OTHERS.filter(isFile)) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 24);
}

/** Changes with the workflow code, and with nothing else. */
export function digestOfWorkflows(): string {
  const hash = createHash('sha256');
  const sources = ROOMS.flatMap((room) =>
    readdirSync(join(root, room))
      .filter((name) => /\.[jt]s$/.test(name) && !name.endsWith('.d.ts'))
      .map((name) => join(room, name)),
  );
  for (const file of sources.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.update(readFileSync(failureConverterPath)).digest('hex');
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/**
 * The SDK's loader rewrites our sources for ES2017: object spreads, optional chains and private fields become calls
 * of helpers. Workflows run on this Node, which has them all.
 */
export const webpackConfigHook: NonNullable<BundleOptions['webpackConfigHook']> = (config) => {
  for (const rule of config.module?.rules ?? []) {
    const use = typeof rule === 'object' && rule !== null ? rule.use : undefined;
    const options =
      typeof use === 'object' && 'options' in use && typeof use.options === 'object'
        ? use.options
        : undefined;
    if (options?.['jsc'] !== undefined) options['jsc'] = { ...options['jsc'], target: 'es2024' };
  }
  return config;
};

/** Only what went wrong is worth a line. */
const quiet = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: (message: string) => process.stderr.write(`${message}\n`),
  error: (message: string) => process.stderr.write(`${message}\n`),
  log: () => undefined,
};
