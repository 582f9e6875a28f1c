/** Questions and answers over a byte stream, one at a time. */
import type { ByteStream } from './byte-stream.ts';
import { MAX_ASIDES, MAX_DAMAGED_ANSWERS, MAX_SENDS, MAX_TOTAL_MS } from './limits.ts';
import { encodePacket, type PacketEvent, PacketReader } from './packet.ts';
import { RemoteError } from './remote-error.ts';

interface Waiting {
  /** Sent again where the server says that it came damaged. */
  readonly packet: Uint8Array | undefined;
  readonly resolve: (content: Uint8Array) => void;
  readonly reject: (why: RemoteError) => void;
  readonly timer: NodeJS.Timeout;
  sends: number;
  damaged: number;
  asides: number;
}

export class RemoteConnection {
  private readonly stream: ByteStream;
  private readonly timeoutMs: number;
  private readonly totalMs: number;
  private readonly begin = performance.now();
  private readonly reader = new PacketReader();
  private waiting: Waiting | undefined;
  private lost: RemoteError | undefined;
  private acknowledges = true;

  /** `timeoutMs`: how long an answer may take. `totalMs`: how long all of them together may. */
  constructor(stream: ByteStream, timeoutMs: number, totalMs: number = MAX_TOTAL_MS) {
    this.stream = stream;
    this.timeoutMs = timeoutMs;
    this.totalMs = totalMs;
    stream.listen(
      (bytes) => this.receive(bytes),
      (why) => this.lose(new RemoteError('closed', why)),
    );
  }

  /** Sends a packet and gives what answers it. RemoteError where nothing does; after that, every question fails in the same way. */
  ask(content: string): Promise<Uint8Array> {
    const packet = encodePacket(content);
    const answer = this.nextPacket(this.timeoutMs, packet);
    this.stream.write(packet);
    return answer;
  }

  /** The answer as text, one character a byte. */
  async askText(content: string): Promise<string> {
    return Buffer.from(await this.ask(content)).toString('latin1');
  }

  /** The next packet, asked for or not; undefined where none comes in time. Then more can still be asked. */
  async awaitPacket(timeoutMs: number): Promise<string | undefined> {
    try {
      return Buffer.from(await this.nextPacket(timeoutMs, undefined)).toString('latin1');
    } catch (error) {
      if (!(error instanceof RemoteError) || error.code !== 'timeout') throw error;
      return undefined;
    }
  }

  /** Sends a packet whose answer is not waited for. */
  send(content: string): void {
    this.stream.write(encodePacket(content));
  }

  /** Asks a running target to stop. Is no packet and has no acknowledgement. */
  interrupt(): void {
    this.stream.write(Uint8Array.of(INTERRUPT));
  }

  /** No more acknowledgements, if the server agrees: TCP loses nothing. */
  async stopAcknowledging(): Promise<void> {
    if ((await this.askText('QStartNoAckMode')) === 'OK') this.acknowledges = false;
  }

  /** Answers no question any more, the one that waits included. What is sent still goes out. */
  abandon(why: string): void {
    this.lose(new RemoteError('closed', why));
  }

  close(): void {
    this.abandon('the connection was closed');
    this.stream.close();
  }

  private nextPacket(timeoutMs: number, packet: Uint8Array | undefined): Promise<Uint8Array> {
    if (this.waiting !== undefined) throw new Error('a question before the answer to the one before');
    if (performance.now() - this.begin > this.totalMs)
      this.lose(new RemoteError('timeout', `all answers took over ${this.totalMs} ms`));
    if (this.lost !== undefined) return Promise.reject(this.lost);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.giveUp(timeoutMs), timeoutMs);
      this.waiting = { packet, resolve, reject, timer, sends: 1, damaged: 0, asides: 0 };
    });
  }

  /** An answer that comes later would be taken for the next question's: nothing more is asked. */
  private giveUp(timeoutMs: number): void {
    const error = new RemoteError('timeout', `no answer within ${timeoutMs} ms`);
    if (this.waiting?.packet === undefined) this.settle()?.reject(error);
    else this.lose(error);
  }

  private receive(bytes: Uint8Array): void {
    for (const event of this.reader.push(bytes)) this.handle(event);
  }

  private handle(event: PacketEvent): void {
    switch (event.kind) {
      case 'ack':
        break;
      case 'nak':
        this.sendAgain();
        break;
      case 'notification':
        this.countAside();
        break;
      case 'damaged':
        this.refuse(event.why);
        break;
      case 'packet':
        if (this.acknowledges) this.stream.write(Uint8Array.of(ACK));
        this.takePacket(event.content);
        break;
    }
  }

  private takePacket(content: Uint8Array): void {
    // A target that stopped because we came says so unasked, and may do it between a question and its answer.
    const isUnasked = this.waiting?.packet !== undefined && isStopReply(content);
    if (isUnasked || isConsoleOutput(content)) this.countAside();
    // What nobody waits for is an answer that came after its time, or a packet that was sent twice.
    else this.settle()?.resolve(content);
  }

  private sendAgain(): void {
    const { waiting } = this;
    if (waiting?.packet === undefined) return;
    waiting.sends += 1;
    if (waiting.sends > MAX_SENDS) this.lose(new RemoteError('protocol', 'the server refuses what it is sent as damaged'));
    else this.stream.write(waiting.packet);
  }

  private refuse(why: string): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    waiting.damaged += 1;
    if (!this.acknowledges || waiting.damaged === MAX_DAMAGED_ANSWERS)
      this.lose(new RemoteError('protocol', `the server sent ${why}`));
    else this.stream.write(Uint8Array.of(NAK));
  }

  private countAside(): void {
    if (this.waiting === undefined) return;
    this.waiting.asides += 1;
    if (this.waiting.asides > MAX_ASIDES) this.lose(new RemoteError('protocol', 'the server says much and answers nothing'));
  }

  private lose(why: RemoteError): void {
    this.lost ??= why;
    this.settle()?.reject(this.lost);
  }

  private settle(): Waiting | undefined {
    const { waiting } = this;
    clearTimeout(waiting?.timer);
    this.waiting = undefined;
    return waiting;
  }
}

/** `O` and hex digits: what the target prints. `OK` is an answer. */
function isConsoleOutput(content: Uint8Array): boolean {
  return content[0] === LETTER_O && content.length % 2 === 1 && content.length > 1;
}

/** What no question is answered with but `?`, which is sent without waiting. */
function isStopReply(content: Uint8Array): boolean {
  return /^[TS][0-9a-fA-F]{2}/.test(String.fromCharCode(...content.subarray(0, 3)));
}

const LETTER_O = 0x4f;
const ACK = 0x2b;
const NAK = 0x2d;
const INTERRUPT = 0x03;
