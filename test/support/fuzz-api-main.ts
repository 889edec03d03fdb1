// Drives the whole HTTP contract with Schemathesis: `tranche dev --ephemeral` on a free port, cases made from the document
// that it serves, every check on. Two runs: the document as it is served, and the same narrowed to a card at the PAYONE
// twin, so that cases reach the engine and whole lives of payments follow the links. Ends with 1 where a check failed.
// Where there is no Schemathesis it prints `NOT RUN fuzz-api: <reason>`.
//
//   node test/support/fuzz-api-main.ts [--cases 20] [--seconds 120] [--seed 1] [--keep FOLDER]
//
// `…/events` is left out: a stream does not end, and the fuzzer waits for the end (test/api/events.test.ts has it).
import { spawn } from 'node:child_process';
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { findSchemathesis } from './find-schemathesis.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string' },
  },
});

interface Report {
  readonly operations: { readonly selected: number; readonly tested: number };
  readonly test_cases: { readonly generated: number; readonly unique_failures: number };
  readonly failures: readonly { readonly title: string; readonly operations: readonly string[] }[];
  readonly errors: readonly unknown[];
}

/**
 * What is right and not in a schema: 422 are rules of money; 400 may also be a field that must fit another one (the
 * currency of lines, an account that is not configured, a cursor of another list, an
 * operation that the payment has not), where the calls below have such.
 */
const SETTINGS = `
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "422", "429", "503"]
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "408", "409", "413", "415", "422", "429", "431", "503"]
${['createPayment', 'capture', 'refund', 'resolve', 'explain', 'listPayments']
  .map(
    (id) => `[[operations]]
include-operation-id = "${id}"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "401", "403", "404", "409", "422", "429", "503"]
`,
  )
  .join('')}`;

type Json = Record<string, unknown>;

/** The same calls for one account, its currency and a card that the twin knows. */
function narrowed(served: Json): Json {
  const document = structuredClone(served);
  const { schemas } = document['components'] as {
    schemas: Record<string, { properties: Json; required: string[] }>;
  };
  const eur = { type: 'string', const: 'EUR' };
  for (const name of ['Money', 'PositiveMoney']) {
    const properties = schemas[name]?.properties;
    if (properties === undefined) throw new Error(`the document has no ${name}`);
    properties['currency'] = eur;
  }
  const payment = schemas['PaymentRequest'];
  if (payment === undefined) throw new Error('the document has no PaymentRequest');
  payment.properties['account'] = { type: 'string', const: 'payone-de' };
  payment.properties['authorization'] = {
    type: 'object',
    const: { request: { method: 'cc', options: { pseudocardpan: '9410010000000000001' } } },
  };
  payment.properties['amount'] = {
    type: 'object',
    properties: { value: { type: 'integer', minimum: 1, maximum: 1_000_000 }, currency: eur },
    required: ['value', 'currency'],
    additionalProperties: false,
  };
  return document;
}

async function startDev(
  folder: string,
): Promise<{ url: string; token: string; stop(): Promise<void>; log: string }> {
  const log = join(folder, 'dev.log');
  const launcher = join(import.meta.dirname, '../../cli/tranche.js');
  const { TRANCHE_CONFIG: _config, ...env } = process.env;
  const child = spawn(process.execPath, [launcher, 'dev', '--ephemeral', '--port', '0'], {
    cwd: folder,
    env: { ...env, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.pipe(createWriteStream(log));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let token = '';
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('token ')) token = line.slice(6);
      if (line.startsWith('ready ')) resolve(line.slice(6));
    });
    child.once('close', (code) => reject(new Error(`tranche dev ended with ${code}, see ${log}`)));
  });
  return {
    url,
    token,
    log,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function fuzz(
  [program, ...words]: readonly [string, ...string[]],
  where: { readonly url: string; readonly token: string },
  document: string,
  folder: string,
): Promise<Report> {
  const child = spawn(
    program,
    [
      ...words,
      '--config-file',
      join(folder, '..', 'schemathesis.toml'),
      'run',
      document,
      '--url',
      where.url,
      '--header',
      `Authorization: Bearer ${where.token}`,
      '--exclude-operation-id',
      'followEvents',
      '--max-examples',
      values.cases,
      '--max-time',
      values.seconds,
      '--seed',
      values.seed,
      '--request-timeout',
      '20',
      '--continue-on-failure',
      '--no-color',
      '--warnings',
      'off',
      '--generation-database',
      'none',
      '--report',
      'json,ndjson',
      '--report-dir',
      folder,
    ],
    { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], timeout: (Number(values.seconds) + 120) * 1_000 },
  );
  await new Promise((resolve) => child.once('close', resolve));
  const name = readdirSync(folder).find((each) => each.startsWith('json-'));
  if (name === undefined) throw new Error('schemathesis left no report');
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Report;
}

const found = findSchemathesis(process.env, (note) => process.stderr.write(`${note}\n`));
if ('missing' in found) {
  process.stdout.write(`NOT RUN fuzz-api: ${found.missing}\n`);
} else {
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'tranche-fuzz-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'schemathesis.toml'), SETTINGS);
  const dev = await startDev(folder);
  const lines: string[] = [];
  try {
    const served = (await (await fetch(`${dev.url}/openapi.json`)).json()) as Json;
    for (const [name, document] of [
      ['as served', served],
      ['narrowed', narrowed(served)],
    ] as const) {
      const own = join(folder, name.replace(' ', '-'));
      mkdirSync(own, { recursive: true });
      const file = join(own, 'openapi.json');
      writeFileSync(file, JSON.stringify(document));
      const { operations, test_cases: cases, failures, errors } = await fuzz(found.command, dev, file, own);
      const bad = cases.unique_failures + errors.length;
      lines.push(
        `${name}: ${operations.tested} of ${operations.selected + 1} operations, ${cases.generated} cases, ${bad} failures`,
        ...failures.map((each) => `  ${each.title}: ${each.operations.join(', ')}`),
      );
      if (bad > 0 || operations.tested !== operations.selected || cases.generated < 50) process.exitCode = 1;
    }
    const { status } = await fetch(`${dev.url}/readyz`);
    lines.push(`the server answers ${status} afterwards`);
    if (status !== 200) process.exitCode = 1;
  } finally {
    await dev.stop();
    // What nobody foresaw is told in the log with its place.
    const defects = readFileSync(dev.log, 'utf8').match(/"request ended in a problem"/g)?.length ?? 0;
    lines.push(`${defects} answers of the kind 5xx in its log`);
    process.stdout.write(`\n${lines.join('\n')}\n`);
    if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}
