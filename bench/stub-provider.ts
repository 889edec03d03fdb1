// A provider that approves everything at once, in PAYONE's form. A process of its own, started by bench/engine/child.ts:
// what it costs is paid by neither side, and both sides pay the same to reach it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const txid = new URLSearchParams(Buffer.concat(chunks).toString('latin1')).get('txid');
    const body = `status=APPROVED\ntxid=${txid ?? '100000001'}\nsettleaccount=no\n`;
    response.writeHead(200, { 'content-type': 'text/plain; charset=UTF-8', 'content-length': body.length });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
});
process.once('disconnect', () => {
  server.close();
  server.closeAllConnections();
});
