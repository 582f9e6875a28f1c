import { describe, expect, it } from 'vitest';
import type { ByteStream } from './byte-stream.ts';
import { RemoteConnection } from './connection.ts';
import type { RemoteError } from './remote-error.ts';

/** The other end: `answer` gives what is sent for each piece of bytes that was written. */
class Wire implements ByteStream {
  written = '';
  private take: (bytes: Uint8Array) => void = () => {};
  private end: (why: string) => void = () => {};
  private readonly answer: (piece: string, count: number) => string;
  private count = 0;

  constructor(answer: (piece: string, count: number) => string) {
    this.answer = answer;
  }

  write(bytes: Uint8Array): void {
    const piece = Buffer.from(bytes).toString('latin1');
    this.written += piece;
    const answer = this.answer(piece, this.count++);
    if (answer !== '') queueMicrotask(() => this.say(answer));
  }

  say(text: string): void {
    this.take(new Uint8Array(Buffer.from(text, 'latin1')));
  }

  listen(take: (bytes: Uint8Array) => void, end: (why: string) => void): void {
    this.take = take;
    this.end = end;
  }

  hangUp(): void {
    this.end('the probe was unplugged');
  }

  close(): void {}
}

function open(answer: (piece: string, count: number) => string, timeoutMs = 200): { wire: Wire; connection: RemoteConnection } {
  const wire = new Wire(answer);
  return { wire, connection: new RemoteConnection(wire, timeoutMs) };
}

const codeOf = (asking: Promise<unknown>): Promise<string> =>
  asking.then(
    () => 'answered',
    (error: RemoteError) => `${error.code}: ${error.message}`,
  );

describe('a connection', () => {
  it('acknowledges each answer until both agree to do without', async () => {
    const { wire, connection } = open((piece) => (piece.startsWith('$') ? '+$OK#9a' : ''));
    expect(await connection.askText('?')).toBe('OK');
    await connection.stopAcknowledging();
    expect(await connection.askText('g')).toBe('OK');
    expect(wire.written).toBe('$?#3f+$QStartNoAckMode#b0+$g#67');
  });

  it('sends again what came damaged, and asks again for what came damaged', async () => {
    const { wire, connection } = open((_, count) => ['-', '$OK#00', '$OK#9a'][count] ?? '');
    expect(await connection.askText('?')).toBe('OK');
    expect(wire.written).toBe('$?#3f$?#3f-+');
  });

  it.each([
    ['refuses all it is sent', '-', 'protocol: the server refuses what it is sent as damaged'],
    ['sends only damaged packets', '$OK#00', 'protocol: the server sent a packet whose check sum is wrong'],
  ])('is given up where the server %s', async (_, said, why) => {
    const { connection } = open(() => said);
    expect(await codeOf(connection.ask('?'))).toBe(why);
  });

  it('passes over console output and notifications', async () => {
    const { wire, connection } = open((piece) => (piece.startsWith('$') ? '$O68690a#bd%Stop:T05#00$l#6c' : ''));
    expect(await connection.askText('g')).toBe('l');
    expect(wire.written).toBe('$g#67++');
  });

  it('takes a stop that it is told of unasked for no answer', async () => {
    const { wire, connection } = open((piece) => (piece.startsWith('$q') ? '$T02thread:01;#da$OK#9a' : ''));
    wire.say('$T02#b6');
    expect(await connection.askText('qSupported')).toBe('OK');
    connection.send('?');
    const waiting = connection.awaitPacket(100);
    wire.say('$S05#b8');
    expect(await waiting).toBe('S05');
  });

  it('is given up where the server speaks for ever and answers nothing', async () => {
    const { connection } = open((piece) => (piece.startsWith('$') ? '%x#00'.repeat(20_000) : ''));
    expect(await codeOf(connection.ask('?'))).toBe('protocol: the server says much and answers nothing');
  });

  it('fails in time where nothing comes, and each question after it at once', async () => {
    const { wire, connection } = open(() => '', 50);
    expect(await codeOf(connection.ask('?'))).toBe('timeout: no answer within 50 ms');
    wire.say('$late#00');
    const before = performance.now();
    expect(await codeOf(connection.ask('g'))).toBe('timeout: no answer within 50 ms');
    expect(performance.now() - before).toBeLessThan(40);
  });

  it('is used no longer than its time, however quick each answer is', async () => {
    const wire = new Wire((piece) => (piece.startsWith('$') ? '$OK#9a' : ''));
    const connection = new RemoteConnection(wire, 1_000, 30);
    const start = performance.now();
    let last = '';
    while (last === '' && performance.now() - start < 1_000) {
      last = await connection.askText('g').then(
        () => new Promise<string>((resolve) => setTimeout(() => resolve(''), 1)),
        (error: RemoteError) => error.message,
      );
    }
    expect(last).toBe('all answers took over 30 ms');
  });

  it('fails where it ends in the middle of an answer', async () => {
    const { wire, connection } = open(() => '$0000');
    const asking = codeOf(connection.ask('g'));
    await new Promise((resolve) => setTimeout(resolve, 10));
    wire.hangUp();
    expect(await asking).toBe('closed: the probe was unplugged');
  });

  it('waits for a packet that nobody asked for, and goes on where none comes', async () => {
    const { wire, connection } = open((piece) => (piece.startsWith('$') ? '$OK#9a' : ''));
    expect(await connection.awaitPacket(20)).toBeUndefined();
    const waiting = connection.awaitPacket(200);
    connection.interrupt();
    wire.say('$T02#b6');
    expect(await waiting).toBe('T02');
    expect(wire.written).toBe('\u0003+');
    expect(await connection.askText('g')).toBe('OK');
  });
});
