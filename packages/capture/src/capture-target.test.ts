/** Whole captures, cut at every question and lied to at every one. */
import { connectTo, parseServerAddress, RemoteConnection, RemoteError, RemoteTarget } from '@noinit/gdb-remote';
import { buildPrefix, NoinitError } from '@noinit/model';
import { GdbServer, type GdbServerOptions, makeElf, makeNote, Random } from '@noinit/testing';
import { scanCutMessage, scanMessage } from '@noinit/wire';
import { encodeMessage } from '@noinit/wire/encode';
import { describe, expect, it } from 'vitest';
import { type Capture, captureTarget } from './capture-target.ts';
import { readProgram } from './program.ts';

const ID = 'c0ffee00112233445566778899aabbccddeeff00';
const RAM = 0x2000_0000;
const HEAD = RAM + 0x80;
const note = makeNote('GNU', 3, new Uint8Array(Buffer.from(ID, 'hex')));
const program = readProgram(
  makeElf({
    sections: [
      { name: '.note.gnu.build-id', type: 7, flags: 2, address: 0x100, bytes: note },
      { name: '.bss', type: 1, flags: 3, address: RAM, bytes: new Uint8Array(0x200) },
    ],
    symbols: [{ name: 'noinit_head', value: HEAD, size: 40, info: 0x11, section: 2 }],
  }),
);

const words = (...values: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * index);
  return new Uint8Array(bytes);
};

/** The system control space of a core, with these words in it. */
function systemSpace(values: Readonly<Record<number, number>>): { address: number; bytes: Uint8Array } {
  const bytes = new Uint8Array(0x1000);
  for (const [offset, value] of Object.entries(values)) new DataView(bytes.buffer).setUint32(Number(offset), value, true);
  return { address: 0xe000_e000, bytes };
}

const CORTEX_M3 = 0x412f_c231;
const ram = Uint8Array.from({ length: 0x200 }, (_, index) => (index * 13) & 0xff);
// generation, lineage, boot, build, sequence
ram.set([...words(9, 0x5eed_0042, 7), ...Buffer.from(ID.slice(0, 16), 'hex'), ...words(3, 0, 0, 0, 0)], HEAD - RAM);
const CORE = [...Array.from({ length: 13 }, (_, index) => 0x100 + index), RAM + 0x180, 0x0000_0201, 0x0000_0300, 0x0100_0000];
const NAMES = [...Array.from({ length: 13 }, (_, index) => `r${index}`), 'sp', 'lr', 'pc', 'xpsr'];
const registers = new Map(CORE.map((value, number) => [number, Buffer.from(words(value)).toString('hex')]));

function standing(
  more: Partial<GdbServerOptions> = {},
  system: Readonly<Record<number, number>> = { 3328: CORTEX_M3 },
): GdbServerOptions {
  return {
    features: 'PacketSize=100;QStartNoAckMode+;vContSupported+',
    registers: () => registers,
    general: [...registers.keys()],
    memory: [{ address: 0x100, bytes: note }, { address: RAM, bytes: ram }, systemSpace(system)],
    ...more,
  };
}

async function capture(options: GdbServerOptions, onServer?: (server: GdbServer) => void): Promise<Capture> {
  const server = await GdbServer.start(options);
  onServer?.(server);
  const to = parseServerAddress(server.address);
  if (to === undefined) throw new Error(server.address);
  const connection = new RemoteConnection(await connectTo(to, 1_000), 60);
  try {
    return await captureTarget(await RemoteTarget.attach(connection, { stopMs: 30, findSymbol: () => undefined }), { program });
  } finally {
    connection.close();
    await server.close();
  }
}

const messageOf = ({ dump }: Capture): Uint8Array => {
  const { key } = dump;
  if (key === undefined) throw new Error('no key');
  return encodeMessage({ kind: 'crash', key, build: buildPrefix(program.buildId), dump });
};

/** The capture; undefined where it was refused, as it may be. */
async function captureOrRefuse(options: GdbServerOptions, onServer?: (server: GdbServer) => void): Promise<Capture | undefined> {
  try {
    return await capture(options, onServer);
  } catch (error) {
    if (error instanceof RemoteError || error instanceof NoinitError) return undefined;
    throw error;
  }
}

