import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Between the kind signal and SIGKILL are five seconds: a database needs some of them. */
const SCRIPT = 'read -r line; kill -"$2" "$1" 2>/dev/null && sleep 5 && kill -KILL "$1" 2>/dev/null';

/**
 * Ends a process when this one is gone, however it went: a shell reads from a pipe whose other end only this process
 * holds. Its own group keeps Ctrl-C away. Best effort: it needs a POSIX `sh`, and a watcher that is killed together
 * with its parent ends nothing.
 *
 * @param pid - the process to end.
 * @param signal - the kind signal that comes five seconds before SIGKILL.
 */
export function watchParent(pid: number, signal: 'TERM' | 'INT' = 'TERM'): { end(): void } {
  const watcher = spawn('sh', ['-c', SCRIPT, 'tranche-watch', String(pid), signal], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.once('error', () => undefined);
  watcher.stdin.once('error', () => undefined);
  watcher.unref();
  (watcher.stdin as Socket).unref();
  return {
    end() {
      watcher.kill('SIGKILL');
      watcher.stdin.destroy();
    },
  };
}
