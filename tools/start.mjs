// `npm start`: the server with the demo fleet.
import { spawn } from 'node:child_process';

export function start(args) {
  const child = spawn(process.execPath, ['apps/cli/bin/noinit.js', 'demo', ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}
