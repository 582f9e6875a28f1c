/** The part of gdb's remote protocol that a viewer of a running target needs: read and write memory, go on, stop. */
import { connect, type Socket } from 'node:net';

const INTERRUPT = '\x03';

export class GdbRemote {
  private received = '';
  private waiting: { readonly resolve: (packet: string) => void; readonly reject: (why: Error) => void } | undefined;

  private readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.take(text));
    socket.on('close', () => this.waiting?.reject(new Error('the target is gone')));
  }

  /** Connects to QEMU's `-gdb unix:PATH,server=on,wait=off`, which stops the target. */
  static async connect(path: string, timeoutMs = 5_000): Promise<GdbRemote> {
    for (const end = Date.now() + timeoutMs; ; ) {
      const socket = await tryConnect(path);
      if (socket !== undefined) return new GdbRemote(socket);
      if (Date.now() > end) throw new Error(`nobody listens on ${path}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async read(address: number, size: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let done = 0; done < size; ) {
      const step = Math.min(size - done, 0x400);
      const answer = await this.ask(`m${(address + done).toString(16)},${step.toString(16)}`);
      if (answer.startsWith('E')) throw new Error(`no memory at 0x${(address + done).toString(16)}`);
      parts.push(new Uint8Array(Buffer.from(answer, 'hex')));
      done += step;
    }
    return new Uint8Array(Buffer.concat(parts));
  }

  async write(address: number, bytes: Uint8Array): Promise<void> {
    const hex = Buffer.from(bytes).toString('hex');
    const answer = await this.ask(`M${address.toString(16)},${bytes.length.toString(16)}:${hex}`);
    if (answer !== 'OK') throw new Error(`cannot write 0x${address.toString(16)}: ${answer}`);
  }

  /** Lets the target run for a while, then stops it. */
  async runFor(ms: number): Promise<void> {
    const stopped = this.nextPacket();
    this.send('c');
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.socket.write(INTERRUPT);
    await stopped;
  }

  close(): void {
    this.socket.destroy();
  }

  private ask(packet: string): Promise<string> {
    const answer = this.nextPacket();
    this.send(packet);
    return answer;
  }

  private nextPacket(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  private send(packet: string): void {
    let sum = 0;
    for (const character of packet) sum = (sum + character.charCodeAt(0)) & 0xff;
    this.socket.write(`$${packet}#${sum.toString(16).padStart(2, '0')}`, 'latin1');
  }

  private take(text: string): void {
    this.received += text;
    const packet = /^[^$]*\$([^#]*)#../s.exec(this.received);
    if (packet === null) return;
    this.received = this.received.slice(packet[0].length);
    this.socket.write('+');
    this.waiting?.resolve(packet[1] ?? '');
  }
}

function tryConnect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}
