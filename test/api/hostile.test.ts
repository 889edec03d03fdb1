/**
 * Rule: whatever comes over the wire is answered with a problem that says what is wrong, is logged once and without what
 * it said, moves nothing, and leaves the server as it was.
 */
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { problem } from '../../api/answer-schema.ts';
import { createLog } from '../../temporal/log.ts';
import { CREATE, TOKENS } from './edge.ts';
import { MemoryPayments } from './memory-payments.ts';
import { lines, sendRaw } from './raw.ts';
import { wire } from './wire.ts';

const MARK = 'this-was-in-the-request';
const TOKEN = `authorization: Bearer ${TOKENS.operator}`;
const JSON_TYPE = 'content-type: application/json';

const get = (path: string, ...headers: string[]): string =>
  lines(`GET ${path} HTTP/1.1`, 'host: x', TOKEN, ...headers, '');
const post = (body: string | Buffer, ...headers: string[]): Buffer =>
  Buffer.concat([
    Buffer.from(
      lines(
        'POST /v1/payments HTTP/1.1',
        'host: x',
        TOKEN,
        ...(headers.some((each) => /^content-type/i.test(each)) ? [] : [JSON_TYPE]),
        ...headers,
        `content-length: ${Buffer.byteLength(body)}`,
        '',
      ),
    ),
    Buffer.from(body),
  ]);
const head = (...headers: string[]): string => lines('POST /v1/payments HTTP/1.1', ...headers);
const withToken = (authorization: string): string =>
  lines('GET /v1/payments HTTP/1.1', 'host: x', authorization, 'connection: close', '');

const CHUNKED = 'transfer-encoding: chunked';
const SMUGGLED = lines('0', '', 'GET /metrics HTTP/1.1', 'host: x', TOKEN, '');

