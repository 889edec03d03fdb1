/** Answers that are none, late, or refused on the way: none of them is taken for a no. */
import { expect } from 'vitest';
import type { Scenario } from '../../support/contract-scenario.ts';
import { LOST_KINDS, meeting, settles } from './lost-answers.ts';

const SPOILED = {
  garbage: 'no words of the provider',
  empty: 'empty',
  html: 'a page',
  truncated: 'cut in the middle, and well framed',
  'invalid-utf8': 'no valid text',
  huge: '10 MiB long',
  'reset-mid-body': 'broken off',
} as const;

const spoiled = Object.entries(SPOILED).map(
  ([fault, words]): Scenario => ({
    id: `answer-${fault}`,
    rule: 'M3',
    title: `the answer to a booked capture is ${words}`,
    async play(stage) {
      return settles(stage, await meeting(stage, 'capture', { fault }), 'capture', 'after');
    },
  }),
);

/** Milliseconds after which nobody waits any more. */
const IMPATIENT = 500;

export const answers: readonly Scenario[] = [
  ...spoiled,
  ...LOST_KINDS.filter(({ kind }) => kind !== 'capture').map(
    ({ kind, title, without }): Scenario => ({
      id: `answer-garbage-${kind}`,
      rule: 'M3',
      title: `the answer to ${title} that was booked is no words of the provider`,
      without,
      async play(stage) {
        return settles(stage, await meeting(stage, kind, { fault: 'garbage' }), kind, 'after');
      },
    }),
  ),
  ...(['before', 'after'] as const).map(
    (at): Scenario => ({
      id: `http-500-${at}`,
      rule: 'M3',
      title: `HTTP 500 to a capture, ${at === 'before' ? 'not booked' : 'although it was booked'}`,
      async play(stage) {
        return settles(stage, await meeting(stage, 'capture', { fault: 'http-500', at }), 'capture', at);
      },
    }),
  ),
  {
    id: 'slow-beyond-time-out',
    rule: 'M3',
    title: 'a capture is booked after nobody waits for its answer any more',
    async play(stage) {
      const order = { fault: 'delay', at: 'before', delayMs: 2 * IMPATIENT } as const;
      const life = await meeting(stage, 'capture', order, { account: { timeoutMs: IMPATIENT } });
      expect(life.operation('c-1').state).toBe('unknown');
      await stage.booked(life, ({ captured }) => captured === 300_000);
      return settles(stage, life, 'capture', 'after');
    },
  },
  {
    id: 'refused-connection',
    rule: 'M3',
    title: 'a refused connection is certainly no effect',
    async play(stage) {
      const life = await stage.adopt({ name: 'dead', account: stage.provider.config('http://127.0.0.1:1') });
      const capture = await life.capture('c-1', 300_000);
      expect(capture.state).toBe('not_performed');
      expect((await stage.books(life)).requests.filter(({ tookEffect }) => tookEffect)).toEqual([]);
      await stage.agrees(life);
    },
  },
  {
    id: 'busy',
    rule: 'M10',
    title: 'a provider that is busy had no effect; the capture goes out itself later',
    without: ({ busy }) => ('never' in busy ? busy.never : null),
    async play(stage) {
      const { busy } = stage.provider;
      if ('never' in busy) return;
      const life = await stage.adopt();
      await stage.twin.fault('capture', busy);
      const first = await life.capture('c-1', 300_000);
      expect(['planned', 'sent', 'approved']).toContain(first.state);
      await life.until(() => life.operation('c-1').state === 'approved');
      expect(life.operation('c-1').state).toBe('approved');
      expect(life.callsOf('c-1').length).toBeGreaterThan(1);
      await stage.agrees(life);
    },
  },
];
