import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process that talks over the channel of `fork` and ends when the channel does. */
export class Child {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;

  /** @param file - beside bench/engine.ts. */
  constructor(file: string, execArgv: readonly string[] = []) {
    this.#process = fork(fileURLToPath(new URL(`../${file}`, import.meta.url)), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [...execArgv],
    });
    this.#ended = new Promise((resolve) => {
      this.#process.once('exit', () => resolve()).once('error', () => resolve());
    });
  }

  /** Sends a message, if one is given, and resolves with the next answer. One question at a time. */
  async ask<Answer>(message?: object): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#process.once('message', (said) => resolve(said as Answer));
      void this.#ended.then(() => reject(new Error('a process of the bench ended early')));
    });
    if (message !== undefined) this.#process.send(message);
    return answer;
  }

  /** Closes the channel; after 20 seconds SIGKILL. */
  async stop(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 20_000);
    await this.#ended;
    clearTimeout(timer);
  }
}
