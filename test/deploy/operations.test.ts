/**
 * Rule: the manual knows every attention code and every alert, says of each code what happened, how to look, what to say and
 * what never to do, and every command in it is one that the command line has, with options that it takes.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ATTENTION_CODES } from '../../payment/attention.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const manual = read('docs/operations.md');

/** By heading of the third level. */
const sections = new Map(
  manual
    .split(/^#{1,3} (?=\S)/m)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);

test.each(ATTENTION_CODES)('%s has its section', (code) => {
  const section = sections.get(code) ?? '';
  for (const part of ['**What happened.**', '**Look.**', '**Resolve', '**Never**'])
    expect(section).toContain(part);
  expect(section).toMatch(/`tranche |^tranche /m);
});

test('no section is of a code that is none', () => {
  const after = manual.slice(manual.indexOf('\n## Attention'));
  const told = [...after.matchAll(/^### (.+)$/gm)].map(([, name]) => name);
  expect(new Set(told)).toEqual(new Set(ATTENTION_CODES));
  expect(told).toHaveLength(ATTENTION_CODES.length);
});

test('every alert has its line, and no other', () => {
  const { groups } = parse(read('deploy/alerts.yml')) as {
    groups: readonly { readonly rules: readonly { readonly alert: string }[] }[];
  };
  const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  const table = manual.slice(manual.indexOf('\n## Alerts'), manual.indexOf('\n## Attention'));
  const told = [...table.matchAll(/\bTranche[A-Z][A-Za-z]+/g)].map(([name]) => name);
  expect(told.sort()).toEqual(alerts.sort());
});

/** The completion script knows every command with its options: what it does not name does not exist. */
const known = execFileSync(
  process.execPath,
  [fileURLToPath(new URL('../../cli/tranche.js', import.meta.url)), 'completion', 'bash'],
  { encoding: 'utf8' },
);

test.each(['docs/operations.md', 'docs/operations-limits.md', 'docs/library.md', 'README.md'])(
  'the commands of %s exist',
  (file) => {
    const code = [...read(file).matchAll(/`([^`]+)`|^```\w*\n([\s\S]*?)^```$/gm)]
      .map(([, inline = '', block = '']) => (block === '' ? inline : block))
      .flatMap((text) => text.split('\n'));
    for (const line of code) {
      const words = /(?:^|\s)tranche ((?:[a-z-]+ ?)+)/.exec(
        line.replace(/#.*$/, '').replace(/'[^']*'/g, "''"),
      );
      if (words === null || !/^(npx )?tranche /.test(line.trim())) continue;
      let path = 'tranche';
      for (const word of (words[1] ?? '').trim().split(' ')) {
        const next = new RegExp(`'${path} ${word}'\\) at='([^']+)'`).exec(known)?.[1];
        // What has commands of its own takes one of them and nothing else.
        if (next === undefined) expect(known, line).not.toMatch(new RegExp(`'${path} [a-z-]+'\\) at=`));
        path = next ?? path;
      }
      expect(path, line).not.toBe('tranche');
      const [, offered = ''] =
        new RegExp(`^    '${path}'\\) COMPREPLY=\\(\\$\\(compgen -W '([^']*)'`, 'm').exec(known) ?? [];
      for (const [option] of line.replace(/#.*$/, '').matchAll(/(?<=\s)--[a-z-]+/g))
        expect(offered.split(' '), line).toContain(option);
    }
  },
);

test('every document that it sends to is there', () => {
  const links = [...manual.matchAll(/\]\(([a-z-]+\.md)/g)].map(([, name = '']) => name);
  expect(links.length).toBeGreaterThan(5);
  expect(
    [...new Set(links)].filter((name) => !existsSync(new URL(`../../docs/${name}`, import.meta.url))),
  ).toEqual([]);
});
