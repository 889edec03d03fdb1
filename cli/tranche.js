#!/usr/bin/env node
// The `tranche` command. Plain JavaScript for Node >= 20: the sources are TypeScript, which Node runs from 24 on,
// so an older one starts the Node 24 that the packages bring along.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= 24) {
  // Halves what a command costs before it does anything. Not where Node would keep it, in a folder for temporary files
  // that others may write to; see temporal/cache-folder.ts.
  const { TRANCHE_CACHE: own, XDG_CACHE_HOME: base } = process.env;
  module.enableCompileCache(join(own || join(base || join(homedir(), '.cache'), 'tranche'), 'compiled'));
  // Sources in a checkout, what was built of them in the published package.
  const built = pathToFileURL(join(here, '..', 'dist', 'cli', 'main.js')).href;
  const { main } = existsSync(join(here, 'main.ts')) ? await import('./main.ts') : await import(built);
  const code = await main(process.argv.slice(2));
  // Connections that idle would keep the process; what was written goes out first.
  process.stdout.write('', () => process.exit(code));
} else {
  const node = [join(here, '..', 'node_modules'), join(here, '..', '..')]
    .map((modules) => join(modules, '.bin', 'node'))
    .find((path) => existsSync(path));
  if (node !== undefined) {
    const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
      stdio: 'inherit',
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    // See onceOrphaned in until-signal.ts, which an older Node cannot read.
    if ((process.env.npm_lifecycle_event ?? process.env.npm_command) !== undefined) {
      const parent = process.ppid;
      const timer = setInterval(() => {
        if (process.ppid === parent) return;
        clearInterval(timer);
        child.kill('SIGTERM');
      }, 500).unref();
    }
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
    });
  } else {
    process.stderr.write(
      `tranche needs Node 24 or newer, this is ${process.version}; run npm run setup in the checkout first\n`,
    );
    process.exitCode = 2;
  }
}
