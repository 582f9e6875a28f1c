/**
 * A gdb server that looks like one of a probe: it answers as their manuals and sources say they do. What it is asked is kept, so that a test sees
 * that nothing was written.
 */
import { createServer, type Server, type Socket } from 'node:net';

export interface GdbServerOptions {
  /** What qSupported is answered. */
  readonly features?: string;
  /** XML documents by `object:annex`: `features:target.xml`, `threads:`. */
  readonly documents?: Readonly<Record<string, string>>;
  /** Registers in hex, by number; of the thread that is selected. */
  readonly registers?: (thread: string) => ReadonlyMap<number, string>;
  /** Which of them `g` gives, in this order; `p` gives all, unless `hasNoP`. */
  readonly general?: readonly number[];
  readonly hasNoP?: boolean;
  readonly memory?: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** Default T05. Undefined in a function: the target runs, until it is interrupted. */
  readonly stop?: string | 'runs';
  /** Threads by id, with what qThreadExtraInfo says. */
  readonly threads?: ReadonlyMap<string, string>;
  /** Symbols that the server must be told before it knows its threads. */
  readonly symbols?: readonly string[];
  /** Comes before all else: an answer, `silence`, or undefined for the usual one. */
  readonly answer?: (packet: string) => string | 'silence' | undefined;
  /** What is done with the bytes of a packet before they are sent: to send them in pieces, bent, twice. */
  readonly send?: (bytes: Buffer, socket: Socket) => void;
  /** Writes memory in run lengths and escapes where that is possible. */
  readonly compresses?: boolean;
}

export class GdbServer {
  /** Every packet that came, and `interrupt`. */
  readonly received: string[] = [];
  readonly told = new Map<string, number>();
  private readonly options: GdbServerOptions;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private thread = '';
  private acknowledges = true;
  private runs: boolean;
  private symbolsAsked = 0;

  private constructor(options: GdbServerOptions) {
    this.options = options;
    this.runs = options.stop === 'runs';
    this.server = createServer((socket) => this.accept(socket));
  }

