/** One line for every provider call and read, and one for every command of the order side that was refused. */
import type { CallObserver, SeenCall } from '../activities/metrics.ts';
import type { Log } from './log.ts';

export function callLog(log: Log): CallObserver {
  return {
    called: (facts) => log[levelOf(facts)](given(facts), 'provider call'),
    read: (facts) => log[facts.result === 'failed' ? 'warn' : 'info'](given(facts), 'provider read'),
    refused: (facts) => log.info(given(facts), 'command refused'),
  };
}

function levelOf({ outcome }: Pick<SeenCall, 'outcome'>): 'info' | 'warn' | 'error' {
  if (outcome === 'failed') return 'error';
  return outcome === 'unknown' ? 'warn' : 'info';
}

/** Words of providers are shown as far as they are words: a text could quote what was answered. */
const WORD = /^[A-Za-z0-9._-]{1,40}$/;

/** What is null was not said. */
function given(facts: object): Record<string, unknown> {
  const said = Object.entries(facts).filter(([, value]: [string, unknown]) => value !== null);
  return Object.fromEntries(
    said.map(([name, value]) =>
      (name === 'reason' || name === 'code') && !WORD.test(String(value)) ? [name, 'text'] : [name, value],
    ),
  );
}
