// A server that a test may kill: the compiled one, in a process of its own. Tells its URL over IPC.
import { createServer, makeConfig, readEnv } from '../../dist/index.js';

const [folder = ''] = process.argv.slice(2);
const project = { id: 'demo', key: 'key-of-demo' };
const server = createServer(makeConfig({ folder, port: 0, project, log: (line) => console.error(line) }, readEnv({})));
await server.start();
process.send?.({ url: server.url });
process.on('message', async () => {
  await server.idle();
  await server.close();
  process.disconnect();
});
