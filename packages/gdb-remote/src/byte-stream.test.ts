import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { connectTo, parseServerAddress } from './byte-stream.ts';

it.each([
  ['localhost:3333', { kind: 'tcp', host: 'localhost', port: 3333 }],
  [':3333', { kind: 'tcp', host: '127.0.0.1', port: 3333 }],
  ['2331', { kind: 'tcp', host: '127.0.0.1', port: 2331 }],
  ['tcp:probe.local:2331', { kind: 'tcp', host: 'probe.local', port: 2331 }],
  ['[::1]:3333', { kind: 'tcp', host: '::1', port: 3333 }],
  ['unix:/run/gdb', { kind: 'unix', path: '/run/gdb' }],
  ['./gdb.sock', { kind: 'unix', path: './gdb.sock' }],
])('%s is an address', (text, address) => {
  expect(parseServerAddress(text)).toEqual(address);
});

it.each(['', 'localhost', 'localhost:', 'localhost:0', 'localhost:70000', 'a:b:1', '::1:3333', 'unix:', '-1'])(
  '%j is none',
  (text) => {
    expect(parseServerAddress(text)).toBeUndefined();
  },
);

it('says why there is no connection', async () => {
  await expect(connectTo({ kind: 'tcp', host: '127.0.0.1', port: 1 }, 1_000)).rejects.toMatchObject({ code: 'unreachable' });
  await expect(connectTo({ kind: 'unix', path: '/nowhere/gdb' }, 1_000)).rejects.toThrow('ENOENT');
});

it('connects through a path', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-stream-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const server = createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => {
    server.listen(join(folder, 'gdb'), resolve);
  });
  onTestFinished(() => void server.close());
  const stream = await connectTo({ kind: 'unix', path: join(folder, 'gdb') }, 1_000);
  const said = await new Promise((resolve) => {
    let text = '';
    stream.listen(
      (bytes) => {
        text += Buffer.from(bytes).toString();
      },
      () => resolve(text),
    );
  });
  expect(said).toBe('hello');
});
