/** Rule M8: a line of the log carries named facts only; no secret, card number or payload leaves in it, whoever logs it. */
import { afterEach, describe, expect, test } from 'vitest';
import { callLog } from '../../temporal/log-calls.ts';
import { createLog, type LogOptions } from '../../temporal/log.ts';
import { runtimeOptions, temporalLogger } from '../../temporal/log-runtime.ts';

const SECRET = 'p"ortal-key/ä+1';
const CARD = '4111 1111 1111 1111';
const RECEIPT = 'receipt-reference-77';
/** None of them may be in a line, nor any form that a request carries a secret in. */
const FORBIDDEN = [
  SECRET,
  JSON.stringify(SECRET).slice(1, -1),
  encodeURIComponent(SECRET),
  Buffer.from(SECRET).toString('base64'),
  '4111111111111111',
  CARD,
  RECEIPT,
];

function logged(options: LogOptions = {}) {
  const lines: string[] = [];
  const log = createLog({ people: false, out: { write: (line) => lines.push(line) }, ...options });
  log.hide([SECRET]);
  const facts = (): Record<string, unknown>[] =>
    lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { ...log, lines, facts };
}

const call = {
  account: 'shop',
  provider: 'payone',
  payment: 'o-1',
  operation: 'c-1',
  action: 'capture',
  attempt: 1,
  outcome: 'approved',
  code: null,
  reason: null,
  status: 200,
  providerMs: 80.44,
  durationMs: 91.06,
  heldBack: false,
} as const;

describe('a line', () => {
  test('is JSON with time, level, message and the facts of a provider call', () => {
    const { logger, facts } = logged();
    callLog(logger).called(call);
    const { time, pid, ...line } = facts()[0] ?? {};
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(pid).toBe(process.pid);
    expect(line).toEqual({
      level: 'info',
      msg: 'provider call',
      account: 'shop',
      provider: 'payone',
      payment: 'o-1',
      operation: 'c-1',
      action: 'capture',
      attempt: 1,
      outcome: 'approved',
      status: 200,
      providerMs: 80.4,
      durationMs: 91.1,
    });
  });

  test('is for people in a terminal', () => {
    const { logger, lines } = logged({ people: true });
    callLog(logger).called({ ...call, outcome: 'unknown', reason: 'timeout' });
    expect(lines[0]).toContain('provider call account=shop provider=payone payment=o-1');
    expect(lines[0]).toContain('outcome=unknown');
    expect(lines[0]).not.toContain('{');
  });

  test('tells an unknown outcome louder than an approved one', () => {
    const { logger, facts } = logged({ level: 'warn' });
    callLog(logger).called(call);
    callLog(logger).called({ ...call, outcome: 'unknown' });
    callLog(logger).called({ ...call, outcome: 'failed' });
    callLog(logger).refused({ payment: 'o-1', command: 'capture', operation: 'c-1', code: 'x', rule: null });
    expect(facts().map(({ level }) => level)).toEqual(['warn', 'error']);
  });
});

describe('what must not leave', () => {
  test('no payload, whatever the attributes are called', () => {
    const { logger, lines } = logged();
    logger.info({ request: { card: CARD }, body: RECEIPT, payment: 'o-1', hold: RECEIPT }, 'told');
    temporalLogger(logger).warn('activity', { payload: RECEIPT, workflowId: 'payment/o-2' });
    callLog(logger).called({
      ...call,
      outcome: 'declined',
      code: `no: ${RECEIPT}`,
      reason: `got ${RECEIPT}`,
    });
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('"payment":"o-2"');
    expect(lines[2]).toContain('"code":"text"');
    for (const text of FORBIDDEN) expect(lines.join('')).not.toContain(text);
  });

  test('no secret and no card number in a message or a named fact', () => {
    const { logger, lines } = logged();
    for (const text of [...FORBIDDEN.slice(0, 4), CARD, '4111111111111111', '5500-0000-0000-0004'])
      logger.warn({ payment: text, why: `it was ${text}`, attempt: 4111111111111111 }, `with ${text}`);
    const all = lines.join('');
    for (const text of [...FORBIDDEN, '5500-0000-0000-0004']) expect(all).not.toContain(text);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toHaveLength(7);
  });

  test('no text of an error that could quote what was sent or answered', () => {
    const { logger, lines, facts } = logged();
    const quoting = (() => {
      try {
        return JSON.parse(`{"ref": ${RECEIPT}}`) as unknown;
      } catch (error) {
        return error;
      }
    })();
    logger.error({ err: quoting }, 'broke');
    temporalLogger(logger).error('broke', { error: new Error(`answer was ${RECEIPT}`) });
    logger.error(quoting);
    logger.error({ err: quoting });
    logger.error(Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }));
    for (const text of FORBIDDEN) expect(lines.join('')).not.toContain(text);
    expect(facts()[0]).toMatchObject({ error: { name: 'SyntaxError' }, msg: 'broke' });
    expect(facts()[4]).toMatchObject({ error: { message: 'connect ECONNREFUSED 127.0.0.1:1' } });
  });
});

describe('the environment', () => {
  afterEach(() => {
    delete process.env['LOG_LEVEL'];
  });

  test('names the level; a word that is none counts as none', () => {
    process.env['LOG_LEVEL'] = 'DEBUG';
    expect(createLog().logger.level).toBe('debug');
    process.env['LOG_LEVEL'] = 'loud';
    expect(createLog({ level: 'warn' }).logger.level).toBe('warn');
  });

  test('names the port of the SDK’s metrics, on the loopback address', () => {
    const { logger } = logged();
    expect(runtimeOptions(logger, {}).telemetryOptions?.metrics).toBeUndefined();
    const { telemetryOptions } = runtimeOptions(logger, { TRANCHE_SDK_METRICS_PORT: '9465' });
    expect(telemetryOptions?.metrics).toEqual({ prometheus: { bindAddress: '127.0.0.1:9465' } });
    expect(() => runtimeOptions(logger, { TRANCHE_SDK_METRICS_PORT: '99999' })).toThrow('no port');
  });
});

test('of the SDK’s own steps only warnings are told, of workflows and activities all', () => {
  const { logger, facts } = logged();
  const log = temporalLogger(logger);
  log.warn('No workflows registered, not polling', {});
  log.info('Worker state changed', { sdkComponent: 'worker', taskQueue: 'tranche' });
  log.warn('Failing workflow task', { sdkComponent: 'core', failure: RECEIPT });
  log.info('the provider answers again: its calls go out', { sdkComponent: 'activity', account: 'shop' });
  expect(facts().map(({ msg, level }) => [level, msg])).toEqual([
    ['warn', 'Failing workflow task'],
    ['info', 'the provider answers again: its calls go out'],
  ]);
});
