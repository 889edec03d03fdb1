// Which addresses may be talked to: public ones by https, our own where the configuration says so, and never those
// behind which a machine finds its metadata or that stand for another address.
import { describe, expect, test } from 'vitest';
import {
  addressFault,
  classOfAddress,
  classOfHost,
  mayConnect,
  noticeAddressFaults,
} from '../../temporal/outgoing-address.ts';

const CLASSES = {
  public: ['8.8.8.8', '93.184.215.14', '2606:4700::1111', '::ffff:8.8.8.8'],
  own: [
    '127.0.0.1',
    '127.255.255.254',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.100.100.199',
    '::1',
    'fd00:ec3::254',
    'fc00::1',
    '::ffff:127.0.0.1',
    '::ffff:10.1.2.3',
  ],
  forbidden: [
    '169.254.169.254',
    '::ffff:169.254.169.254',
    'fe80::1',
    'fe80::1%eth0',
    '0.0.0.0',
    '::',
    '255.255.255.255',
    '224.0.0.1',
    'ff02::1',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '240.0.0.1',
    '168.63.129.16',
    '100.100.100.200',
    '::ffff:100.100.100.200',
    'fd00:ec2::254',
    'fd00:0ec2:0:0:0:0:0:254',
    'fd00:ec2::23',
    'fd20:ce::254',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001::1',
    '::7f00:1',
    'fec0::1',
    '2001:db8::1',
    '',
    'example.com',
    '1.2.3.4.5',
  ],
} as const;

describe.each(Object.entries(CLASSES))('%s', (expected, addresses) => {
  test.each(addresses)('%s', (address) => {
    expect(classOfAddress(address)).toBe(expected);
  });
});

test('other spellings of an address are the address', () => {
  for (const spelt of ['http://2130706433/', 'http://0x7f.1/', 'http://127.1/', 'http://[::ffff:7f00:1]/'])
    expect(classOfHost(new URL(spelt).hostname), spelt).toBe('own');
  for (const name of ['localhost', 'LOCALHOST.', 'shop.localhost']) expect(classOfHost(name)).toBe('own');
  expect(classOfHost('shop.example')).toBe(null);
});

test('http goes to our own networks only, and only where they are allowed', () => {
  expect(mayConnect('8.8.8.8', { allowPrivate: false, secure: true })).toBe(true);
  expect(mayConnect('8.8.8.8', { allowPrivate: true, secure: false })).toBe(false);
  expect(mayConnect('10.0.0.1', { allowPrivate: false, secure: true })).toBe(false);
  expect(mayConnect('10.0.0.1', { allowPrivate: true, secure: false })).toBe(true);
});

test.each([
  '169.254.169.254',
  'fe80::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  '100.100.100.200',
  '168.63.129.16',
])('%s is a metadata service or link-local: nothing permits it', (address) => {
  expect(mayConnect(address, { allowPrivate: true, secure: true })).toBe(false);
  expect(mayConnect(address, { allowPrivate: true, secure: false })).toBe(false);
  const host = address.includes(':') ? `[${address}]` : address;
  expect(addressFault(`https://${host}/`, true)).toBe('is an address that is never talked to');
});

test.each([
  ['https://shop.example/hooks', false, null],
  ['http://shop.example/hooks', false, 'is not https'],
  ['http://shop.internal/hooks', true, null],
  ['http://8.8.8.8/hooks', true, 'is not https'],
  ['https://127.0.0.1/hooks', false, 'is an address of this machine or network: allowPrivate permits it'],
  ['http://localhost:3000/hooks', true, null],
  ['https://169.254.169.254/latest', true, 'is an address that is never talked to'],
  ['https://user:word@shop.example/', false, 'has a user or a password in it'],
])('%s, allowPrivate %s', (url, allowPrivate, fault) => {
  expect(addressFault(url, allowPrivate)).toBe(fault);
});

test('a provider is told no address of our own network, unless it stands there itself', () => {
  const far = 'https://api.finline.example/';
  const options = (account: object) => noticeAddressFaults({ ...account }).map(({ option }) => option);
  expect(options({ url: far, serverUrl: 'https://shop.example/n' })).toEqual([]);
  expect(options({ url: far, serverUrl: 'http://10.0.0.8/n' })).toEqual(['serverUrl']);
  expect(options({ url: far, callbackUrl: 'http://localhost:8080/n' })).toEqual(['callbackUrl']);
  expect(options({ url: 'http://127.0.0.1:9000/', serverUrl: 'http://127.0.0.1:8080/n' })).toEqual([]);
  expect(options({ url: 'http://127.0.0.1:9000/', serverUrl: 'http://169.254.169.254/' })).toEqual([
    'serverUrl',
  ]);
});
