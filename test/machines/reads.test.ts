// An unknown outcome is looked for in the provider's books: found it is booked, absence is proven by three reads over
// time and only then the same key goes out again, where the resend rule allows it (M10). A failed read says nothing.
import { describe, expect, test } from 'vitest';
import type { Capabilities } from '../../payment/capability.ts';
import type { ReadResult } from '../../payment/read.ts';
import { approved, authorised, DAY, factsOf, Life, lost, MINUTE, SECOND } from '../support/payment-life.ts';

const REPEATS = [2 * SECOND, 10 * SECOND, 30 * SECOND, 2 * MINUTE];
const SWEDBANK: Partial<Capabilities> = {
  remainder: 'separate-cancel',
  releaseAfterCapture: 'certain',
  resend: 'same-key-once-absent',
  query: 'operations',
  sequence: null,
};
const absent: ReadResult = { read: 'absent', offered: true, remaining: 10_000 };
const found = (booked: number): ReadResult => ({ read: 'approved', booked, providerReference: 'cap-1' });

function unknown(more: Partial<Capabilities> = {}): Life {
  const life = authorised({}, { ...SWEDBANK, ...more });
  return life.capture('c-1', 3000).answer({ ...lost, keys: { payeeReference: 'ref-1' } });
}

function withWaits(more: Partial<Capabilities> = {}): Life {
  const base = authorised({}, SWEDBANK).payment.capabilities.timing;
  return unknown({ timing: { ...base, repeats: REPEATS }, ...more });
}

/** Reads that do not find it until one more would prove its absence. */
function almostAbsent(more: Partial<Capabilities> = {}): Life {
  return withWaits(more).read(absent).read(absent).read(absent);
}

/** The books say this remainder until a person is told; how long that took, milliseconds. */
function insist(life: Life, remaining: number): number {
  const begun = life.at;
  for (let reads = 0; !life.attentions.includes('books-differ'); reads++) {
    life.read({ read: 'approved', booked: 10_000, remaining });
    expect(reads).toBeLessThan(100);
  }
  return life.at - begun;
}

describe('a lost capture', () => {
  test('is looked for with the keys of its attempt', () => {
    const life = withWaits().fire('read');
    expect(life.reads).toEqual([
      {
        action: 'read',
        account: 'payone-de',
        payment: 'p-1',
        operation: 'c-1',
        kind: 'capture',
        amount: 3000,
        currency: 'EUR',
        hold: life.payment.authorization.hold,
        keys: { payeeReference: 'ref-1' },
        attempts: 1,
      },
    ]);
  });

  test('found in the books it is booked by query', () => {
    const life = withWaits().read(found(3000));
    expect(life.sums).toMatchObject({ captured: 3000, reserved: 0 });
    expect(life.entry('capture.approved')).toMatchObject({ by: { via: 'query' }, rule: 'read' });
    expect(life.state).toMatchObject({ looking: null, reading: null });
    expect(life.state.timers.read).toBeUndefined();
  });

  test('booked with another amount it is approved with that, and a person is asked', () => {
    const life = withWaits().read(found(2500));
    expect(life.sums).toMatchObject({ captured: 2500, reserved: 0 });
    expect(life.attentions).toContain('amount-differs');
  });

  test('failed in the books it is declined', () => {
    const decline = { code: 'failed', message: 'no', hold: 'stands', again: 'later' } as const;
    const life = withWaits().read({ read: 'declined', decline });
    expect(life.operation('c-1').state).toBe('declined');
  });

  test('a failed read says nothing, and the next one follows', () => {
    const life = withWaits().read({ read: 'failed', reason: 'http-500' });
    expect(life.operation('c-1').state).toBe('unknown');
    expect(life.state.timers.read).toBeDefined();
  });

  test('two absent reads, and three that are too close, prove nothing', () => {
    expect(withWaits().read(absent).read(absent).operation('c-1').attempts).toBe(1);
    expect(almostAbsent().operation('c-1').attempts).toBe(1);
  });

  test('three absent reads over two minutes prove it, and the same key goes out again', () => {
    const life = almostAbsent().read(absent);
    expect(life.operation('c-1')).toMatchObject({ state: 'sent', attempts: 2 });
    expect(life.entry('capture.sent')).toMatchObject({ rule: 'repeat-once-absent', data: { attempt: 2 } });
    expect(life.calls.at(-1)).toEqual({ ...life.calls.at(-2), attempt: 2 });
    expect(life.answer(approved).sums.captured).toBe(3000);
  });

  test.each<[string, ReadResult]>([
    ['is not offered now', { ...absent, offered: false } as ReadResult],
    ['leaves another remainder', { ...absent, remaining: 7000 } as ReadResult],
    ['cannot be read', { read: 'failed', reason: 'lost' }],
    ['is pending for a moment', { read: 'pending' }],
  ])('absence is not proven where a read in between %s', (_name, between) => {
    const life = withWaits().read(absent).read(absent).read(between);
    if (between.read === 'failed') expect(life.state.looking?.absent).toBe(2);
    else expect(life.state.looking?.absent ?? 0).toBeLessThanOrEqual(1);
    expect(life.calls).toHaveLength(2);
  });

  test('with no repeat allowed it stays unknown and asks for a person', () => {
    const life = almostAbsent({ resend: 'never' }).read(absent).fire('unknown');
    expect(life.operation('c-1')).toMatchObject({ state: 'unknown', attempts: 1 });
    expect(life.attentions).toContain('outcome-unknown');
  });

  test('with one repeat allowed it is not repeated twice', () => {
    const life = almostAbsent({ resend: 'once-absent' }).read(absent).answer(lost);
    for (let reads = 0; reads < 5; reads++) life.read(absent);
    expect(life.operation('c-1')).toMatchObject({ state: 'unknown', attempts: 2 });
  });

  test('reads give up in the end, and a poke reads once more', () => {
    const life = withWaits({ resend: 'never' });
    for (let reads = 0; life.state.timers.read !== undefined; reads++) {
      life.read(absent);
      expect(reads).toBeLessThan(2000);
    }
    expect(life.at).toBeGreaterThan(Date.parse(life.operation('c-1').sentAt ?? '') + DAY);
    life.give({ type: 'poke' });
    expect(life.state.reading).not.toBeNull();
    life.found(found(3000));
    expect(life.sums.captured).toBe(3000);
  });
});

