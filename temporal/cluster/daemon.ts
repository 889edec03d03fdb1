import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../progress.ts';
import { watchParent } from '../watch-parent.ts';

export interface DaemonOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** @default the one of this process */
  readonly env?: NodeJS.ProcessEnv;
  /** Under whom it runs. @default as this process */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Asks it to end. */
  readonly signal: 'SIGTERM' | 'SIGINT';
  /** Milliseconds that it has to end in before it is killed. */
  readonly stopMs: number;
  /** Takes each line that it prints. */
  readonly log: Log;
}

/** A process that stays until it is asked to end, and that ends with this one. */
export interface Daemon {
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly exited: Promise<void>;
  readonly gone: () => boolean;
  /** The last lines that it printed. */
  readonly said: () => string;
  /** May be called again. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): void;
}

const KEPT_LINES = 20;

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches only the caller, who ends things in order.
 *
 * @throws Error when it cannot be started at all
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { program, args, env, user, signal, stopMs, log } = options;
  const child = spawn(program, args, {
    // The present folder may be closed to another user.
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(env === undefined ? {} : { env }),
    ...user,
  });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      last.push(line);
      if (last.length > KEPT_LINES) last.shift();
      log(line);
    });
  }
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      last.push(error.message);
      resolve();
    });
  });
  const { pid } = child;
  const said = (): string => last.join('\n');
  if (pid === undefined) {
    await exited;
    throw new Error(`${program} could not be started: ${said()}`);
  }
  const watcher = watchParent(pid, signal === 'SIGINT' ? 'INT' : 'TERM');
  void exited.then(() => watcher.end());
  const gone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    pid,
    exited,
    gone,
    said,
    async stop() {
      if (!gone()) {
        child.kill(signal);
        await Promise.race([exited, delay(stopMs, undefined, { ref: false })]);
        if (!gone()) child.kill('SIGKILL');
      }
      await exited;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