const CASES: readonly (readonly [string, string | Buffer, number])[] = [
  ['JSON that ends early', post(`{"id":"${MARK}`), 400],
  ['JSON with a comment', post(`{/* ${MARK} */}`), 400],
  ['a body that is null', post('null'), 400],
  ['an array', post(`["${MARK}"]`), 400],
  ['a name twice', post(`{"id":"a","id":"${MARK}"}`), 400],
  ['a name twice, once escaped', post(`{"id":"a","\\u0069d":"${MARK}"}`), 400],
  ['an amount twice', post(`{"amount":{"value":1,"currency":"EUR","value":2},"id":"${MARK}"}`), 400],
  ['__proto__', post(`{"__proto__":{"role":"${MARK}"}}`), 400],
  ['__proto__ among options', post(`{"metadata":{"__proto__":"${MARK}"}}`), 400],
  ['constructor.prototype', post(`{"constructor":{"prototype":{"x":"${MARK}"}}}`), 400],
  ['nesting without end', post(`{"metadata":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), 400],
  ['half a surrogate pair', post(`{"id":"${MARK}\\ud800"}`), 400],
  ['no UTF-8', post(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])), 400],
  ['a byte order mark', post(`\uFEFF{"field":"${MARK}"}`), 400],
  ['a form', post(`id=${MARK}`, 'content-type: application/x-www-form-urlencoded'), 415],
  ['plain text', post(`{"id":"${MARK}"}`, 'content-type: text/plain'), 415],
  ['a type that is none', post(`{"id":"${MARK}"}`, 'content-type: json'), 415],
  ['a gzip bomb', post(gzipSync(Buffer.alloc(64 * 1024 * 1024)), 'content-encoding: gzip'), 415],
  ['brotli', post(MARK, 'content-encoding: br'), 415],
  [
    'UTF-16',
    post(Buffer.from(`{"id":"${MARK}"}`, 'utf16le'), 'content-type: application/json; charset=utf-16'),
    400,
  ],
  ['10 MB announced', head('host: x', TOKEN, JSON_TYPE, 'content-length: 10000000', '', MARK), 413],
  [
    'a length beyond any number',
    head('host: x', TOKEN, JSON_TYPE, `content-length: ${'9'.repeat(30)}`, ''),
    400,
  ],
  ['a length and chunks', head('host: x', TOKEN, JSON_TYPE, 'content-length: 5', CHUNKED, '', SMUGGLED), 400],
  ['chunks and a length', head('host: x', TOKEN, JSON_TYPE, CHUNKED, 'content-length: 5', '', SMUGGLED), 400],
  [
    'two lengths',
    head('host: x', TOKEN, JSON_TYPE, 'content-length: 0', 'content-length: 44', '', SMUGGLED),
    400,
  ],
  ['a length with a sign', head('host: x', TOKEN, JSON_TYPE, 'content-length: +5', '', SMUGGLED), 400],
  [
    'chunks that are not last',
    head('host: x', TOKEN, JSON_TYPE, 'transfer-encoding: chunked, identity', '', SMUGGLED),
    400,
  ],
  [
    'chunks by another name',
    head('host: x', TOKEN, JSON_TYPE, 'transfer-encoding: xchunked', '', SMUGGLED),
    400,
  ],
  [
    'a space before the colon',
    head('host: x', TOKEN, JSON_TYPE, 'transfer-encoding : chunked', '', SMUGGLED),
    400,
  ],
  ['a chunk size that is none', head('host: x', TOKEN, JSON_TYPE, CHUNKED, '', 'zz', ''), 400],
  ['a header folded over lines', head('host: x', TOKEN, 'x-a: b', ` ${MARK}`, ''), 400],
  ['a zero byte in a header', head('host: x', TOKEN, `x-a: ${MARK}\0`, ''), 400],
  [
    'a flood of headers',
    head('host: x', ...Array.from({ length: 5_000 }, (_, at) => `x-${at}: ${MARK}`), ''),
    431,
  ],
  ['one header without end', head('host: x', `x-a: ${MARK.repeat(2_000)}`, ''), 431],
  ['an address without end', get(`/v1/payments/${'x'.repeat(20_000)}`), 431],
  ['a long id', get(`/v1/payments/${'x'.repeat(5_000)}`), 404],
  ['no host', lines('GET /v1/payments HTTP/1.1', TOKEN, ''), 400],
  [
    'two hosts',
    lines('GET /v1/payments HTTP/1.1', 'host: x', 'host: y', TOKEN, 'connection: close', ''),
    400,
  ],
  [
    'an expectation',
    head('host: x', TOKEN, JSON_TYPE, `expect: ${MARK}`, 'content-length: 2', '', '{}'),
    400,
  ],
  ['HTTP/2', lines('PRI * HTTP/2.0', '', 'SM', ''), 400],
  ['a method that is none', lines('STEAL /v1/payments HTTP/1.1', 'host: x', TOKEN, ''), 400],
  ['a proxy request', lines('CONNECT example.com:443 HTTP/1.1', 'host: x', TOKEN, ''), 405],
  [
    'TRACE',
    lines('TRACE /v1/payments HTTP/1.1', 'host: x', TOKEN, `x-a: ${MARK}`, 'connection: close', ''),
    405,
  ],
  ['dots', get('/v1/../metrics'), 404],
  ['dots in code', get('/v1/%2e%2e/metrics'), 404],
  ['dots as an id', get('/v1/payments/%2e%2e'), 404],
  ['a slash in code', get('/v1/payments/..%2f..%2fmetrics'), 404],
  ['a backslash', get('/v1/payments/..\\..\\metrics'), 404],
  ['a zero byte in code', get('/v1/payments/o-1%00.json'), 404],
  ['a code that is none', get('/v1/payments/%zz'), 400],
  ['an overlong code', get('/v1/payments/%c0%ae%c0%ae'), 400],
  ['two slashes first', get('//v1/payments'), 404],
  ['two slashes between', get('/v1//payments'), 404],
  ['a slash last', get('/v1/payments/'), 404],
  ['capitals', get('/V1/PAYMENTS'), 404],
  ['a parameter twice', get('/v1/payments?limit=1&limit=2'), 400],
  ['a parameter of a prototype', get('/v1/payments?__proto__[role]=operator'), 400],
  ['a parameter that is none', get('/v1/payments?limt=1'), 400],
  ['no token', withToken('x-a: b'), 401],
  ['a token without its word', withToken(`authorization: ${TOKENS.operator}`), 401],
  ['two tokens in one', withToken(`authorization: Bearer ${TOKENS.operator} ${TOKENS.viewer}`), 401],
  ['another scheme', withToken(`authorization: Basic ${btoa(`x:${TOKENS.operator}`)}`), 401],
  ['a token cut short', withToken(`authorization: Bearer ${TOKENS.operator.slice(0, -1)}`), 401],
  ['a token and more', withToken(`authorization: Bearer ${TOKENS.operator}x`), 401],
  ['a token in other letters', withToken(`authorization: Bearer ${TOKENS.operator.toUpperCase()}`), 401],
  ['a token beyond ASCII', withToken(`authorization: Bearer ${TOKENS.operator}\u00ff`), 401],
  ['a token without end', withToken(`authorization: Bearer ${'x'.repeat(4_000)}`), 401],
];

it.each(CASES)('answers %s', async (_what, bytes, status) => {
  const payments = new MemoryPayments();
  const written: string[] = [];
  const { settings } = createLog({ out: { write: (line) => written.push(line) }, people: false });
  const { url, ask } = await wire(payments, { logger: { ...settings, level: 'trace' } });
  const [answer, ...more] = await sendRaw(url, bytes);
  expect(more).toEqual([]);
  expect(answer?.status).toBe(status);
  expect(answer?.head.toLowerCase()).toContain('content-type: application/problem+json');
  expect(problem.parse(JSON.parse(answer?.body ?? ''))).toMatchObject({ status, outcome: 'none' });
  expect(answer?.body).not.toContain(MARK);
  expect(payments.calls).toEqual([]);
  const told = written.filter((line) => /refus|no request/.test(line));
  expect(told, told.join('')).toHaveLength(1);
  expect(written.join('')).not.toMatch(new RegExp(`${MARK}|${TOKENS.operator}`));
  expect((await ask('GET', '/v1/payments')).status).toBe(200);
});

it('tells of 10 MB in chunks before they are all there', async () => {
  const { url } = await wire(new MemoryPayments());
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const [answer] = await sendRaw(url, head('host: x', TOKEN, JSON_TYPE, CHUNKED, '', chunk.repeat(17)));
  expect(answer?.status).toBe(413);
  expect(answer?.head.toLowerCase()).toContain('connection: close');
});

it('answers requests that come at once one by one, in their order', async () => {
  const payments = new MemoryPayments();
  const { url, ask } = await wire(payments);
  await ask('POST', '/v1/payments', { body: CREATE });
  const all = ['o-1', 'none', 'o-1'].map((id) => get(`/v1/payments/${id}`)).join('');
  const answers = await sendRaw(url, all, 3);
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 200]);
});

it('takes an address with a host for its own path, as RFC 9112 wants', async () => {
  const { url } = await wire(new MemoryPayments());
  const [answer] = await sendRaw(url, get('http://example.com/healthz'));
  expect(answer?.status).toBe(200);
  const [refused] = await sendRaw(url, lines('GET http://x/v1/payments HTTP/1.1', 'host: x', ''));
  expect(refused?.status).toBe(401);
});

it('answers HTTP/1.0 and ends the connection', async () => {
  const { url } = await wire(new MemoryPayments());
  const [answer] = await sendRaw(url, lines('GET /healthz HTTP/1.0', ''));
  expect(answer).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  expect(answer?.head.toLowerCase()).toContain('connection: close');
  const [refused] = await sendRaw(url, lines('GET /v1/payments HTTP/1.0', ''));
  expect(refused?.status).toBe(401);
});

it('takes a body that was announced with 100-continue', async () => {
  const { url } = await wire(new MemoryPayments());
  const [answer] = await sendRaw(url, post(JSON.stringify(CREATE), 'expect: 100-continue'));
  expect(answer?.status).toBe(201);
});
