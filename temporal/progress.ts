import { SingleBar } from 'cli-progress';

/** Takes one finished line, without its line end. */
export type Log = (line: string) => void;

/** Notes go to stderr: stdout belongs to results. */
export const logToStderr: Log = (line) => {
  process.stderr.write(`${line}\n`);
};

/** Between two lines where nobody watches, so that a CI log stays readable. */
const QUIET_MS = 15_000;
const CLEAR_LINE = '\r\u001b[K';

/** How far many things of one kind are. */
export interface Progress {
  /** One more is done. */
  step(): void;
  /** Takes the bar away until the next step, so that a line can be written in its place. */
  clear(): void;
  /** Takes the bar away for good. */
  end(): void;
}

/**
 * A bar on stderr: redrawn in place on a terminal, elsewhere a line every 15 seconds.
 *
 * @param things - what is counted, in the plural.
 * @param total - null where nobody knows.
 */
export function progressBar(things: string, total: number | null): Progress {
  if (!process.stderr.isTTY) {
    let done = 0;
    const of = total === null ? '' : ` of ${total}`;
    const end = reportProgress(logToStderr, () => `${done}${of} ${things}`);
    return { step: () => void (done += 1), clear: () => undefined, end };
  }
  const format =
    total === null
      ? `{value} ${things}, {duration_formatted}`
      : `[{bar}] {percentage} % {value} of {total} ${things}, {duration_formatted}, {eta_formatted} to go`;
  const bar = startBar(format, total ?? 0);
  return {
    step: () => bar.increment(),
    clear: () => void process.stderr.write(CLEAR_LINE),
    end: () => bar.stop(),
  };
}

/**
 * Says now and then how a long step of unknown length stands, in the way of {@link progressBar}.
 *
 * @param describe - the state in words; the time since the start is added
 * @returns ends it
 */
export function reportProgress(log: Log, describe: () => string): () => void {
  if (log === logToStderr && process.stderr.isTTY) {
    const bar = startBar('{state}, {duration_formatted}', 0, { state: describe() });
    const timer = setInterval(() => bar.update({ state: describe() }), 1_000).unref();
    return () => {
      clearInterval(timer);
      bar.stop();
    };
  }
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const timer = setInterval(() => log(`${describe()}, ${seconds()} s`), QUIET_MS).unref();
  return () => clearInterval(timer);
}

function startBar(format: string, total: number, payload?: object): SingleBar {
  const bar = new SingleBar({
    stream: process.stderr,
    format,
    barsize: 24,
    barCompleteChar: '#',
    barIncompleteChar: '.',
    clearOnComplete: true,
    emptyOnZero: true,
    etaBuffer: 100,
    // Lines are written in its place.
    forceRedraw: true,
    // It would take SIGINT away from whoever waits for it.
    gracefulExit: false,
  });
  bar.start(total, 0, payload);
  return bar;
}