describe('a hint', () => {
  test('makes an unknown read at once', () => {
    const life = withWaits().give({ type: 'timer', timer: 'close' }).notice({ about: 'hint', currency: '' });
    expect(life.state.reading).toMatchObject({ operation: 'c-1' });
  });

  test('while a call runs waits for its answer, and many are one read', () => {
    const life = authorised({}, SWEDBANK).capture('c-1', 3000);
    life.notice({ about: 'hint', currency: '' }).notice({ about: 'hint', currency: '' });
    expect(life.reads).toHaveLength(0);
    life.answer(approved);
    expect(life.reads).toMatchObject([{ operation: 'authorization' }]);
    life.found({ read: 'approved', booked: 10_000, remaining: 7000 });
    expect(life.attentions).toEqual([]);
  });

  test('of something made elsewhere stops the money', () => {
    const life = authorised({}, SWEDBANK).notice({ about: 'hint', currency: '' });
    expect(insist(life, 4000)).toBeGreaterThanOrEqual(2 * MINUTE);
    expect(life.attentions).toEqual(['books-differ']);
  });

  test('that the books are behind with stops nothing', () => {
    const life = authorised({}, SWEDBANK).capture('c-1', 3000).answer(approved);
    life
      .notice({ about: 'hint', currency: '' })
      .found({ read: 'approved', booked: 10_000, remaining: 10_000 });
    expect(life.attentions).toEqual([]);
    life.read({ read: 'approved', booked: 10_000, remaining: 7000 });
    expect(life.state.difference).toBeNull();
    expect(life.state.timers.read).toBeUndefined();
  });

  test('of another hold, or where nothing can be read, changes nothing', () => {
    expect(authorised().notice({ about: 'hint', currency: '' }).state.reading).toBeNull();
    const life = authorised({}, SWEDBANK).notice({ about: 'hint', currency: '', providerReference: 'other' });
    expect(life.state.reading).toBeNull();
  });
});

describe('the end of a hold', () => {
  const expiring = (): Life => {
    const life = authorised({}, SWEDBANK);
    const expires = Date.parse(life.payment.authorization.expiresAt ?? '');
    while (life.state.reading === null && life.at <= expires) life.fire('clock');
    expect(life.at).toBe(expires);
    return life;
  };

  test('is asked of the books, and what is gone lapses by query', () => {
    const life = expiring().found({ read: 'approved', booked: 10_000, remaining: 0 });
    expect(life.sums).toMatchObject({ held: 0, lapsed: 10_000 });
    expect(life.entry('hold.lapsed')).toMatchObject({ by: { via: 'query' }, data: { evidence: 'query' } });
  });

  test('what still stands is asked for again a day later', () => {
    const life = expiring().found({ read: 'approved', booked: 10_000, remaining: 10_000 });
    expect(life.sums.held).toBe(10_000);
    expect(life.state.timers.clock).toBe(life.at + DAY);
    life.fire('clock').found({ read: 'approved', booked: 10_000, remaining: 0 });
    expect(life.sums.lapsed).toBe(10_000);
  });

  test('where the books name no remaining amount the clock decides a day later', () => {
    const life = expiring().found({ read: 'approved', booked: 10_000 });
    expect(life.sums.held).toBe(10_000);
    life.fire('clock').found({ read: 'approved', booked: 10_000 });
    expect(life.sums.lapsed).toBe(10_000);
    expect(life.entry('hold.lapsed').by.kind).toBe('clock');
  });

  test('a read that fails lapses nothing: it is asked again, and a person is told in the end', () => {
    const life = expiring();
    const failed: ReadResult = { read: 'failed', reason: 'http-503' };
    const expires = life.at;
    life.found(failed);
    while (!life.attentions.includes('lapsing')) life.read(failed);
    expect(life.at).toBeGreaterThanOrEqual(expires + DAY);
    expect(life.sums).toMatchObject({ held: 10_000, lapsed: 0 });
    life.read({ read: 'approved', booked: 10_000, remaining: 0 });
    expect(life.sums.lapsed).toBe(10_000);
  });
});

