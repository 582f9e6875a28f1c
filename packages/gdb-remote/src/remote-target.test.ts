/** A target behind look-alikes of servers, kind ones and hostile ones. */
import { GdbServer, type GdbServerOptions } from '@noinit/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectTo, parseServerAddress } from './byte-stream.ts';
import { RemoteConnection } from './connection.ts';
import type { RemoteError } from './remote-error.ts';
import { RemoteTarget } from './remote-target.ts';

const RAM = 0x2000_0000;
const ramBytes = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, index) => (index * 7) & 0xff);
const word = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('hex');
};
/** r0 to r15 hold 0x100 and up, the 17th register 0x01000000. */
const CORE = new Map(Array.from({ length: 17 }, (_, number) => [number, word(number === 16 ? 0x0100_0000 : 0x100 + number)]));

interface Attached {
  readonly server: GdbServer;
  readonly connection: RemoteConnection;
  readonly target: RemoteTarget;
}

async function open(options: GdbServerOptions, timeoutMs = 300): Promise<{ server: GdbServer; connection: RemoteConnection }> {
  const server = await GdbServer.start(options);
  onTestFinished(() => server.close());
  const to = parseServerAddress(server.address);
  if (to === undefined) throw new Error(`${server.address} is no address`);
  const connection = new RemoteConnection(await connectTo(to, 1_000), timeoutMs);
  onTestFinished(() => connection.close());
  return { server, connection };
}

async function attach(options: GdbServerOptions, findSymbol?: (name: string) => number | undefined): Promise<Attached> {
  const { server, connection } = await open(options);
  const target = await RemoteTarget.attach(connection, { stopMs: 150, ...(findSymbol && { findSymbol }) });
  return { server, connection, target };
}

const STANDING: GdbServerOptions = { registers: () => CORE, general: [...CORE.keys()] };

const refusal = (asking: Promise<unknown>): Promise<string> =>
  asking.then(
    () => 'none',
    (error: RemoteError) => `${error.code}: ${error.message}`,
  );

const numberOf = (bytes: Uint8Array | undefined): number | undefined => bytes && Buffer.from(bytes).readUInt32LE();

describe('a target that runs', () => {
  it('is interrupted, and runs again afterwards', async () => {
    const { server, target } = await attach({ ...STANDING, stop: 'runs' });
    expect([target.wasInterrupted, server.isRunning]).toEqual([true, false]);
    await target.resume();
    await expect.poll(() => server.isRunning).toBe(true);
    expect(server.received.filter((packet) => packet === 'interrupt')).toHaveLength(1);
  });

  it('and will not stop is refused in time', async () => {
    const { connection } = await open({ answer: (packet) => (packet === '?' ? 'silence' : undefined) });
    expect(await refusal(RemoteTarget.attach(connection, { stopMs: 50 }))).toBe(
      'refused: the target runs, and did not stop within 50 ms',
    );
  });

  it('but says that it stands is interrupted where its registers cannot be read', async () => {
    let hasStopped = false;
    const { connection, server } = await open({
      ...STANDING,
      answer: (packet) => (packet === 'g' && !hasStopped ? 'E01' : undefined),
    });
    const attaching = RemoteTarget.attach(connection, { stopMs: 200 });
    await expect.poll(() => server.received.includes('interrupt')).toBe(true);
    hasStopped = true;
    expect(await refusal(attaching)).toContain('did not stop');
  });

  it('that ended is refused', async () => {
    const { connection } = await open({ stop: 'W00' });
    expect(await refusal(RemoteTarget.attach(connection, { stopMs: 50 }))).toContain('no target that runs or stands');
  });
});

describe('registers', () => {
  it('without a description are those of an M-profile stub: seventeen words', async () => {
    const { target } = await attach(STANDING);
    const registers = await target.readRegisters('arm');
    expect(numberOf(registers.get('pc'))).toBe(0x10f);
    expect(numberOf(registers.get('xpsr'))).toBe(0x0100_0000);
  });

  it('without a description may leave room for FPA registers', async () => {
    const floats = Array.from({ length: 8 }, (_, index): [number, string] => [16 + index, '00'.repeat(12)]);
    const all = new Map([...[...CORE].slice(0, 16), ...floats, [24, word(0)] as const, [25, word(0x2100_0003)] as const]);
    const { target } = await attach({ registers: () => all, general: [...all.keys()] });
    const registers = await target.readRegisters('arm');
    expect([numberOf(registers.get('pc')), numberOf(registers.get('xpsr'))]).toEqual([0x10f, 0x2100_0003]);
  });

  it('without a description of a RISC-V are x0 to x31 and pc', async () => {
    const all = new Map(Array.from({ length: 33 }, (_, number) => [number, word(0x200 + number)]));
    const { target } = await attach({ registers: () => all, general: [...all.keys()] });
    const registers = await target.readRegisters('riscv32');
    expect(['ra', 'sp', 's0', 'a0', 't6', 'pc'].map((name) => numberOf(registers.get(name)))).toEqual(
      [1, 2, 8, 10, 31, 32].map((number) => 0x200 + number),
    );
  });

  it('that the server writes as xx, or leaves out, are not there', async () => {
    const { target } = await attach({ ...STANDING, registers: () => new Map([...CORE].filter(([number]) => number !== 3)) });
    const registers = await target.readRegisters('arm');
    expect(registers.has('r3')).toBe(false);
    expect(registers.size).toBe(16);
  });

  it('are read one by one where the server can, and never again where it cannot', async () => {
    const able = await attach({ ...STANDING, registers: () => new Map([...CORE, [20, '01']]) });
    expect(await able.target.readRegister({ name: 'primask', number: 20, bytes: 1 })).toEqual(Uint8Array.of(1));
    expect(await able.target.readRegister({ name: 'basepri', number: 21, bytes: 1 })).toBeUndefined();
    const unable = await attach({ ...STANDING, hasNoP: true });
    for (const number of [20, 21, 22]) expect(await unable.target.readRegister({ name: 'x', number, bytes: 1 })).toBeUndefined();
    expect(unable.server.received.filter((packet) => /^p[0-9a-f]+$/.test(packet))).toHaveLength(1);
  });
});