  /** On a free port of this machine. */
  static async start(options: GdbServerOptions): Promise<GdbServer> {
    const server = new GdbServer(options);
    await new Promise<void>((resolve) => {
      server.server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  get address(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen');
    return `127.0.0.1:${address.port}`;
  }

  /** Whether the target runs now. */
  get isRunning(): boolean {
    return this.runs;
  }

  close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }

  /** Ends every connection, as a server that lost its probe. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    this.acknowledges = true;
    let text = '';
    socket.on('error', () => {});
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (data) => {
      text += data.toString('latin1');
      for (;;) {
        const match = PACKET.exec(text);
        if (match === null) break;
        text = text.slice(match.index + match[0].length);
        if (match[1] === undefined) this.interrupt(socket);
        else this.take(match[1], socket);
      }
    });
  }

  private interrupt(socket: Socket): void {
    this.received.push('interrupt');
    if (!this.runs) return;
    this.runs = false;
    this.sendPacket('T02', socket);
  }

  private take(packet: string, socket: Socket): void {
    this.received.push(packet);
    if (this.acknowledges) socket.write('+');
    const chosen = this.options.answer?.(packet);
    if (chosen === 'silence') return;
    const answer = chosen ?? this.answerTo(packet);
    if (answer !== undefined) this.sendPacket(answer, socket);
    if (packet === 'QStartNoAckMode' && answer === 'OK') this.acknowledges = false;
  }

  private sendPacket(content: string, socket: Socket): void {
    const body = this.options.compresses ? compress(content) : content;
    const sum = [...Buffer.from(body, 'latin1')].reduce((total, byte) => (total + byte) & 0xff, 0);
    const bytes = Buffer.from(`$${body}#${sum.toString(16).padStart(2, '0')}`, 'latin1');
    if (this.options.send) this.options.send(bytes, socket);
    else socket.write(bytes);
  }

  /** Undefined: no answer, the target runs. */
  private answerTo(packet: string): string | undefined {
    const { features = 'PacketSize=400', threads, general = [], hasNoP } = this.options;
    if (packet.startsWith('qSupported')) return features;
    if (packet === 'QStartNoAckMode') return features.includes('QStartNoAckMode+') ? 'OK' : '';
    if (packet === '?') return this.runs ? undefined : this.options.stop === 'runs' ? 'T02' : (this.options.stop ?? 'T05');
    if (packet === 'vCont?') return 'vCont;c;C;s;S';
    if (packet === 'c' || packet === 'vCont;c') {
      this.runs = true;
      return undefined;
    }
    if (packet.startsWith('qXfer:')) return this.answerTransfer(packet);
    if (packet.startsWith('qSymbol:')) return this.answerSymbol(packet);
    if (packet === 'qfThreadInfo') return this.knowsThreads() && threads ? `m${[...threads.keys()].join(',')}` : 'l';
    if (packet === 'qsThreadInfo') return 'l';
    if (packet === 'qC') return threads && this.knowsThreads() ? `QC${[...threads.keys()][0]}` : '';
    if (packet.startsWith('qThreadExtraInfo,')) {
      return Buffer.from(threads?.get(packet.slice('qThreadExtraInfo,'.length)) ?? '').toString('hex');
    }
    if (packet.startsWith('Hg')) {
      this.thread = packet.slice(2);
      return threads?.has(this.thread) ? 'OK' : 'E01';
    }
    if (packet === 'g') return general.map((number) => this.registers().get(number) ?? 'xxxxxxxx').join('');
    if (packet.startsWith('p')) return hasNoP ? '' : (this.registers().get(Number.parseInt(packet.slice(1), 16)) ?? 'E01');
    if (packet.startsWith('m')) return this.answerMemory(packet);
    return '';
  }

  private registers(): ReadonlyMap<number, string> {
    return this.options.registers?.(this.thread) ?? new Map();
  }

  private knowsThreads(): boolean {
    return (this.options.symbols ?? []).every((name) => this.told.has(name));
  }

  private answerTransfer(packet: string): string {
    const match = /^qXfer:([a-z-]+):read:([^:]*):([0-9a-f]+),([0-9a-f]+)$/.exec(packet);
    const document = this.options.documents?.[`${match?.[1]}:${match?.[2]}`];
    if (document === undefined) return 'E00';
    const [offset, length] = [Number.parseInt(match?.[3] ?? '', 16), Number.parseInt(match?.[4] ?? '', 16)];
    const piece = document.slice(offset, offset + length);
    return `${offset + piece.length < document.length ? 'm' : 'l'}${piece.replace(/[#$}*]/g, (character) => `}${String.fromCharCode(character.charCodeAt(0) ^ 0x20)}`)}`;
  }

  private answerSymbol(packet: string): string {
    const [, value, name] = packet.split(':');
    if (value !== undefined && value !== '' && name !== undefined) {
      this.told.set(Buffer.from(name, 'hex').toString(), Number.parseInt(value, 16));
    }
    const next = this.options.symbols?.[this.symbolsAsked++];
    return next === undefined ? 'OK' : `qSymbol:${Buffer.from(next).toString('hex')}`;
  }

  private answerMemory(packet: string): string {
    const match = /^m([0-9a-f]+),([0-9a-f]+)$/.exec(packet);
    const [start, length] = [Number.parseInt(match?.[1] ?? '', 16), Number.parseInt(match?.[2] ?? '', 16)];
    const found = this.options.memory?.find(({ address, bytes }) => start >= address && start + length <= address + bytes.length);
    if (found === undefined) return 'E01';
    return Buffer.from(found.bytes.subarray(start - found.address, start - found.address + length)).toString('hex');
  }
}

/** A packet, or the byte that interrupts. */
const PACKET = new RegExp(`\\$([^#]*)#[0-9a-f]{2}|${String.fromCharCode(3)}`, 's');

/** Runs of four characters and more, in the counts that the protocol can write: not those that would be `#`, `$`, `+` or `-`. */
function compress(text: string): string {
  return text.replace(/([0-9a-f])\1{3,60}/g, (run, character: string) => {
    const count = run.length - 1 + 29;
    return '#$+-'.includes(String.fromCharCode(count)) ? run : `${character}*${String.fromCharCode(count)}`;
  });
}
