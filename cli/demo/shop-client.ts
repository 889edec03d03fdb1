/** A shop that talks to the HTTP edge, as a newcomer with curl would. */
export interface ShopClient {
  /** @throws Error with the problem's code and detail unless the answer is 2xx */
  post(path: string, body: unknown): Promise<Record<string, unknown>>;
  get(path: string): Promise<Record<string, unknown>>;
}

/** How long one request may take; a command is repeated with the same id afterwards. */
const PATIENCE_MS = 30_000;
const MOST_TRIES = 10;

/**
 * Commands carry their ids, so what was not answered is asked again; nothing happens twice.
 *
 * @param url without a trailing slash; @param token of role operator
 */
export function shopClient(url: string, token: string): ShopClient {
  const once = async (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const call = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    for (let tries = 1; ; tries++) {
      let response: Response;
      try {
        response = await once(method, path, body);
      } catch (error) {
        if (tries >= MOST_TRIES) throw error;
        continue;
      }
      const answer = (await response.json()) as Record<string, unknown>;
      if (response.ok) return answer;
      if ((response.status !== 503 && response.status !== 429) || tries >= MOST_TRIES)
        throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  };
  return { post: (path, body) => call('POST', path, body), get: (path) => call('GET', path) };
}
