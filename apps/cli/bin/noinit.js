#!/usr/bin/env node
// Starts the built CLI, or says in one sentence why it cannot.
import { existsSync } from 'node:fs';

const WRONG_USAGE = 2;
const entry = new URL('../dist/main.js', import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`noinit needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = WRONG_USAGE;
} else if (!existsSync(entry)) {
  process.stderr.write('noinit is not built yet: run npm run build\n');
  process.exitCode = WRONG_USAGE;
} else {
  process.stdout.on('error', onLostReader);
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2));
}

/** @param {NodeJS.ErrnoException} error */
function onLostReader(error) {
  // `| head` closes the pipe when it has seen enough: that is no failure.
  if (error.code === 'EPIPE') return;
  process.stderr.write(`noinit: cannot write the answer: ${error.message}\n`);
  process.exit(1);
}
