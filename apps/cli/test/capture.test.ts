/** `noinit capture` against look-alikes of gdb servers. Real ones: device/tests/capture.test.ts (QEMU). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Trace, TraceFrame } from '@noinit/model';
import { GdbServer, type GdbServerOptions, makeElf, makeNote } from '@noinit/testing';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { behind, behindBareStub, LOOK_ALIKES, readRecorded } from './recorded-target.ts';
import { type CommandResult, noinit } from './run.ts';

const BIN = fileURLToPath(new URL('../bin/noinit.js', import.meta.url));
const CORTEX_M4 = 0x410f_c241;
const recorded = readRecorded('m4-isr-on-thread', CORTEX_M4);
const GOLDEN = JSON.parse(readFileSync('fixtures/crash/m4-isr-on-thread.trace.golden.json', 'utf8')) as Trace;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'noinit-capture-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

interface Captured extends CommandResult {
  readonly server: GdbServer;
  readonly file: string;
}

let files = 0;

async function capture(options: GdbServerOptions, ...words: readonly string[]): Promise<Captured> {
  const server = await GdbServer.start(options);
  onTestFinished(() => server.close());
  const file = join(folder, `${++files}.dump`);
  const result = await noinit('capture', '--gdb', server.address, '-o', file, '--timeout', '0.5', ...words);
  return { ...result, server, file };
}

async function explain(file: string, elf: string): Promise<Trace> {
  const { out, code } = await noinit('explain', file, '--elf', elf, '--json');
  expect([0, 3]).toContain(code);
  return JSON.parse(out) as Trace;
}

const outline = (frames: readonly TraceFrame[] | undefined): unknown[] =>
  (frames ?? []).map((frame) => (frame.kind === 'exception' ? `<${frame.exception}>` : [frame.function, frame.line, frame.pc]));

const openOcd = (): GdbServerOptions => behind(recorded, LOOK_ALIKES['OpenOCD'] ?? { features: '', described: [], general: [] });

describe('a server that looks like one of a probe', () => {
  it.each(Object.entries(LOOK_ALIKES))(
    '%s: gives the trace of the crash, with every register it has',
    async (_name, lookAlike) => {
      const { code, out, error, server, file } = await capture(behind(recorded, lookAlike), '--elf', recorded.elf, '--json');
      expect([code, error]).toEqual([0, '']);
      expect(JSON.parse(out)).toMatchObject({ core: 'Cortex-M4 r0p1', registers: { unknown: [] }, missing: [], cut: null });
      const trace = await explain(file, recorded.elf);
      expect(outline(trace.threads[0]?.frames)).toEqual(outline(GOLDEN.threads[0]?.frames));
      expect(trace.threads[0]?.frames.some((frame) => frame.doubtful !== undefined)).toBe(false);
      const registers = { ...trace.registers };
      for (const [name, value] of recorded.registers)
        expect([name, registers[name]]).toEqual([name, `0x${value.toString(16).padStart(8, '0')}`]);
      expect(server.isRunning).toBe(true);
    },
  );

  it('that has no more than the core registers leaves the others unknown, and what rests on them doubtful', async () => {
    const { code, out, file } = await capture(behindBareStub(recorded), '--elf', recorded.elf, '--json');
    expect(code).toBe(0);
    const { registers } = JSON.parse(out);
    expect(registers.unknown.slice(0, 6)).toEqual(['msp', 'psp', 'control', 'primask', 'basepri', 'faultmask']);
    expect(registers.unknown).toContain('s31');
    const trace = await explain(file, recorded.elf);
    expect(trace.registers).not.toHaveProperty('psp');
    const frames = trace.threads[0]?.frames ?? [];
    expect(outline(frames.slice(0, 2))).toEqual(outline(GOLDEN.threads[0]?.frames.slice(0, 2)));
    expect(outline(frames)).toEqual(outline(GOLDEN.threads[0]?.frames));
    expect(frames.map(({ doubtful }) => doubtful !== undefined)).toEqual([false, false, true, true, true, true]);
  });

  it('that knows the threads of an operating system gives each with its name and its registers', async () => {
    const threads = new Map([
      ['20000088', 'Name: sensor, State: Running'],
      ['20000100', 'Name: idle, State: Ready'],
    ]);
    const options = openOcd();
    const idle = new Map([...(options.registers?.('') ?? [])].map(([number, hex]) => [number, number === 15 ? '3c040000' : hex]));
    const { code, out, file } = await capture(
      {
        ...options,
        threads,
        symbols: ['thread_stack'],
        registers: (id) => (id === '20000100' ? idle : (options.registers?.('') ?? idle)),
      },
      '--elf',
      recorded.elf,
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out).threads).toEqual([
      { id: '0x20000088', name: 'sensor', state: 'Running', running: true, pc: '0x000004f6' },
      { id: '0x20000100', name: 'idle', state: 'Ready', running: false, pc: '0x0000043c' },
    ]);
    const trace = await explain(file, recorded.elf);
    expect(trace.threads.map(({ name, crashed }) => [name, crashed])).toEqual([
      ['sensor', true],
      ['idle', false],
    ]);
  });
});

describe('without --elf', () => {
  it('the stacks are taken, the build is found in memory, and it says that secrets are not known', async () => {
    const { code, out, error, file } = await capture(openOcd());
    expect(code).toBe(0);
    expect(error).toContain('NOINIT_SECRET');
    expect(out).toContain('build      b9e2dbcf6ac7c3ce4e2439fd357007cdddf66ba1\n');
    expect(out).toContain(`noinit explain ${file} --elf FIRMWARE.elf\n`);
    const trace = await explain(file, recorded.elf);
    expect(outline(trace.threads[0]?.frames)).toEqual(outline(GOLDEN.threads[0]?.frames));
  });
});

describe('a wrong ELF file', () => {
  it('is refused, nothing is written, and the target runs again', async () => {
    const { code, error, server, file } = await capture(openOcd(), '--elf', 'fixtures/crash/m3-null-call.elf');
    expect(code).toBe(1);
    expect(error).toMatch(/^noinit: the target (?:runs build|has no build id)/);
    expect(error).toContain('\nGive the ELF file that was flashed');
    expect(existsSync(file)).toBe(false);
    await expect.poll(() => server.isRunning).toBe(true);
  });

  it('is told where the target has another build at its place', async () => {
    const bent = recorded.memory.map(({ address, bytes }) => {
      const copy = bytes.slice();
      if (address === 0) copy[0x55c + 16] = 0;
      return { address, bytes: copy };
    });
    const { code, error } = await capture({ ...openOcd(), memory: bent }, '--elf', recorded.elf);
    expect([code, error.split('\n')[0]]).toEqual([
      1,
      'noinit: the target runs build 00e2dbcf6ac7c3ce4e2439fd357007cdddf66ba1, the ELF file is of build b9e2dbcf6ac7c3ce4e2439fd357007cdddf66ba1',
    ]);
  });
});

describe('memory', () => {
  it('that takes long is told of while it is read', async () => {
    const features = 'PacketSize=40;qXfer:features:read+';
    const slow: GdbServerOptions = {
      ...openOcd(),
      features,
      send: (bytes, socket) => void setTimeout(() => socket.write(bytes), 25),
    };
    const { code, error } = await capture(slow, '--elf', recorded.elf);
    expect(code).toBe(0);
    expect(error).toMatch(/^(?:noinit: read [0-2] of 3 KiB\n)+$/);
  });

  it('is that of --ranges, beside the stacks', async () => {
    const { code, out } = await capture(openOcd(), '--elf', recorded.elf, '--json', '--ranges', 'thread_stack,0x20000000+16');
    expect(code).toBe(0);
    const { regions } = JSON.parse(out) as { regions: { kind: string; address: string; bytes: number }[] };
    expect(regions).toContainEqual({ kind: 'data', address: '0x20000000', bytes: 16 });
    expect(regions.filter(({ kind }) => kind === 'stack').map(({ address }) => address)).toEqual(['0x20003fe0', '0x20000848']);
    expect(regions.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(0x20 + 16 + 2048);
  });

  it('that cannot be read is said, and what can be is kept', async () => {
    const { code, out, error } = await capture(openOcd(), '--elf', recorded.elf, '--ranges', '0x20000000+32,0x60000000+64');
    expect([code, error]).toEqual([3, '']);
    expect(out).toContain('not taken  a range that was asked for 0x60000000+64: the server cannot read it\n');
  });

  it('that is read when the connection is lost makes a cut dump', async () => {
    let server: GdbServer | undefined;
    let reads = 0;
    const options: GdbServerOptions = {
      ...openOcd(),
      features: 'PacketSize=100;qXfer:features:read+',
      answer: (packet) => {
        if (!/^m2000/.test(packet) || ++reads < 6) return undefined;
        server?.drop();
        return 'silence';
      },
    };
    server = await GdbServer.start(options);
    onTestFinished(() => server?.close());
    const file = join(folder, 'cut.dump');
    const { code, error } = await noinit('capture', '--gdb', server.address, '-o', file, '--elf', recorded.elf);
    expect(code).toBe(3);
    expect(error).toContain(
      `noinit: the capture was cut: the server closed the connection; what was read until then is in ${file}\n`,
    );
    const explained = await noinit('explain', file, '--elf', recorded.elf);
    expect(explained.code).toBe(3);
    expect(explained.out).toContain('strike');
    expect(explained.error).toContain('cut');
  });

  it('never holds an object that is secret, asked for or not', async () => {
    const canary = Buffer.from('canary-7f3a9e51-never-leaves', 'latin1');
    const ram = new Uint8Array(0x400).fill(0x2e);
    ram.set(canary, 0x100);
    const id = 'c0ffee00112233445566778899aabbccddeeff00';
    const note = makeNote('GNU', 3, new Uint8Array(Buffer.from(id, 'hex')));
    const elf = join(folder, 'secret.elf');
    writeFileSync(
      elf,
      makeElf({
        sections: [
          { name: '.note.gnu.build-id', type: 7, flags: 2, address: 0x100, bytes: note },
          { name: '.bss', type: 1, flags: 3, address: 0x2000_0000, bytes: new Uint8Array(0x400) },
        ],
        symbols: [
          { name: '__noinit_secret_start', value: 0x2000_0100, section: 2 },
          { name: '__noinit_secret_end', value: 0x2000_0100 + canary.length, section: 2 },
          { name: 'everything', value: 0x2000_0000, size: 0x400, info: 0x11, section: 2 },
        ],
      }),
    );
    const system = recorded.memory.filter(({ address }) => address === 0xe000_e000);
    const memory = [...system, { address: 0x100, bytes: note }, { address: 0x2000_0000, bytes: ram }];
    const registers = new Map(
      [...(openOcd().registers?.('') ?? [])].map(([number, hex]) => [number, number === 13 || number === 17 ? '80000020' : hex]),
    );
    for (const ranges of [[], ['--ranges', 'everything'], ['--ranges', '0x20000101+8,0x200000f0-0x20000130']]) {
      const { code, file, server } = await capture({ ...openOcd(), registers: () => registers, memory }, '--elf', elf, ...ranges);
      expect([0, 3]).toContain(code);
      const bytes = readFileSync(file);
      expect(bytes.includes(Buffer.alloc(16, 0x2e))).toBe(true);
      for (let at = 0; at + 4 <= canary.length; at++) expect(bytes.includes(canary.subarray(at, at + 4))).toBe(false);
      for (const packet of server.received) {
        const [, start = 0, size = 0] = (/^m(2000[0-9a-f]+),([0-9a-f]+)$/.exec(packet) ?? []).map((word) =>
          Number.parseInt(word, 16),
        );
        const end = start + size;
        expect(end <= 0x2000_0100 || start >= 0x2000_0100 + canary.length, packet).toBe(true);
      }
    }
  });
});

describe('the target', () => {
  it('is left standing where that is asked for', async () => {
    const { out, server } = await capture(openOcd(), '--elf', recorded.elf, '--leave-halted');
    expect(out).toContain('The target stands still.');
    expect(server.isRunning).toBe(false);
  });

  it('is stopped if it runs, and never written to', async () => {
    const { code, server } = await capture({ ...openOcd(), stop: 'runs' }, '--elf', recorded.elf);
    expect(code).toBe(0);
    await expect.poll(() => server.isRunning).toBe(true);
    const wrong = server.received.filter((packet) => /^(?:[GMPXZzkRD]|vFlash|vRun|vCont;[^c]|qRcmd|QSet)/.test(packet));
    expect(wrong).toEqual([]);
  });

  it('runs again after Ctrl-C, and what was read until then is kept', async () => {
    const slow: GdbServerOptions = { ...openOcd(), send: (bytes, socket) => void setTimeout(() => socket.write(bytes), 15) };
    const server = await GdbServer.start(slow);
    onTestFinished(() => server.close());
    const file = join(folder, 'interrupted.dump');
    const child = spawn(process.execPath, [BIN, 'capture', '--gdb', server.address, '-o', file, '--elf', recorded.elf]);
    onTestFinished(() => void child.kill('SIGKILL'));
    await expect.poll(() => server.received.some((packet) => packet.startsWith('me000e1')), { timeout: 10_000 }).toBe(true);
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).toBe(3);
    await expect.poll(() => server.isRunning).toBe(true);
    const explained = await noinit('explain', file, '--elf', recorded.elf);
    expect(explained.out).toContain('strike');
    expect(explained.error).toContain('cut');
  });

  it.each([
    ['aarch64', 'aarch64'],
    ['riscv:rv64', 'more than 32 bits'],
    ['i386', 'i386'],
  ])('of another kind is refused: %s', async (architecture, why) => {
    const bits = architecture === 'riscv:rv64' ? 64 : 32;
    const xml = `<target><architecture>${architecture}</architecture><reg name="pc" bitsize="${bits}" regnum="0"/></target>`;
    const { code, error } = await capture({
      features: 'qXfer:features:read+',
      documents: { 'features:target.xml': xml },
      registers: () => new Map([[0, '00'.repeat(bits / 8)]]),
      general: [0],
    });
    expect(code).toBe(1);
    expect(error).toContain(why);
  });

  it('that is an ARM without CPUID is refused', async () => {
    const { code, error } = await capture({ ...openOcd(), memory: [] });
    expect([code, error]).toEqual([1, expect.stringContaining('there is no CPUID of a Cortex-M at 0xe000ed00')]);
  });
});

describe('a wrong command line', () => {
  it.each([
    [['capture', '-o', 'x'], /required option '--gdb <host:port>' not specified/],
    [['capture', '--gdb', ':3333'], /required option '-o, --output <file>' not specified/],
    [['capture', '--gdb', 'nowhere', '-o', 'x'], /^noinit: --gdb nowhere: write HOST:PORT/],
    [['capture', '--gdb', ':3333', '-o', 'x', '--timeout', '0'], /Give seconds/],
    [['capture', '--gdb', ':3333', '-o', 'x', '--elf', '/none'], /there is no such file/],
    [['capture', '--gdb', ':3333', '-o', 'x', '--ranges', 'heap'], /heap is a symbol: give --elf too|names no object/],
    [
      ['capture', '--gdb', ':3333', '-o', 'x', '--ranges', '0x20-0x10'],
      /--ranges 0x20-0x10: it is empty or ends before it begins/,
    ],
    [['capture', '--gdb', ':3333', '-o', 'x', '--ranges', '0xffffffff+2'], /beyond the 32-bit address space/],
    [['capture', '--gdb', ':3333', '-o', 'x', '--ranges', '0x20+zz'], /zz is no size/],
    [['capture', '--gdb', ':3333', '-o', 'x', '--ranges', '0x123456789+1'], /is no address/],
    [['capture', '--gdb', ':3333', '-o', 'x', '--ranges', '0x20'], /names no object of a known size/],
  ])('%j is told', async (words, said) => {
    const { code, error } = await noinit(...words);
    expect(error).toMatch(said);
    expect(code).toBe(2);
  });

  it('is one that leads nowhere', async () => {
    const { code, error } = await noinit('capture', '--gdb', '127.0.0.1:1', '-o', join(folder, 'none'));
    expect([code, error]).toEqual([
      2,
      expect.stringMatching(/^noinit: cannot connect to 127\.0\.0\.1:1: connect ECONNREFUSED.*\nStart the gdb server/),
    ]);
  });

  it('is one whose file cannot be written', async () => {
    const server = await GdbServer.start(openOcd());
    onTestFinished(() => server.close());
    const { code, error } = await noinit('capture', '--gdb', server.address, '-o', join(folder, 'no/such/folder'));
    expect([code, error]).toEqual([2, expect.stringContaining('cannot write')]);
  });
});

it('does not wait for a server that is none', async () => {
  const server = createServer((socket) => void socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const { code, error } = await noinit('capture', '--gdb', `:${port}`, '-o', join(folder, 'none'), '--timeout', '0.2');
  expect([code, error]).toEqual([1, expect.stringMatching(/^noinit: no answer from :\d+: no answer within 200 ms\n/)]);
});
