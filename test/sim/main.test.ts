/** The rule: the command says what it did by its exit code (0 held, 1 broke, 2 wrong use) and shows it as text or JSON. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { optionsOf, UsageError } from '../../sim/options.ts';

const main = new URL('../../sim/main.ts', import.meta.url).pathname;
const sim = (...args: readonly string[]) =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

describe('the command', () => {
  it('lives seeds and sums them up', () => {
    const { status, stdout } = sim('--seeds', '20', '--workers', '1');
    expect(stdout).toContain('0 failures in 20 lives');
    expect(status).toBe(0);
  });

  it('speaks JSON', () => {
    const { status, stdout } = sim('--seeds', '20', '--workers', '2', '--mode', 'safety', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ lives: 20, failed: 0, failures: [] });
    expect(status).toBe(0);
  });

  it('replays a kept failure', () => {
    const kept = new URL('./fixtures/unknown-is-declined.json', import.meta.url).pathname;
    const { status, stdout } = sim('--replay', kept);
    expect(stdout).toContain('breaks M3');
    expect(status).toBe(1);
  });

  it('lives lives of one provider', () => {
    const { status, stdout } = sim('--seeds', '10', '--workers', '1', '--provider', 'finline', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ lives: 10, drawn: { finline: 10 } });
    expect(status).toBe(0);
  });

  it('refuses what it does not understand', () => {
    const { status, stderr } = sim('--seeds', 'many');
    expect(stderr).toContain('--seeds many is not a whole number');
    expect(status).toBe(2);
  });
});

describe('options', () => {
  it('have defaults', () => {
    expect(optionsOf([])).toMatchObject({
      seeds: 20_000,
      from: 1,
      modes: 'both',
      provider: null,
      workers: 2,
      replay: null,
      selfTest: false,
    });
    expect(optionsOf(['--self-test']).seeds).toBe(5000);
  });

  it.each([
    ['--mode', 'hope'],
    ['--provider', 'nobody'],
    ['--workers', '0'],
    ['--from', '-1'],
    ['--seeds', '1.5'],
    ['--what', '1'],
  ])('refuse %s %s', (...args) => {
    expect(() => optionsOf(args)).toThrow(UsageError);
  });
});