test('a lock that a read tells is set, and a person lifts it', () => {
  const life = withWaits().read({ ...absent, locked: true } as ReadResult);
  expect(life.status).toBe('locked');
  expect(life.attentions).toContain('locked');
  for (let reads = 0; reads < 5; reads++) life.read(absent);
  expect(life.operation('c-1').attempts).toBe(1);
  life.say({ lock: 'lifted' });
  expect(life.payment.locked).toBe(false);
  expect(life.attentions).not.toContain('locked');
});

test('an abandoned redirect is looked up before it ends', () => {
  const pending = { outcome: 'pending', redirectUrl: 'https://pay.example/1' } as const;
  const life = new Life(factsOf({}, SWEDBANK)).answer(pending);
  for (let turns = 0; life.state.timers.await !== undefined && life.at < life.state.timers.await; turns++) {
    life.read({ read: 'pending' });
    if ((life.state.timers.read ?? Infinity) > (life.state.timers.await ?? 0)) break;
    expect(turns).toBeLessThan(2000);
  }
  life.fire('await');
  expect(life.state.reading).toMatchObject({ operation: 'authorization' });
  life.found({ read: 'approved', booked: 10_000, hold: { payment: '/psp/1' } });
  expect(life.status).toBe('authorized');
});

describe('a difference in the books', () => {
  test('seen beside an unknown outcome is found again once a person has settled that', () => {
    const life = withWaits().read({ read: 'absent', offered: true, remaining: 7500 });
    life.say({ operation: 'c-1', outcome: 'not_performed' });
    expect(life.state.reading).toMatchObject({ operation: 'authorization' });
    insist(life, 7500);
    expect(life.attentions).toEqual(['books-differ']);
  });

  test('that a person cleared is not told again while it stays the same', () => {
    const life = authorised({}, SWEDBANK).notice({ about: 'hint', currency: '' });
    insist(life, 4000);
    life.say({ attention: 'books-differ' });
    life.notice({ about: 'hint', currency: '' });
    if (life.state.reading === null) life.fire('read');
    life.found({ read: 'approved', booked: 10_000, remaining: 4000 });
    expect(life.attentions).toEqual([]);
    life.at += MINUTE;
    life.notice({ about: 'hint', currency: '' });
    insist(life, 3000);
    expect(life.attentions).toEqual(['books-differ']);
  });
});

describe('a difference that was seen once', () => {
  const seen = (): Life => {
    const life = authorised({}, SWEDBANK).notice({ about: 'hint', currency: '' });
    return life.found({ read: 'approved', booked: 10_000, remaining: 4000 });
  };

  test('is looked at again after a read that failed', () => {
    const life = seen().read({ read: 'failed', reason: 'lost' });
    expect(life.state.timers.read).toBeDefined();
  });

  test('ends with what moves the hold', () => {
    const life = seen().capture('c-1', 3000).answer(approved);
    expect(life.state.difference).toBeNull();
    expect(life.state.timers.read).toBeUndefined();
  });
});

test('the time that an answer waits for its worker proves no absence', () => {
  const life = withWaits().read(absent).read(absent).fire('read');
  life.at += 60 * MINUTE;
  life.found(absent);
  expect(life.operation('c-1').attempts).toBe(1);
  expect(life.read(absent).operation('c-1').attempts).toBe(2);
});

test('a lock that is told while nothing is authorised locks nothing', () => {
  const life = new Life(factsOf({}, SWEDBANK))
    .answer(lost)
    .read({ read: 'failed', reason: 'lost', locked: true });
  expect(life.payment.locked).toBe(false);
  expect(life.status).toBe('authorizing');
});

test('after the end of the hold was asked for, books that agree again end a difference', () => {
  const life = authorised({}, SWEDBANK);
  while (life.state.reading === null) life.fire('clock');
  life.found({ read: 'approved', booked: 10_000, remaining: 10_000 }).capture('c-1').answer(approved);
  life.notice({ about: 'hint', currency: '' }).found({ read: 'approved', booked: 10_000, remaining: 10_000 });
  expect(life.state.difference).not.toBeNull();
  life.read({ read: 'approved', booked: 10_000, remaining: 0 });
  expect(life.state.difference).toBeNull();
});
