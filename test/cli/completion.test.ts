/**
 * Rule: the scripts know every command and option that `--help` knows, and a real shell completes with them. bash is run
 * here; zsh and fish parse theirs where they are installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

let folder: string;
const scripts = new Map<string, string>();
let commands: { readonly top: readonly string[]; readonly audit: readonly string[] };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-completion-'));
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await runCli(['completion', shell], folder);
    if (code !== 0) throw new Error(`completion ${shell} ended with ${code}`);
    scripts.set(shell, stdout);
    writeFileSync(join(folder, shell), stdout);
  }
  commands = { top: await listed(), audit: await listed('audit') };
});

/** The commands that the help of a command lists. */
async function listed(...path: string[]): Promise<string[]> {
  const { stdout } = await runCli([...path, '--help'], folder);
  const [, commands = ''] = stdout.split('\nCommands:\n');
  return [...(commands.split('\n\n')[0] ?? '').matchAll(/^ {2}([a-z-]+)/gm)]
    .map((match) => match[1] ?? '')
    .filter((name) => name !== 'help');
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a person sees after the tab key behind these words. */
function completed(...words: string[]): string[] {
  const script = `
    source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}
    _tranche; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['-c', script, 'bash', join(folder, 'bash'), ...words], {
    encoding: 'utf8',
  });
  return out.split('\n').filter((line) => line !== '');
}

describe('bash', () => {
  test('completes commands, their own commands, and options', () => {
    expect(completed('tranche', 'pay')).toEqual(['payment']);
    expect(completed('tranche', 'payment', '')).toEqual(
      expect.arrayContaining([
        'create',
        'show',
        'list',
        'watch',
        'explain',
        'simulate',
        '--json',
        '--config',
      ]),
    );
    expect(completed('tranche', 'payment', '')).not.toContain('payment');
    expect(completed('tranche', 'capture', '--am')).toEqual(['--amount']);
    expect(completed('tranche', 'deployment', 'promote', '--al')).toEqual(['--allow-missing']);
    expect(completed('tranche', 'completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  });

  test('is not misled by the value of an option, and leaves values to the shell', () => {
    expect(completed('tranche', '--config', 'payment', 'dep')).toEqual(['deployment']);
    expect(completed('tranche', 'payment', 'show', '--config', '')).toEqual([]);
    expect(completed('tranche', 'nonsense', '--am')).toEqual([]);
  });
});

test.each(['bash', 'zsh', 'fish'])('%s knows all that the help lists', (shell) => {
  const script = scripts.get(shell) ?? '';
  expect(commands.top.length).toBeGreaterThan(10);
  for (const command of commands.top) expect(script).toContain(`'tranche ${command}'`);
  for (const command of commands.audit) expect(script).toContain(`tranche audit ${command}`);
});

test.each(['bash', 'zsh', 'fish'])('%s parses where it is installed', (shell) => {
  const parsed = spawnSync(shell, ['-n', join(folder, shell)], { encoding: 'utf8' });
  if (parsed.error === undefined) expect(parsed).toMatchObject({ status: 0, stderr: '' });
  else expect(parsed.error).toMatchObject({ code: 'ENOENT' });
});

test('another shell is wrong use', async () => {
  const { code, stderr } = await runCli(['completion', 'csh'], folder);
  expect(code).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});
