/** The twin of Tally: it keeps the books, takes a key once, and shares no code with the provider. */
import { serveJsonTwin } from '../../../sandbox/twin/json-server.ts';
import { RequestLog } from '../../../sandbox/twin/request-log.ts';

export interface Made {
  readonly key: string;
  readonly kind: string;
  readonly amount: number;
  readonly origin: 'api' | 'elsewhere';
}
export interface Hold {
  readonly id: string;
  readonly made: Made[];
  open: boolean;
}

export const sumOf = ({ made }: Hold, kind: string): number =>
  made.filter((one) => one.kind === kind).reduce((sum, { amount }) => sum + amount, 0);
export const remainingOf = (hold: Hold): number =>
  hold.open ? sumOf(hold, 'authorise') - sumOf(hold, 'capture') : 0;

export async function startTallyTwin() {
  const holds = new Map<string, Hold>();
  const log = new RequestLog(10_000);
  const open = (key: string, amount: number, origin: Made['origin']): Hold => {
    const hold = {
      id: key,
      open: true,
      made: [{ key, kind: 'authorise', amount, origin }],
    };
    holds.set(hold.id, hold);
    return hold;
  };
  const act = (path: string, text: string) => {
    const [, , id = '', kind = 'authorise'] = path.split('/');
    const { key, amount, last } = JSON.parse(text) as { key: string; amount: number; last: boolean };
    const done = (hold: Hold, one: Made, booked: boolean) => {
      const body = { hold: hold.id, kind: one.kind, amount: one.amount, remaining: remainingOf(hold) };
      return { reply: { status: 200, text: JSON.stringify(body) }, booked };
    };
    const no = (error: string, again: boolean) =>
      ({ reply: { status: 402, text: JSON.stringify({ error, again }) }, booked: false }) as const;
    for (const hold of holds.values()) {
      const before = hold.made.find((one) => one.key === key);
      if (before !== undefined) return done(hold, before, false);
    }
    if (amount % 100_000 === 77_001) return no('declined', true);
    if (kind === 'authorise') {
      const hold = open(key, amount, 'api');
      return done(hold, hold.made[0] as Made, true);
    }
    const hold = holds.get(id);
    if (hold === undefined) return no('no-hold', false);
    const left = kind === 'refund' ? sumOf(hold, 'capture') - sumOf(hold, 'refund') : remainingOf(hold);
    if (amount > left || left === 0) return no('too-much', false);
    const one: Made = { key, kind, amount: kind === 'release' ? left : amount, origin: 'api' };
    hold.made.push(one);
    if (last || kind === 'release') hold.open = false;
    return done(hold, one, true);
  };
  const side = {
    log,
    describe: ({ path, body }: { path: string; body: Buffer }) => {
      const [, , key = null, kind] = path.split('/');
      return {
        request: body.length === 0 ? 'look' : (kind ?? 'authorise'),
        key,
        fields: { kind: body.length === 0 ? 'look' : (kind ?? 'authorise') },
      };
    },
    run: (
      { method, path, body }: { method: string; path: string; body: Buffer },
      { notYet }: { notYet: boolean },
    ) => {
      if (method === 'POST') return act(path, body.toString('utf8'));
      const hold = holds.get(path.split('/')[2] ?? '');
      if (hold === undefined) return { reply: { status: 404, text: '{}' }, booked: false };
      const made = notYet ? hold.made.slice(0, -1) : hold.made;
      return {
        reply: { status: 200, text: JSON.stringify({ remaining: remainingOf({ ...hold, made }), made }) },
        booked: false,
      };
    },
    admin: () => ({}),
    close: () => undefined,
  };
  const twin = await serveJsonTwin(side, { port: 0, maxFaults: 100 });
  return { ...twin, holds, log, open };
}
