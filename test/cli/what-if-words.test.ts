/** Rule: a supposition is read whole or refused with what was wrong; nothing that was written is dropped. */
import { describe, expect, test } from 'vitest';
import { suppositionOf } from '../../cli/what-if-words.ts';

const read = (text: string) => suppositionOf(text, 2, 'EUR');

describe('is read', () => {
  test.each([
    [
      'capture amount=45.00 final=false',
      { kind: 'command', command: { type: 'capture', id: 'what-if-2', amount: 4_500, final: false } },
    ],
    ['capture id=c-9', { command: { type: 'capture', id: 'c-9' } }],
    ['release', { command: { type: 'release', id: 'what-if-2' } }],
    ['refund amount=1000 capture=c-1', { command: { type: 'refund', amount: 1_000, capture: 'c-1' } }],
    ['withdraw capture=c-2', { command: { type: 'withdraw', capture: 'c-2' } }],
    [
      'reschedule captures=collect onDeadline=release',
      { command: { plan: { captures: 'collect', onDeadline: 'release' } } },
    ],
    [
      'resolve operation=c-1 outcome=approved amount=10.00',
      {
        by: { via: 'resolution' },
        command: { word: { operation: 'c-1', outcome: 'approved', amount: 1_000 } },
      },
    ],
    ['resolve lock=lifted', { command: { word: { lock: 'lifted' } } }],
    [
      'outcome c-2=declined hold=gone',
      {
        kind: 'outcome',
        operation: 'c-2',
        result: { outcome: 'declined', decline: { hold: 'gone', again: 'no' } },
      },
    ],
    ['outcome authorization=approved', { result: { outcome: 'approved', hold: {} } }],
    ['outcome c-2=unknown reason=time-out', { result: { outcome: 'unknown', reason: 'time-out' } }],
    [
      'read absent offered=false remaining=70.00',
      { result: { read: 'absent', offered: false, remaining: 7_000 } },
    ],
    [
      'notice about=capture number=1 receivable=30.00',
      {
        notice: {
          about: 'capture',
          state: 'approved',
          sequenceNumber: 1,
          receivable: 3_000,
          currency: 'EUR',
        },
      },
    ],
    ['clock +P3D', { kind: 'clock', after: 259_200_000 }],
    ['poke', { kind: 'poke' }],
  ])('%s', (text, supposition) => {
    expect(read(text)).toMatchObject(supposition);
  });
});

describe('is refused', () => {
  test.each([
    'capture amount=1.234',
    'capture amount=-5',
    'capture amout=5.00',
    'capture 45.00',
    'capture amount=1 amount=2',
    'capture final=perhaps',
    'outcome',
    'outcome c-2=fine',
    'outcome c-2=declined c-3=declined',
    'resolve',
    'clock P3D P4D',
    'clock tomorrow',
    'notice about=everything',
    'steal amount=1',
    '',
  ])('%j', (text) => {
    expect(() => read(text)).toThrow();
  });
});
