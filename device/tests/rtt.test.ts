/** RTT as a debugger's viewer uses it, through the remote protocol of gdb that QEMU serves: found in RAM by its id, drained from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { concatBytes } from '@noinit/bytes';
import { parseElf } from '@noinit/elf';
import { decodeRttStream, readDictionary } from '@noinit/logs';
import type { LogLine } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { buildFirmware, DEVICE, emulatorOf, machineFlags } from './firmware.ts';
import { GdbRemote } from './gdb-remote.ts';
import { drain, findControlBlock, type RttChannel, setMode, upChannels } from './rtt-viewer.ts';

const BOARD = 'mps2-an385';
const RAM = { start: 0x20000000, size: 0x8000 };
const SKIPPING = 0;
const BLOCKING = 2;
const LINES = Array.from({ length: 100 }, (_, i) => `line ${i + 1} of a hundred`);

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'a viewer that drains RTT', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-rtt-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const build = (name: string, ...cflags: readonly string[]): string =>
    buildFirmware({
      board: BOARD,
      sources: [join(DEVICE, 'tests/qemu/rtt.c')],
      cflags: ['-Wall', '-Wextra', '-Werror', '-DNOINIT_LOG_RTT=1', ...cflags],
      out: join(folder, `${name}.elf`),
    });

  it('finds the control block only once the firmware runs: its id is not in the image', async () => {
    const elf = build('id');
    expect(readFileSync(elf).includes('SEGGER RTT\0\0')).toBe(false);
    const viewer = await Viewer.attach(elf, folder);
    expect(await findControlBlock(viewer.target, RAM)).toBeUndefined();
    await viewer.runUntilSaid('ready');
    expect(await findControlBlock(viewer.target, RAM)).toBeDefined();
  }, 30_000);

  it('without text on the device: channel 1 has every entry, which the ELF file makes readable', async () => {
    const elf = build('entries');
    const viewer = await Viewer.attach(elf, folder);
    const [terminal, entries] = await viewer.openChannels(BLOCKING);
    expect(terminal?.size, 'no room for text').toBe(0);
    expect(entries).toMatchObject({ name: 'noinit', size: 1024 });
    expect(textsOf(await viewer.drainUntilDone(entries), elf)).toEqual(['before the viewer came', ...LINES, 'the end']);
  }, 30_000);

  it('with text on the device: channel 0 has every line as text', async () => {
    const viewer = await Viewer.attach(build('text', '-DNOINIT_LOG_TEXT=1'), folder);
    const [terminal] = await viewer.openChannels(BLOCKING);
    expect(terminal).toMatchObject({ name: 'Terminal', size: 512 });
    const text = new TextDecoder().decode(await viewer.drainUntilDone(terminal));
    const lines = text.trimEnd().split(/\r?\n/);
    expect(lines.map((line) => line.replace(/^\[[0-9:.,]+\] /, ''))).toEqual([
      '<inf> rtt: before the viewer came',
      ...LINES.map((line) => `<wrn> rtt: ${line}`),
      '<inf> rtt: the end',
    ]);
  }, 30_000);

  it('a viewer that was away finds the oldest whole lines, and learns how many did not fit', async () => {
    const elf = build('skipped', '-DNOINIT_LOG_RTT_BYTES=256');
    const viewer = await Viewer.attach(elf, folder);
    const [, entries] = await viewer.openChannels(SKIPPING);
    const parts: Uint8Array[] = [];
    for (const time of [1, 2]) {
      viewer.sendByte();
      await viewer.runUntilSaid('done', time);
      parts.push(await viewer.drain(entries));
    }
    const lines = linesOf(concatBytes(parts), elf);
    const shown = lines.filter(({ kind }) => kind !== 'gap').map(({ text }) => text);
    expect(shown.slice(0, -1)).toEqual(['before the viewer came', ...LINES].slice(0, shown.length - 1));
    expect(shown.at(-1)).toBe('asked again');
    expect(shown.length).toBeGreaterThan(3);
    const lost = lines.reduce((sum, line) => sum + (line.lost ?? 0), 0);
    expect(shown.length + lost).toBe(1 + LINES.length + 1 + 1);
  }, 30_000);
});

/** A target in QEMU that stands still unless it is let run. */
class Viewer {
  readonly target: GdbRemote;
  private readonly qemu: ChildProcess;
  private said = '';

  private constructor(target: GdbRemote, qemu: ChildProcess) {
    this.target = target;
    this.qemu = qemu;
    qemu.stdout?.on('data', (text: Buffer) => (this.said += text.toString('latin1')));
  }

  /** At its first instruction. Ends with the test. */
  static async attach(elf: string, folder: string): Promise<Viewer> {
    const socket = join(folder, `${basename(elf)}.sock`);
    const debugging = ['-S', '-gdb', `unix:${socket},server=on,wait=off`];
    const qemu = spawn(
      emulatorOf(BOARD),
      [...machineFlags({ board: BOARD }), '-display', 'none', '-monitor', 'none', '-serial', 'stdio', ...debugging]
        .concat(['-semihosting-config', 'enable=on,target=native'])
        .concat(['-kernel', elf]),
      { stdio: ['pipe', 'pipe', 'ignore'] },
    );
    onTestFinished(() => void qemu.kill('SIGKILL'));
    const target = await GdbRemote.connect(socket);
    onTestFinished(() => target.close());
    return new Viewer(target, qemu);
  }

  /** As soon as the firmware is ready; `mode`: what it does where this does not keep up. */
  async openChannels(mode: number): Promise<readonly RttChannel[]> {
    await this.runUntilSaid('ready');
    const block = await findControlBlock(this.target, RAM);
    if (block === undefined) throw new Error('no control block');
    const channels = await upChannels(this.target, block);
    for (const channel of channels) await setMode(this.target, channel, mode);
    return channels;
  }

  sendByte(): void {
    this.qemu.stdin?.write('g');
  }

  async runUntilSaid(word: string, times = 1): Promise<void> {
    for (let round = 0; round < 500; round++) {
      await this.target.runFor(20);
      if (this.said.split(word).length > times) return;
    }
    throw new Error(`the firmware never said ${word}, but: ${this.said}`);
  }

  drain(channel: RttChannel | undefined): Promise<Uint8Array> {
    if (channel === undefined) throw new Error('no such channel');
    return drain(this.target, channel);
  }

  /** Lets it log, and takes all that comes until it is done. */
  async drainUntilDone(channel: RttChannel | undefined): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    this.sendByte();
    for (let round = 0; round < 500 && !this.said.includes('done'); round++) {
      await this.target.runFor(10);
      parts.push(await this.drain(channel));
    }
    return concatBytes([...parts, await this.drain(channel)]);
  }
}

function linesOf(bytes: Uint8Array, elf: string): LogLine[] {
  const dictionary = readDictionary(parseElf(readFileSync(elf)));
  const { segments, damage } = decodeRttStream(bytes, { dictionaryOf: () => dictionary });
  expect(damage).toEqual([]);
  return segments.flatMap(({ lines }) => lines);
}

function textsOf(bytes: Uint8Array, elf: string): string[] {
  return linesOf(bytes, elf).map(({ text }) => text);
}
