/** One activity makes at most one call, ends with an outcome, and turns nothing uncertain into something certain. */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { ActivityCancellationDetails, ApplicationFailure, type LogMetadata } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { CrashPoint } from '../../activities/crash-point.ts';
import { KeyRing } from '../../activities/key-ring.ts';
import {
  createProviderActivities,
  type ProviderActivitiesOptions,
} from '../../activities/provider-activities.ts';
import { seal, sealContext, unseal } from '../../activities/sealing.ts';
import type { ProviderCall } from '../../payment/call.ts';
import type { CallResult } from '../../payment/outcome.ts';
import type { ProviderAccount } from '../../providers/provider.ts';
import { freePort } from '../../temporal/free-port.ts';
import { captureCall, environment, fakeAccount, startTwin, type Twin } from './support/fake-account.ts';

const keyRing = new KeyRing([{ id: 'k', key: randomBytes(32) }]);
const twins: Twin[] = [];

afterEach(async () => {
  await Promise.all(twins.splice(0).map((twin) => twin.close()));
});

async function twinWith(answer: CallResult | null): Promise<Twin> {
  const twin = await startTwin(answer);
  twins.push(twin);
  return twin;
}

const activitiesOf = (account: ProviderAccount, options: Partial<ProviderActivitiesOptions> = {}) =>
  createProviderActivities({ accounts: new Map([['shop', account]]), keyRing, ...options });

const run = (
  account: ProviderAccount,
  call: ProviderCall = captureCall(),
  options: Partial<ProviderActivitiesOptions> = {},
  env: MockActivityEnvironment = environment(),
): Promise<CallResult> => env.run(activitiesOf(account, options).capture, call);

describe('outcomes', () => {
  const decline = { code: '908', message: 'amount', hold: 'stands', again: 'no' } as const;
  test.each<CallResult>([
    { outcome: 'approved', booked: 4500, providerReference: '4711' },
    { outcome: 'pending', redirectUrl: 'https://provider.example/3ds' },
    { outcome: 'declined', decline },
    { outcome: 'not_performed', reason: 'sequence' },
    { outcome: 'unknown', reason: 'answer' },
  ])('$outcome comes back as it was answered', async (answer) => {
    const twin = await twinWith(answer);
    expect(await run(fakeAccount(twin))).toEqual(answer);
    expect(twin.bodies).toEqual([JSON.stringify(captureCall())]);
  });

  test.each(['authorise', 'capture', 'release', 'refund'] as const)('%s makes one call', async (name) => {
    const twin = await twinWith({ outcome: 'approved' });
    const activities = activitiesOf(fakeAccount(twin));
    expect(await environment().run(activities[name], captureCall())).toEqual({ outcome: 'approved' });
    expect(twin.bodies).toHaveLength(1);
  });
});

describe('before anything is sent', () => {
  test('an account that the worker does not know is a failure that is not retried', async () => {
    const twin = await twinWith({ outcome: 'approved' });
    const failed = run(fakeAccount(twin), captureCall({ account: 'other' }));
    await expect(failed).rejects.toBeInstanceOf(ApplicationFailure);
    await expect(failed).rejects.toMatchObject({ type: 'tranche.unknown-account', nonRetryable: true });
    expect(twin.bodies).toEqual([]);
  });

  test('a refusal of the provider’s limits names its path', async () => {
    const twin = await twinWith({ outcome: 'approved' });
    const account = fakeAccount(twin, {
      check: () => ({ path: 'description', message: 'at most 81 characters' }),
    });
    expect(await run(account)).toEqual({
      outcome: 'not_performed',
      reason: 'validation',
      firstOnly: true,
      message: 'description: at most 81 characters',
    });
    expect(twin.bodies).toEqual([]);
  });

  test('a check that breaks sends nothing', async () => {
    const twin = await twinWith({ outcome: 'approved' });
    const account = fakeAccount(twin, {
      check: () => {
        throw new TypeError('broken');
      },
    });
    expect(await run(account)).toEqual({ outcome: 'not_performed', reason: 'defect', firstOnly: true });
    expect(twin.bodies).toEqual([]);
  });

  test('a cancelled activity sends nothing', async () => {
    const twin = await twinWith({ outcome: 'approved' });
    const env = environment();
    env.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
    expect(await run(fakeAccount(twin), captureCall(), {}, env)).toEqual({
      outcome: 'not_performed',
      reason: 'cancelled',
      firstOnly: true,
    });
    expect(twin.bodies).toEqual([]);
  });

  test('a worker that shuts down finishes what it was given', async () => {
    const twin = await twinWith({ outcome: 'approved' });
    const env = environment();
    env.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
    expect(await run(fakeAccount(twin), captureCall(), {}, env)).toEqual({ outcome: 'approved' });
  });
});