describe('memory', () => {
  const withRam = (size: number, more: Partial<GdbServerOptions> = {}): GdbServerOptions => ({
    ...STANDING,
    memory: [{ address: RAM, bytes: ramBytes(size) }],
    ...more,
  });

  it.each(['PacketSize=40', 'PacketSize=400', 'PacketSize=20000', 'PacketSize=zz', ''])(
    'is read in pieces that fit %j',
    async (features) => {
      const { target } = await attach(withRam(5_000, { features }));
      const { pieces, gaps } = await target.readMemory(RAM, 5_000);
      expect(gaps).toEqual([]);
      expect(pieces).toEqual([{ address: RAM, bytes: ramBytes(5_000) }]);
    },
  );

  it('is read through run lengths, one byte at a time, without acknowledgements', async () => {
    const bytes = new Uint8Array(2_000).fill(0, 0, 1_500).fill(0x77, 1_500);
    const { target } = await attach({
      ...STANDING,
      features: 'PacketSize=200;QStartNoAckMode+',
      memory: [{ address: RAM, bytes }],
      compresses: true,
      send: (packet, socket) => {
        for (const byte of packet) socket.write(Uint8Array.of(byte));
      },
    });
    expect((await target.readMemory(RAM, bytes.length)).pieces).toEqual([{ address: RAM, bytes }]);
  });

  it.each([1, 3, 4, 100, 1_023, 1_024, 1_500, 4_093])(
    'that ends in the middle of a range is kept up to there: %i bytes',
    async (size) => {
      const { target } = await attach(withRam(size));
      const { pieces, gaps } = await target.readMemory(RAM, 8_192);
      // Words are not taken apart.
      const read = size - (size % 4);
      expect(pieces).toEqual(read === 0 ? [] : [{ address: RAM, bytes: ramBytes(size).subarray(0, read) }]);
      expect(gaps).toEqual([{ address: RAM + read, size: 8_192 - read, why: 'the server cannot read it' }]);
    },
  );

  it('behind a hole is read too', async () => {
    const memory = [
      { address: RAM, bytes: ramBytes(600) },
      { address: RAM + 4_096, bytes: ramBytes(1_000) },
    ];
    const { target } = await attach({ ...STANDING, memory });
    const { pieces, gaps } = await target.readMemory(RAM, 5_000);
    expect(pieces.map(({ address, bytes }) => [address, bytes.length])).toEqual([
      [RAM, 600],
      [RAM + 4_096, 904],
    ]);
    expect(gaps).toEqual([{ address: RAM + 600, size: 4_096 - 600, why: 'the server cannot read it' }]);
  });

  it('of which nothing is there takes few questions', async () => {
    const { server, target } = await attach(STANDING);
    const { pieces, gaps } = await target.readMemory(RAM, 16 * 1024 * 1024);
    expect([pieces, gaps]).toEqual([[], [{ address: RAM, size: 16 * 1024 * 1024, why: 'the server cannot read it' }]]);
    expect(server.received.length).toBeLessThan(100);
  });

  it('that came before the connection was lost is kept', async () => {
    let questions = 0;
    const { server, target } = await attach(
      withRam(8_192, { answer: (packet) => (packet.startsWith('m') && ++questions > 3 ? 'silence' : undefined) }),
    );
    const reading = target.readMemory(RAM, 8_192);
    await expect.poll(() => questions).toBe(4);
    server.drop();
    const { pieces, gaps, lost } = await reading;
    expect(lost).toMatchObject({ code: 'closed' });
    expect(pieces[0]?.bytes.length).toBeGreaterThan(500);
    expect((pieces[0]?.bytes.length ?? 0) + (gaps[0]?.size ?? 0)).toBe(8_192);
  });

  it.each(['zz', 'OK', '0', 'ff'.repeat(600), 'l'])('that is none ends the reading: %j', async (answer) => {
    const { target } = await attach(withRam(64, { answer: (packet) => (packet.startsWith('m') ? answer : undefined) }));
    const { pieces, lost } = await target.readMemory(RAM, 64);
    expect([pieces, lost?.code]).toEqual([[], 'protocol']);
  });

  it('may come in binary where the server offers it', async () => {
    const { server, target } = await attach({
      ...STANDING,
      features: 'PacketSize=100;binary-upload+',
      answer: (packet) => (/^x[0-9a-f]+,[0-9a-f]+$/.test(packet) ? `b${'\u0001}\u0003A'.repeat(8)}` : undefined),
    });
    const { pieces } = await target.readMemory(RAM, 24);
    expect(pieces).toEqual([{ address: RAM, bytes: new Uint8Array(Buffer.from('\u0001#A'.repeat(8), 'latin1')) }]);
    expect(server.received.some((packet) => packet.startsWith('m'))).toBe(false);
  });
});

