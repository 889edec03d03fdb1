/** At most eight commands of one payment at once; a repeat of a running one is no further command; ends free their place. */
import { expect, test } from 'vitest';
import { InFlight } from '../../temporal/in-flight.ts';

function held(): { readonly ask: () => Promise<string>; readonly end: () => void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { ask: () => promise, end: () => resolve('done') };
}

test('the ninth is refused before anybody is asked, and one that ended makes room', async () => {
  const flight = new InFlight();
  const running = Array.from({ length: 8 }, held);
  const answers = running.map(({ ask }, index) => flight.run('p-1', `capture/c-${index}`, ask));
  let asked = false;
  const ninth = flight.run('p-1', 'capture/c-9', async () => (asked = true));
  await expect(ninth).rejects.toMatchObject({ code: 'too-many-requests', outcome: 'none', retryable: true });
  expect(asked).toBe(false);
  running[0]?.end();
  await answers[0];
  await expect(flight.run('p-1', 'capture/c-9', async () => 'done')).resolves.toBe('done');
  for (const { end } of running) end();
  await Promise.all(answers);
});

test('a repeat of a running id, and another payment, are let through', async () => {
  const flight = new InFlight();
  const running = Array.from({ length: 8 }, held);
  const answers = running.map(({ ask }, index) => flight.run('p-1', `capture/c-${index}`, ask));
  await expect(flight.run('p-1', 'capture/c-3', async () => 'again')).resolves.toBe('again');
  await expect(flight.run('p-2', 'capture/c-9', async () => 'other')).resolves.toBe('other');
  for (const { end } of running) end();
  await Promise.all(answers);
});

test('a failure frees its place', async () => {
  const flight = new InFlight();
  for (let tries = 0; tries < 20; tries++) {
    await expect(
      flight.run('p-1', `capture/c-${tries}`, () => Promise.reject(new Error('no'))),
    ).rejects.toThrow('no');
  }
});
