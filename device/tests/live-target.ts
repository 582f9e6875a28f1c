/** A firmware in QEMU, driven through QEMU's gdb server: run to a place, let it run on, take what it sent. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { connectTo, RemoteConnection } from '@noinit/gdb-remote';
import { chunksOf, emulatorOf, machineFlags, type RunOptions } from './firmware.ts';

export class LiveTarget {
  /** Where `noinit capture --gdb` finds it. One debugger at a time. */
  readonly gdb: string;
  private readonly child: ChildProcess;
  private readonly socket: string;
  private text = '';

  private constructor(child: ChildProcess, socket: string) {
    this.child = child;
    this.socket = socket;
    this.gdb = `unix:${socket}`;
    child.stdout?.on('data', (piece: Buffer) => {
      this.text += piece.toString('latin1');
    });
  }

  /** Stands at its first instruction. `socket` is a path that is made. */
  static start({ board, elf, args = {}, qemuArgs = [] }: RunOptions, socket: string): LiveTarget {
    const words = Object.entries(args).map(([name, value]) => `arg=${name}=${value}`);
    const child = spawn(
      emulatorOf(board),
      [...machineFlags({ board }), '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-S']
        .concat(['-semihosting-config', ['enable=on', 'target=native', 'arg=firmware', ...words].join(',')])
        .concat(['-gdb', `unix:${socket},server=on,wait=off`, '-kernel', elf, ...qemuArgs]),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    return new LiveTarget(child, socket);
  }

  /** Runs until the instruction at `address` is the next, and leaves the target there without a debugger. */
  async runTo(address: number): Promise<void> {
    const debug = await this.connect();
    // A hardware breakpoint: nothing is written to the target's memory. The length is that of a Thumb instruction; QEMU does not look at it.
    const place = `1,${address.toString(16)},2`;
    expectOk(await debug.askText(`Z${place}`));
    debug.send('c');
    const stopped = await debug.awaitPacket(10_000);
    if (stopped?.startsWith('T05') !== true) throw new Error(`the target did not come to 0x${address.toString(16)}: ${stopped}`);
    expectOk(await debug.askText(`z${place}`));
    debug.close();
  }

  /** Lets it run on, as a debugger that leaves. */
  async release(): Promise<void> {
    const debug = await this.connect();
    debug.send('c');
    debug.close();
  }

  /** Waits until the firmware ends QEMU; gives the chunks that it sent. */
  async finish(): Promise<readonly Uint8Array[]> {
    if (this.child.exitCode === null) {
      await Promise.race([once(this.child, 'exit'), wait(15_000)]);
    }
    return chunksOf(this.text);
  }

  /** For good: a test calls it in the end. */
  stop(): void {
    this.child.kill('SIGKILL');
  }

  private async connect(): Promise<RemoteConnection> {
    for (const end = Date.now() + 5_000; ; ) {
      try {
        return new RemoteConnection(await connectTo({ kind: 'unix', path: this.socket }, 1_000), 5_000);
      } catch (error) {
        if (Date.now() > end) throw error;
        await wait(20);
      }
    }
  }
}

function expectOk(answer: string): void {
  if (answer !== 'OK') throw new Error(`the debugger was answered ${answer}`);
}
