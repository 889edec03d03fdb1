/** Takes one finished line, without its line end. */
export type Log = (line: string) => void;

/** Notes go to stderr: stdout belongs to results. */
export const logToStderr: Log = (line) => {
  process.stderr.write(`${line}\n`);
};

/**
 * Says now and then how a long step stands. On a terminal one line is rewritten every second, elsewhere a
 * line is logged every 15 seconds, so that a CI log stays readable.
 *
 * @param describe - the state in words; the seconds since the start are added
 * @returns ends it
 */
export function reportProgress(log: Log, describe: () => string): () => void {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const rewrites = log === logToStderr && process.stderr.isTTY;
  const timer = setInterval(
    () => {
      const line = `${describe()}, ${seconds()} s`;
      if (rewrites) process.stderr.write(`\r\u001b[K${line}`);
      else log(line);
    },
    rewrites ? 1_000 : 15_000,
  );
  timer.unref();
  return () => {
    clearInterval(timer);
    if (rewrites) process.stderr.write('\r\u001b[K');
  };
}
