// Started by test/temporal/dev-server.test.ts as a process that is killed: starts a server, prints its pid.
import { startDevServer } from '../../temporal/dev-server.ts';

const [binary] = process.argv.slice(2);
if (binary === undefined) throw new Error('needs the path of the CLI');
const { pid } = await startDevServer({ binary });
process.stdout.write(`${pid}\n`);
setInterval(() => undefined, 1_000);