describe('a capture', () => {
  it('is a crash record that its readers read', async () => {
    const taken = await capture(standing());
    const { record, damage } = scanMessage(messageOf(taken));
    expect(damage).toEqual([]);
    expect(record).toMatchObject({
      kind: 'crash',
      key: { lineage: 0x5eed_0042, boot: 7 },
      build: ID.slice(0, 16),
      dump: { machine: 'cortex-m', cause: { kind: 'stopped' }, system: { cpuid: CORTEX_M3, icsr: 0 } },
    });
    expect(taken.keyFrom).toBe('device');
    expect(record?.kind === 'crash' && record.dump.threads[0]?.registers).toEqual({
      ...Object.fromEntries(CORE.slice(0, 13).map((value, number) => [`r${number}`, value])),
      sp: RAM + 0x180,
      lr: 0x201,
      pc: 0x300,
      xpsr: 0x0100_0000,
    });
    expect(record?.kind === 'crash' && record.dump.uptime).toBeUndefined();
    for (const { address, bytes } of taken.dump.regions)
      expect(bytes).toEqual(ram.subarray(address - RAM, address - RAM + bytes.length));
  });

  it('has a key of its own where the SDK has not started', async () => {
    const memory = standing().memory?.map(({ address, bytes }) => ({
      address,
      bytes: address === RAM ? new Uint8Array(0x200) : bytes,
    }));
    const { keyFrom, dump } = await capture(standing({ ...(memory && { memory }) }));
    expect(keyFrom).toBe('chosen');
    expect(dump.key?.boot).toBe(1);
    expect(dump.key?.sequence).toBeGreaterThanOrEqual(0xf000_0000);
    expect(dump.key?.sequence).toBeLessThan(0xffff_fffe);
  });

  it('that is cut at any question is refused, or a cut dump with nothing false in it', async () => {
    let questions = 0;
    const whole = await capture(standing({ answer: () => void questions++ }));
    expect(questions).toBeGreaterThan(30);
    let cuts = 0;
    for (let last = 0; last < questions; last++) {
      let count = 0;
      let server: GdbServer | undefined;
      const drop = (): 'silence' | undefined => {
        if (count++ < last) return undefined;
        server?.drop();
        return 'silence';
      };
      const taken = await captureOrRefuse(standing({ answer: drop }), (started) => {
        server = started;
      });
      if (taken === undefined) continue;
      cuts += 1;
      expect(taken.cut).toBe('the server closed the connection');
      const { record } =
        scanMessage(messageOf(taken)).record === undefined ? scanCutMessage(messageOf(taken)) : scanMessage(messageOf(taken));
      if (record?.kind !== 'crash') throw new Error('a cut capture is a crash record');
      expect(record.dump.damage.map(({ why }) => why)).toEqual(['truncated']);
      expect(record.dump.threads[0]?.registers).toEqual(whole.dump.threads[0]?.registers);
      for (const [name, value] of Object.entries(record.dump.system)) expect(value).toBe(whole.dump.system[name]);
      for (const { address, bytes } of record.dump.regions)
        expect(bytes).toEqual(ram.subarray(address - RAM, address - RAM + bytes.length));
    }
    expect(cuts).toBeGreaterThan(20);
  }, 60_000);

  it('that is lied to at any question ends in time, and is a record or refused', async () => {
    let questions = 0;
    await capture(standing({ answer: () => void questions++ }));
    const lies = [
      'silence',
      '',
      'E01',
      'OK',
      'l',
      'T05',
      'm1,2,3',
      'ff'.repeat(300),
      '00000000',
      `l${'<reg/>'.repeat(50)}`,
      'qSymbol:61',
      'x'.repeat(5_000),
    ];
    for (const lie of lies) {
      for (let at = 0; at < questions; at++) {
        let count = 0;
        const start = performance.now();
        const taken = await captureOrRefuse(standing({ answer: () => (count++ === at ? lie : undefined) }));
        expect(performance.now() - start).toBeLessThan(3_000);
        if (taken === undefined) continue;
        const message = messageOf(taken);
        expect(scanMessage(message).record ?? scanCutMessage(message).record).toMatchObject({ kind: 'crash' });
      }
    }
  }, 60_000);

  it('over a line that bends bytes ends in time, and is a record or refused', async () => {
    const random = new Random(23);
    const bend = (bytes: Buffer): Buffer => {
      const bent = Buffer.from(bytes);
      const at = random.below(bent.length);
      switch (random.below(5)) {
        case 0:
          return bent.subarray(0, at);
        case 1:
          return Buffer.concat([bent.subarray(0, at), Buffer.from('$*}#%+-\u0003'.slice(random.below(8))), bent.subarray(at)]);
        case 2:
          return Buffer.concat([bent, bent.subarray(at)]);
        default:
          bent[at] = (bent[at] ?? 0) ^ (1 << random.below(8));
          return bent;
      }
    };
    const features = ['PacketSize=100;QStartNoAckMode+', 'PacketSize=100;binary-upload+', 'PacketSize=80'];
    for (let run = 0; run < 120; run++) {
      const send: GdbServerOptions['send'] = (bytes, socket) => void socket.write(random.below(12) === 0 ? bend(bytes) : bytes);
      const start = performance.now();
      const taken = await captureOrRefuse(standing({ send, features: features[run % 3] ?? '' }));
      expect(performance.now() - start).toBeLessThan(3_000);
      if (taken === undefined) continue;
      const message = messageOf(taken);
      expect(scanMessage(message).record ?? scanCutMessage(message).record).toMatchObject({ kind: 'crash' });
    }
  }, 60_000);
});