describe('the send window', () => {
  test('an activity that the server gave up sends nothing', async () => {
    const twin = await twinWith({ outcome: 'approved' });
    const stale = environment({ currentAttemptScheduledTimestampMs: Date.now() - 3_600_000 });
    expect(await run(fakeAccount(twin), captureCall(), {}, stale)).toEqual({
      outcome: 'not_performed',
      reason: 'send-window',
      firstOnly: true,
    });
    expect(twin.bodies).toEqual([]);
  });

  test('an old one that the server still counts on sends', async () => {
    const twin = await twinWith({ outcome: 'approved' });
    const old = environment({ currentAttemptScheduledTimestampMs: Date.now() - 3_600_000 });
    const options = { confirm: () => Promise.resolve(true) };
    expect(await run(fakeAccount(twin), captureCall(), options, old)).toEqual({ outcome: 'approved' });
  });

  test('a process that slept through the window before the send sends nothing', async () => {
    const twin = await twinWith({ outcome: 'approved' });
    const account = fakeAccount(twin, {
      check: () => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
        return null;
      },
    });
    const slept = await run(account, captureCall(), { sendWindowMs: 10 });
    expect(slept).toEqual({ outcome: 'not_performed', reason: 'send-window', firstOnly: true });
    expect(twin.bodies).toEqual([]);
  });

  test('the adapter is told the end of the window on the monotonic clock', async () => {
    const before = performance.now();
    let told = 0;
    const account = fakeAccount(await twinWith(null), {
      send: (_, context) => {
        told = context.sendBefore;
        return Promise.resolve({ outcome: 'approved' });
      },
    });
    await run(account);
    expect(told).toBeGreaterThanOrEqual(before + 5_000);
    expect(told).toBeLessThanOrEqual(performance.now() + 5_000);
  });
});

describe('a provider that nobody reaches', () => {
  /** As the adapters answer where not one byte left. */
  const reaching = (port: number, tries: { count: number }): ProviderAccount => {
    const account = fakeAccount({ port });
    return {
      ...account,
      send: async (call, context) => {
        tries.count += 1;
        return account.send(call, context).catch((error: unknown): CallResult => {
          if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
          return { outcome: 'not_performed', reason: 'refused-connection' };
        });
      },
    };
  };

  test('is asked again in the same activity until its port opens', async () => {
    const port = await freePort();
    const tries = { count: 0 };
    const running = run(reaching(port, tries));
    await delay(1_000);
    const twin = await startTwin({ outcome: 'approved', booked: 4500 }, port);
    twins.push(twin);
    expect(await running).toEqual({ outcome: 'approved', booked: 4500 });
    expect(twin.bodies).toHaveLength(1);
    expect(tries.count).toBeGreaterThan(1);
  });

  test('is given up when the send window closes', async () => {
    const tries = { count: 0 };
    const result = await run(reaching(await freePort(), tries), captureCall(), { sendWindowMs: 900 });
    expect(result).toEqual({ outcome: 'not_performed', reason: 'refused-connection' });
    expect(tries.count).toBe(3);
  });

  test('is not asked again once the activity is cancelled', async () => {
    const tries = { count: 0 };
    const env = environment();
    const account = reaching(await freePort(), tries);
    const running = run(
      {
        ...account,
        send: async (call, context) => {
          const result = await account.send(call, context);
          env.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
          return result;
        },
      },
      captureCall(),
      {},
      env,
    );
    expect(await running).toEqual({ outcome: 'not_performed', reason: 'refused-connection' });
    expect(tries.count).toBe(1);
  });
});

