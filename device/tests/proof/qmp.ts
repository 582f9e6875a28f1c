/** A QEMU that runs beside the test, steered over its QMP socket. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Board, emulatorOf, machineFlags } from '../firmware.ts';

const RAM_BASE = 0x21000000;

export class Emulator {
  readonly #process: ChildProcess;
  readonly #socket: Socket;
  readonly #ram: number;
  readonly #waiting: ((answer: unknown) => void)[] = [];
  #text = '';

  private constructor(process: ChildProcess, socket: Socket, ram: number) {
    this.#process = process;
    this.#socket = socket;
    this.#ram = ram;
    socket.on('error', () => {}); // at the end QEMU is killed
    socket.on('data', (bytes) => this.#receive(bytes.toString('utf8')));
  }

  /** `folder` takes the sockets and the file that is the guest's RAM. */
  static async start(board: Board, elf: string, folder: string): Promise<Emulator> {
    const [socket, ramFile] = [join(folder, 'qmp.sock'), join(folder, 'ram.bin')];
    const child = spawn(
      emulatorOf(board),
      [...machineFlags({ board, ramFile }), '-display', 'none', '-monitor', 'none', '-serial', 'null']
        .concat(['-semihosting-config', 'enable=on,target=native,arg=firmware,arg=random=7'])
        .concat(['-qmp', `unix:${socket},server=on,wait=off`, '-kernel', elf]),
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    for (let i = 0; i < 500 && !(existsSync(socket) && existsSync(ramFile)); i++) await sleep(10);
    const connection = createConnection(socket);
    await once(connection, 'connect');
    const emulator = new Emulator(child, connection, openSync(ramFile, 'r'));
    await emulator.#ask('qmp_capabilities');
    return emulator;
  }

  async pause(): Promise<void> {
    await this.#ask('stop');
  }

  async resume(): Promise<void> {
    await this.#ask('cont');
  }

  /** As a reset line would: RAM stays. */
  async reset(): Promise<void> {
    await this.#ask('system_reset');
  }

  /** Guest memory; paused, or it may change while it is read. */
  memory(address: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    readSync(this.#ram, bytes, 0, length, address - RAM_BASE);
    return bytes;
  }

  async end(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#socket.destroy();
    this.#process.kill('SIGKILL');
    await ended;
    closeSync(this.#ram);
  }

  #ask(execute: string): Promise<unknown> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#socket.write(`${JSON.stringify({ execute })}\n`);
    });
  }

  /** A line is an answer, an event, or the greeting. */
  #receive(text: string): void {
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) if (line.includes('"return"') || line.includes('"error"')) this.#waiting.shift()?.(line);
  }
}