it('believes single registers, where those in one answer are not where the description has them', async () => {
  const described = CORE.map(
    (_, number) => `<reg name="${NAMES[number]}" bitsize="32" regnum="${number === 16 ? 25 : number}"/>`,
  );
  const values = new Map([...registers].map(([number, hex]) => [number === 16 ? 25 : number, hex]));
  for (let number = 16; number < 25; number++) values.set(number, '00'.repeat(number === 24 ? 4 : 12));
  const { dump } = await capture(
    standing({
      features: 'PacketSize=200;qXfer:features:read+',
      documents: { 'features:target.xml': `<target><architecture>arm</architecture>${described.join('')}</target>` },
      registers: () => values,
      general: Array.from({ length: 26 }, (_, number) => number),
    }),
  );
  expect(dump.threads[0]?.registers).toMatchObject({ pc: 0x300, xpsr: 0x0100_0000, r12: 0x10c });
});

describe('system registers', () => {
  const FAULTED = { 3332: 3, 3368: 0x8200, 3372: 0x4000_0000, 3380: 0x1111, 3384: 0xf000_0000 };
  const systemOf = async (values: Readonly<Record<number, number>>) => (await capture(standing({}, values))).dump.system;

  it('of a Cortex-M3 are there; MMFAR is not, where its bit says that it is stale', async () => {
    const system = await systemOf({ ...FAULTED, 3328: CORTEX_M3 });
    expect(system).toMatchObject({ icsr: 3, cfsr: 0x8200, hfsr: 0x4000_0000, bfar: 0xf000_0000, cpacr: 0, fpccr: 0 });
    expect(system).not.toHaveProperty('mmfar');
    expect(system).not.toHaveProperty('sfsr');
  });

  it('of an ARMv6-M are those that it has', async () => {
    const { core, dump, missingRegisters } = await capture(standing({}, { ...FAULTED, 3328: 0x410c_c200 }));
    expect(core).toMatchObject({ name: 'Cortex-M0 r0p0', architecture: 'v6-M' });
    expect(Object.keys(dump.system).sort()).toEqual(['ccr', 'cpuid', 'icsr', 'mpu_ctrl', 'nvic_iser0', 'nvic_ispr0', 'vtor']);
    expect(missingRegisters).toEqual(['msp', 'psp', 'control', 'primask']);
  });

  it('of a Cortex-M33 have those of the secure side only where they hold something', async () => {
    const { dump, missingRegisters } = await capture(standing({}, { ...FAULTED, 3328: 0x411f_d210, 3556: 8 }));
    expect(dump.system).toMatchObject({ sfsr: 8, nvic_iabr0: 0 });
    expect(dump.system).not.toHaveProperty('sfar');
    expect(missingRegisters).toContain('psplim');
  });
});