describe('once the request may have left', () => {
  test('a lost answer that the adapter throws is unknown', async () => {
    const twin = await twinWith(null);
    const running = run(fakeAccount(twin));
    const response = await twin.arrived();
    response.destroy();
    expect(await running).toEqual({ outcome: 'unknown', reason: 'defect' });
    expect(twin.bodies).toHaveLength(1);
  });

  test.each([
    ['an error with the body in it', () => Promise.reject(new Error('canary-in-message'))],
    ['something that is no error', () => Promise.reject('canary-in-message')],
    [
      'a synchronous error',
      () => {
        throw new Error('canary-in-message');
      },
    ],
    ['no outcome', () => Promise.resolve({ outcome: 'canary-in-message' } as never)],
    ['nothing at all', () => Promise.resolve(undefined as never)],
    ['a shape that cannot be redacted', () => Promise.resolve({ outcome: 'declined' } as never)],
  ])('%s is unknown and logged without its text', async (_, send: ProviderAccount['send']) => {
    const logged: [string, LogMetadata | undefined][] = [];
    const keep = (message: string, meta?: LogMetadata): void => void logged.push([message, meta]);
    const logger = {
      log: (_level: string, m: string, meta?: LogMetadata) => keep(m, meta),
      trace: keep,
      debug: keep,
      info: keep,
      warn: keep,
      error: keep,
    };
    const env = new MockActivityEnvironment(
      { currentAttemptScheduledTimestampMs: Date.now(), heartbeatTimeoutMs: 10_000 },
      { logger },
    );
    const result = await run(fakeAccount(await twinWith(null), { send }), captureCall(), {}, env);
    expect(result).toEqual({ outcome: 'unknown', reason: 'defect' });
    expect(logged).toContainEqual([
      'a provider call broke',
      expect.objectContaining({ operation: 'c-1', payment: 'o-1' }),
    ]);
    expect(JSON.stringify(logged)).not.toContain('canary-in-message');
  });

  test('a cancellation waits for the answer', async () => {
    const twin = await twinWith(null);
    const env = environment();
    const sent = Promise.withResolvers<void>();
    const account = fakeAccount(twin);
    const running = run(
      {
        ...account,
        send: (call, context) =>
          account.send(call, {
            ...context,
            onSent: () => {
              context.onSent?.();
              sent.resolve();
            },
          }),
      },
      captureCall(),
      {},
      env,
    );
    const [response] = await Promise.all([twin.arrived(), sent.promise]);
    env.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
    response.end(JSON.stringify({ outcome: 'approved', booked: 4500 }));
    expect(await running).toEqual({ outcome: 'approved', booked: 4500 });
  });

  test('a cancellation before the request left reaches the adapter', async () => {
    const env = environment();
    const account = fakeAccount(await twinWith(null), {
      send: (_, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () =>
            resolve({ outcome: 'not_performed', reason: 'cancelled', firstOnly: true }),
          );
          env.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
        }),
    });
    expect(await run(account, captureCall(), {}, env)).toEqual({
      outcome: 'not_performed',
      reason: 'cancelled',
      firstOnly: true,
    });
  });
});