describe('threads', () => {
  const threads = new Map([
    ['1', 'Name: idle, State: Ready'],
    ['20000428', 'Name: sensor, State: Running'],
  ]);

  it('are listed with name and state, once the server was told the symbols that it wants', async () => {
    const symbols = ['pxCurrentTCB', 'uxTaskNumber'];
    const find = (name: string) => (symbols.includes(name) ? 0x2000_0100 : undefined);
    const { server, target } = await attach({ ...STANDING, threads, symbols }, find);
    expect(server.told.get('pxCurrentTCB')).toBe(0x2000_0100);
    expect(await target.threads()).toEqual([
      { id: '1', name: 'idle', state: 'Ready' },
      { id: '20000428', name: 'sensor', state: 'Running' },
    ]);
    const without = await attach({ ...STANDING, threads, symbols });
    expect(await without.target.threads()).toEqual([]);
  });

  it('may be described in one document', async () => {
    const xml =
      '<?xml version="1.0"?><threads><thread id="2" name="pump&amp;co" core="0">Running\u001b[2J</thread>' +
      '<thread id="20000428">Name: idle, State: Ready</thread><thread id="x"/></threads>';
    const { target } = await attach({ ...STANDING, features: 'qXfer:threads:read+', documents: { 'threads:': xml } });
    expect(await target.threads()).toEqual([
      { id: '2', name: 'pump&co', state: 'Running[2J' },
      { id: '20000428', name: 'idle', state: 'Ready' },
    ]);
  });

  it('that never end are no more than the limit', async () => {
    let next = 0;
    const { target } = await attach({
      ...STANDING,
      answer: (packet) => {
        if (/^q[fs]ThreadInfo$/.test(packet)) return `m${(++next).toString(16)}`;
        return packet.startsWith('qThreadExtraInfo') ? '' : undefined;
      },
    });
    expect(await target.threads()).toHaveLength(256);
  });
});

describe('a hostile server', () => {
  it('that sends documents without end is refused', async () => {
    const { connection } = await open({
      ...STANDING,
      features: 'qXfer:features:read+',
      answer: (packet) => (packet.startsWith('qXfer') ? `m${'<'.repeat(60_000)}` : undefined),
    });
    expect(await refusal(RemoteTarget.attach(connection, { stopMs: 100 }))).toContain('protocol: a document of over');
  });

  it('that asks for symbols without end is asked nothing more', async () => {
    const { target } = await attach(
      { ...STANDING, answer: (packet) => (packet.startsWith('qSymbol') ? 'qSymbol:6161' : undefined) },
      () => 1,
    );
    expect((await target.readRegisters('arm')).size).toBe(17);
  });

  it.each([['nothing'], ['noise'], ['empty packets'], ['the wrong sum']])('that says %s is left in time', async (what) => {
    const said =
      { nothing: '', noise: 'HTTP/1.1 400 Bad Request\r\n\r\n', 'empty packets': '$#00', 'the wrong sum': '$OK#11' }[what] ?? '';
    const { connection } = await open({ send: (_, socket) => void socket.write(said) }, 80);
    const start = performance.now();
    expect(await refusal(RemoteTarget.attach(connection, { stopMs: 80 }))).toMatch(/^(?:timeout|protocol|refused): /);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

it('is never written to', async () => {
  const { server, target } = await attach({ ...STANDING, memory: [{ address: RAM, bytes: ramBytes(100) }] });
  await target.readRegisters('arm');
  await target.readMemory(RAM, 200);
  await target.threads();
  await target.resume();
  await expect.poll(() => server.isRunning).toBe(true);
  expect(server.received.filter((packet) => /^(?:[GMPXZzkR]|vFlash|vCont;[^c]|qRcmd|QSet)/.test(packet))).toEqual([]);
});
