// Known holes in what is installed, at run time and in development: `npm audit` on the lock file. Ends with 1 for one that is
// high or critical. Where the registry does not answer it prints `NOT RUN npm-audit: <reason>`.
//
//   node scripts/npm-audit.ts
import { spawnSync } from 'node:child_process';

interface Report {
  readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
  readonly error?: { readonly summary?: string; readonly code?: string };
  readonly message?: string;
}

const FAILS: ReadonlySet<string> = new Set(['high', 'critical']);

const { stdout, error } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8', timeout: 120_000 });
const report = reportIn(stdout);
if (report?.metadata === undefined) {
  const said = error?.message ?? report?.message ?? report?.error?.summary ?? report?.error?.code;
  // A registry's answer may name its address, which is nobody's business here.
  const why = (said ?? 'no answer').replaceAll(/https?:\/\/\S+/g, 'the registry').split('\n', 1)[0];
  process.stdout.write(`NOT RUN npm-audit: ${why}\n`);
} else {
  const found = Object.entries(report.vulnerabilities ?? {});
  for (const [name, { severity, range }] of found) process.stdout.write(`${severity} ${name} ${range}\n`);
  process.stdout.write(`${found.length} packages with known holes\n`);
  if (found.some(([, { severity }]) => FAILS.has(severity))) process.exitCode = 1;
}

function reportIn(text: string | null): Report | null {
  try {
    return JSON.parse(text ?? '') as Report;
  } catch {
    return null;
  }
}