test('heartbeats go on while the provider is silent, and stop with the answer', async () => {
  const twin = await twinWith(null);
  const env = environment();
  let beats = 0;
  const enough = Promise.withResolvers<void>();
  env.on('heartbeat', () => {
    beats += 1;
    if (beats === 5) enough.resolve();
  });
  const running = run(fakeAccount(twin), captureCall(), { heartbeatMs: 5 }, env);
  const [response] = await Promise.all([twin.arrived(), enough.promise]);
  response.end(JSON.stringify({ outcome: 'approved' }));
  await running;
  const after = beats;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(beats).toBe(after);
});

describe('secrets', () => {
  test('what must be kept leaves sealed for its payment, and its text is masked everywhere else', async () => {
    const twin = await twinWith({
      outcome: 'approved',
      sealed: '{"authReference":"canary-auth-1"}',
      exchange: {
        method: 'POST',
        url: 'http://x/',
        request: {},
        status: 200,
        response: { auth: 'canary-auth-1' },
        tookMs: 1,
      },
    });
    const result = await run(fakeAccount(twin));
    expect(JSON.stringify(result)).not.toContain('canary-auth-1');
    expect(unseal(keyRing, result.sealed ?? '', sealContext({ account: 'shop', payment: 'o-1' }))).toBe(
      '{"authReference":"canary-auth-1"}',
    );
  });

  test('a secret part of the hold is sealed by itself, and the next call gets it opened', async () => {
    const twin = await twinWith({
      outcome: 'approved',
      sealed: 'canary-auth-3',
      hold: { authReference: 'canary-auth-3', authReferenceVersion: 2, terminal: 't-1' },
    });
    const { hold = {} } = await run(fakeAccount(twin));
    expect(hold).toEqual({
      authReference: expect.stringMatching(/^sealed:v1:k:/),
      authReferenceVersion: 2,
      terminal: 't-1',
    });
    await run(fakeAccount(twin), captureCall({ hold }));
    expect(twin.bodies[1]).toContain('canary-auth-3');
  });

  test('a sealed reference is opened for the adapter alone', async () => {
    const twin = await twinWith({ outcome: 'unknown', reason: 'echo', message: 'no canary-auth-2 here' });
    const authReference = seal(keyRing, 'canary-auth-2', sealContext({ account: 'shop', payment: 'o-1' }));
    const result = await run(fakeAccount(twin), captureCall({ hold: { authReference } }));
    expect(twin.bodies.join()).toContain('canary-auth-2');
    expect(result).toEqual({ outcome: 'unknown', reason: 'echo', message: 'no [secret] here' });
  });

  test('a reference sealed for another payment sends nothing', async () => {
    const twin = await twinWith({ outcome: 'approved' });
    const authReference = seal(keyRing, 'canary', sealContext({ account: 'shop', payment: 'o-2' }));
    const result = await run(fakeAccount(twin), captureCall({ hold: { authReference } }));
    expect(result).toMatchObject({ outcome: 'not_performed', reason: 'unsealable', firstOnly: true });
    expect(twin.bodies).toEqual([]);
  });

  test('configured secrets and card numbers are in no result', async () => {
    const leak = 'key=canary-portal-key&pan=4111 1111 1111 1111';
    const twin = await twinWith({ outcome: 'unknown', reason: 'answer', message: leak });
    const result = await run(fakeAccount(twin), captureCall(), { secrets: ['canary-portal-key'] });
    expect(result).toEqual({ outcome: 'unknown', reason: 'answer', message: 'key=[secret]&pan=[card]' });
  });
});

test('crash points are passed in the order of the call', async () => {
  const twin = await twinWith({ outcome: 'approved' });
  const passed: [CrashPoint, number][] = [];
  await run(fakeAccount(twin), captureCall(), { crash: (point) => passed.push([point, twin.bodies.length]) });
  expect(passed.map(([point]) => point)).toEqual(['before-send', 'after-send', 'after-answer']);
  expect(passed[0]?.[1]).toBe(0);
  expect(passed[2]?.[1]).toBe(1);
});
