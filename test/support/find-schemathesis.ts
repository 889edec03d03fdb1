// Schemathesis, the OpenAPI fuzzer: one that is there, else the pinned version from PyPI in a folder of the cache.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../temporal/cache-folder.ts';

const VERSION = '4.32.5';
const LONGEST_MS = 300_000;

/** The words that start it, or why there is none. */
export type FoundFuzzer = { readonly command: readonly [string, ...string[]] } | { readonly missing: string };

/** Ways in their order: `SCHEMATHESIS`, one in the cache, uvx, pipx, a virtual environment made by Python 3.10 or newer. */
export function findSchemathesis(env: NodeJS.ProcessEnv, log: (note: string) => void): FoundFuzzer {
  const named = env['SCHEMATHESIS'];
  if (named !== undefined && named !== '') return works([named]) ?? { missing: `${named} does not run` };
  const folder = join(cacheFolder(env), `schemathesis-${VERSION}`);
  const kept = join(folder, 'bin', 'schemathesis');
  const own = existsSync(kept) ? works([kept]) : null;
  if (own !== null) return own;
  log(`looking for schemathesis ${VERSION} on PyPI …`);
  const wanted = `schemathesis==${VERSION}`;
  return (
    works(['uvx', '--from', wanted, 'schemathesis']) ??
    works(['pipx', 'run', '--spec', wanted, 'schemathesis']) ??
    made(folder, kept, wanted)
  );
}

function works(command: readonly [string, ...string[]]): FoundFuzzer | null {
  const [program, ...words] = command;
  const { status, stdout } = spawnSync(program, [...words, '--version'], {
    encoding: 'utf8',
    timeout: LONGEST_MS,
  });
  return status === 0 && /schemathesis/i.test(stdout) ? { command } : null;
}

function made(folder: string, program: string, wanted: string): FoundFuzzer {
  const python = ['python3', 'python'].find((each) => spawnSync(each, ['--version']).status === 0);
  if (python === undefined) return { missing: 'no uvx, no pipx and no Python on PATH' };
  mkdirSync(folder, { recursive: true });
  const steps: readonly (readonly [string, ...string[]])[] = [
    [python, '-m', 'venv', folder],
    [join(folder, 'bin', 'pip'), 'install', '--quiet', '--disable-pip-version-check', wanted],
  ];
  for (const [each, ...words] of steps) {
    const { status, stderr } = spawnSync(each, words, { encoding: 'utf8', timeout: LONGEST_MS });
    if (status === 0) continue;
    rmSync(folder, { recursive: true, force: true });
    const why = stderr?.trim().split('\n').at(-1) ?? '';
    return { missing: `${each} ${words[0]} ${words[1]} failed: ${why.slice(0, 300)}` };
  }
  return works([program]) ?? { missing: `${program} does not run` };
}
