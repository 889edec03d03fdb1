import { emitKeypressEvents } from 'node:readline';
import type { ReadStream } from 'node:tty';

/** A terminal's keyboard; a stream without a raw mode does as well. */
export type Keys = NodeJS.ReadableStream & Partial<Pick<ReadStream, 'setRawMode'>>;

interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
}

/** Where a key leads; null ends. */
export function stepped(index: number, count: number, { name, ctrl }: Key): number | null {
  if (ctrl === true && (name === 'c' || name === 'd')) return null;
  switch (name) {
    case 'right':
    case 'down':
    case 'return':
    case 'enter':
    case 'space':
    case 'n':
      return Math.min(count - 1, index + 1);
    case 'left':
    case 'up':
    case 'backspace':
    case 'p':
      return Math.max(0, index - 1);
    case 'home':
      return 0;
    case 'end':
      return count - 1;
    case 'q':
    case 'escape':
      return null;
    default:
      return index;
  }
}

/** Shows one page after the other as the keys say, until q. */
export async function stepThrough(keys: Keys, count: number, show: (index: number) => void): Promise<void> {
  if (count === 0) return;
  let index = 0;
  show(index);
  emitKeypressEvents(keys);
  keys.setRawMode?.(true);
  keys.resume();
  try {
    await new Promise<void>((resolve) => {
      keys.once('end', resolve);
      keys.on('keypress', (_text: string | undefined, key: Key) => {
        const next = stepped(index, count, key);
        if (next === null) {
          resolve();
          return;
        }
        if (next === index) return;
        index = next;
        show(index);
      });
    });
  } finally {
    keys.removeAllListeners('keypress');
    keys.setRawMode?.(false);
    keys.pause();
  }
}
