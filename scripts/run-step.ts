import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A test or step that could not run on this machine; `reason` as it was printed. */
export interface NotRun {
  readonly name: string;
  readonly reason?: string;
}

const NOT_RUN = /^NOT RUN ([^:]+): (.+)$/;

/**
 * Runs a program and passes its output on, line by line, except its `NOT RUN <name>: <reason>` lines,
 * which are returned instead (each name once), so that the caller can judge and print them.
 *
 * @returns the exit code, 1 when a signal ended it or it could not be started
 */
export async function runStep(
  command: string,
  args: readonly string[],
): Promise<{ code: number; notRun: NotRun[] }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: colours() });
  const notRun = new Map<string, NotRun>();
  const relay = async (from: NodeJS.ReadableStream, to: NodeJS.WritableStream) => {
    for await (const line of createInterface({ input: from, crlfDelay: Infinity })) {
      const match = NOT_RUN.exec(line.trim());
      if (match?.[1] !== undefined && match[2] !== undefined) {
        notRun.set(match[1], { name: match[1], reason: match[2] });
      } else to.write(`${line}\n`);
    }
  };
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      resolve(1);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
  await Promise.all([relay(child.stdout, process.stdout), relay(child.stderr, process.stderr)]);
  return { code: await ended, notRun: [...notRun.values()] };
}

// The tools see a pipe and would print without colour even where a person looks at a terminal.
function colours(): NodeJS.ProcessEnv {
  const wanted = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  return wanted ? { ...process.env, FORCE_COLOR: '1' } : process.env;
}
