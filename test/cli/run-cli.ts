import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../cli/tranche.js', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The command as a child process; its own server is asked for, whatever the tests run on.
 *
 * @param through - `shell`: the child is a shell and the command a child of that, as npm starts its scripts.
 */
export function spawnCli(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
  through: 'nothing' | 'shell' = 'nothing',
): ChildProcess {
  const { TEMPORAL_ADDRESS: _address, TRANCHE_CONFIG: _config, ...inherited } = process.env;
  const words = [process.execPath, launcher, ...args];
  const [program = '', ...rest] = through === 'shell' ? ['sh', '-c', '"$0" "$@"; exit $?', ...words] : words;
  return spawn(program, rest, {
    cwd,
    env: { ...inherited, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function runCli(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const child = spawnCli(args, cwd, env);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

/** @returns what stands behind `ready`. Rejects with what it complained of where it ends before. */
export function readiness(child: ChildProcess): Promise<string> {
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error('no stdout');
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve(line.slice(6));
    });
    child.once('close', (code) => reject(new Error(`it ended with ${code}: ${complaint}`)));
  });
}
