import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Judged, PoolOptions, Reply, Source, Terms, Used } from './pool-words.ts';

const main = fileURLToPath(new URL('./pool-main.ts', import.meta.url));

/** An honest bundle takes some 3 s a MiB on one busy core, and a process a few seconds to start. */
const PATIENCE_MS = 60_000;
const PATIENCE_PER_MIB_MS = 15_000;
const MIB = 1024 * 1024;

/**
 * Processes that verify bundles, each one bundle at a time with a replayer of its own. They are processes and not threads
 * because a bundle may be made to take for ever or to fill the memory: such a process is killed, and the next one goes on.
 */
export class VerifyPool {
  readonly #options: PoolOptions;
  readonly #idle: VerifyWorker[] = [];
  readonly #waiting: ((worker: VerifyWorker) => void)[] = [];
  readonly #all: VerifyWorker[] = [];

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Waits for a free process; one that is needed and not there yet is started. Never rejects for what a bundle is. */
  async judge(source: Source): Promise<Judged> {
    const { name: file } = source;
    if ('fault' in source) return { file, noBundle: source.fault };
    const worker = await this.#free();
    try {
      return { file, ...(await worker.ask(source)) };
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(worker);
      else next(worker);
    }
  }

  /** What the processes have used, all their time together and the most memory of one. */
  used(): Used {
    const all = this.#all.flatMap((worker) => worker.used);
    return {
      cpu: all.reduce((sum, { cpu }) => sum + cpu, 0),
      memory: Math.max(0, ...all.map(({ memory }) => memory)),
    };
  }

  /** Ends the processes, also those that are at work. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.end()));
  }

  #free(): Promise<VerifyWorker> | VerifyWorker {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.length < this.#options.jobs) {
      const worker = new VerifyWorker(this.#options);
      this.#all.push(worker);
      return worker;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** One process after the other; a bundle that one did not survive is not given to the next. */
class VerifyWorker {
  readonly #options: PoolOptions;
  #child: ChildProcess | null = null;
  readonly #used = new Map<ChildProcess, Used>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  async ask(source: Exclude<Source, { fault: string }>): Promise<Answer> {
    const child = this.#running();
    const answered = Promise.withResolvers<Answer>();
    const patience = this.#patience(source);
    const timer = setTimeout(() => {
      answered.resolve({ holds: false, stopped: `no verdict within ${Math.round(patience / 1000)} s` });
      void this.end();
    }, patience);
    const onEnd = (code: number | null, signal: string | null): void => {
      if (this.#child === child) this.#child = null;
      answered.resolve({ holds: false, stopped: endText(code, signal, this.#options.memory) });
    };
    const onAnswer = (message: unknown): void => {
      const { answer, ...used } = message as Reply;
      this.#used.set(child, used);
      answered.resolve(answer);
    };
    child.once('message', onAnswer).once('exit', onEnd);
    child.send('path' in source ? { path: source.path } : { data: source.data }, (error) => {
      if (error !== null) answered.resolve({ holds: false, stopped: error.message });
    });
    try {
      return await answered.promise;
    } finally {
      clearTimeout(timer);
      child.off('message', onAnswer).off('exit', onEnd);
    }
  }

  /** By each of its processes when it answered last. */
  get used(): readonly Used[] {
    return [...this.#used.values()];
  }

  async end(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  #running(): ChildProcess {
    if (this.#child !== null) return this.#child;
    const { memory, size, publicKey } = this.#options;
    const terms: Terms = { size, ...(publicKey === undefined ? {} : { publicKey }) };
    const child = fork(main, [JSON.stringify(terms)], {
      // Buffers travel as they are.
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [`--max-old-space-size=${memory}`],
    });
    child.on('exit', () => {
      if (this.#child === child) this.#child = null;
    });
    child.on('error', () => undefined);
    this.#child = child;
    return child;
  }

  #patience(source: Exclude<Source, { fault: string }>): number {
    const { seconds, size } = this.#options;
    if (seconds !== undefined) return seconds * 1000;
    const bytes = 'data' in source ? source.data.length : Math.min(source.bytes, size);
    return PATIENCE_MS + (bytes / MIB) * PATIENCE_PER_MIB_MS;
  }
}

function endText(code: number | null, signal: string | null, memory: number): string {
  if (signal === 'SIGABRT' || code === 134)
    return `no verdict within ${memory} MiB of memory; say a higher --max-memory if it should be verified`;
  return `the process that verified it was ended (${signal ?? `exit ${code}`})`;
}
