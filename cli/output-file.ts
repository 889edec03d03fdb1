import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { UsageError } from './exit.ts';

/**
 * Does what writes to a path that an option names.
 *
 * @throws UsageError where the system does not let it.
 */
export async function writingTo<T>(option: string, path: string, write: () => T | Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error;
    throw new UsageError(`${option} ${path} cannot be written (${String(error.code)})`);
  }
}

/** Takes text in parts; each part is waited for, so that a slow reader or disk does not fill the memory. */
interface TextSink {
  write(text: string): Promise<void>;
  /** What was written stays; nothing is written after it. */
  close(): Promise<void>;
}

const PART = 64 * 1024;

/** A file, from its beginning. @throws UsageError where it cannot be written, then or later. */
export async function fileSink(option: string, path: string): Promise<TextSink> {
  const file = await writingTo(option, path, () => open(path, 'w'));
  let waiting = '';
  const flush = (): Promise<void> => {
    const text = waiting;
    waiting = '';
    return writingTo(option, path, () => file.appendFile(text));
  };
  return {
    write: async (text) => {
      waiting += text;
      if (waiting.length >= PART) await flush();
    },
    close: async () => {
      try {
        await flush();
      } finally {
        await file.close();
      }
    },
  };
}

/** Standard output, which stays open. */
export const stdoutSink: TextSink = {
  write: async (text) => {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  },
  close: async () => undefined,
};
