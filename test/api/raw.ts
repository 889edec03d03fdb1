// Bytes as they are over a socket, for what no HTTP client would send.
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/**
 * Sends this as it is and gives every answer that came until the server ended the connection, or until `enough` were
 * there.
 */
export async function sendRaw(
  url: string,
  bytes: string | Buffer,
  enough = 1,
): Promise<readonly RawAnswer[]> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let read = '';
  const answers = (): readonly RawAnswer[] => parsed(read);
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      read += chunk.toString('latin1');
      if (answers().length >= enough) resolve();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.write(bytes);
  });
  socket.destroy();
  return answers();
}

/** The complete answers at the beginning of what was read; interim ones (100 Continue) are passed over. */
function parsed(read: string): readonly RawAnswer[] {
  const found: RawAnswer[] = [];
  for (let rest = read; rest !== ''; ) {
    const at = rest.indexOf('\r\n\r\n');
    if (at === -1) break;
    const head = rest.slice(0, at);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    const status = Number(/^HTTP\/1\.[01] (\d+)/.exec(head)?.[1]);
    const body = rest.slice(at + 4, at + 4 + length);
    if (body.length < length) break;
    rest = rest.slice(at + 4 + length);
    if (status >= 200) found.push({ status, head, body });
  }
  return found;
}

/** Lines of a request, ended as HTTP ends them. */
export const lines = (...all: readonly string[]): string => `${all.join('\r\n')}\r\n`;
