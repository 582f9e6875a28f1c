/** RTT as a debugger's viewer uses it, through the remote protocol of gdb that QEMU serves: found in RAM by its id, drained from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    const { target } = await attach(elf, folder);
    expect(await findControlBlock(target, RAM)).toBeUndefined();
    await target.runFor(100);
    expect(await findControlBlock(target, RAM)).toBeDefined();
  }, 30_000);

  it('without text on the device: channel 1 has every entry, which the ELF file makes readable', async () => {
    const elf = build('entries');
    const { target, channels, go } = await view(elf, folder, BLOCKING);
    const [terminal, entries] = channels;
    expect(terminal?.size, 'no room for text').toBe(0);
    expect(entries).toMatchObject({ name: 'noinit', size: 1024 });
    const bytes = await takeAll(target, entries, go, (got) => textsOf(got, elf).at(-1) === 'the end');
    expect(textsOf(bytes, elf)).toEqual(['before the viewer came', ...LINES, 'the end']);
  }, 30_000);

  it('with text on the device: channel 0 has every line as text', async () => {
    const elf = build('text', '-DNOINIT_LOG_TEXT=1');
    const { target, channels, go } = await view(elf, folder, BLOCKING);
    const [terminal] = channels;
    const bytes = await takeAll(target, terminal, go, (got) => new TextDecoder().decode(got).includes('the end'));
    const lines = new TextDecoder().decode(bytes).trimEnd().split(/\r?\n/);
    expect(lines.map((line) => line.replace(/^\[[0-9:.,]+\] /, ''))).toEqual([
      '<inf> rtt: before the viewer came',
      ...LINES.map((line) => `<wrn> rtt: ${line}`),
      '<inf> rtt: the end',
    ]);
  }, 30_000);

  it('a viewer that was away finds the oldest whole lines, and learns how many did not fit', async () => {
    const elf = build('skipped', '-DNOINIT_LOG_RTT_BYTES=256');
    const { target, channels, go } = await view(elf, folder, SKIPPING);
    const [, entries] = channels;
    const parts: Uint8Array[] = [];
    for (let time = 0; time < 2; time++) {
      go();
      await target.runFor(200);
      parts.push(await takeOnce(target, entries));
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

interface Viewer {
  readonly target: GdbRemote;
  readonly channels: readonly RttChannel[];
  /** Lets the firmware log. */
  readonly go: () => void;
}

/** A target that stands at its first instruction. */
async function attach(elf: string, folder: string): Promise<{ target: GdbRemote; qemu: ChildProcess }> {
  const socket = join(folder, `${Date.now()}.sock`);
  const qemu = spawn(
    emulatorOf(BOARD),
    [...machineFlags({ board: BOARD }), '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-S'].concat([
      '-semihosting-config',
      'enable=on,target=native',
      '-gdb',
      `unix:${socket},server=on,wait=off`,
      '-kernel',
      elf,
    ]),
    { stdio: ['pipe', 'ignore', 'ignore'] },
  );
  onTestFinished(() => void qemu.kill('SIGKILL'));
  const target = await GdbRemote.connect(socket);
  onTestFinished(() => target.close());
  return { target, qemu };
}

/** With the firmware waiting, and its channels told what to do where this does not keep up. */
async function view(elf: string, folder: string, mode: number): Promise<Viewer> {
  const { target, qemu } = await attach(elf, folder);
  await target.runFor(100);
  const block = await findControlBlock(target, RAM);
  const channels = block === undefined ? [] : await upChannels(target, block);
  for (const channel of channels) await setMode(target, channel, mode);
  return { target, channels, go: () => void qemu.stdin?.write('g') };
}

async function takeAll(
  target: GdbRemote,
  channel: RttChannel | undefined,
  go: () => void,
  isDone: (bytes: Uint8Array) => boolean,
): Promise<Uint8Array> {
  go();
  let bytes: Uint8Array = new Uint8Array();
  for (let round = 0; round < 200 && !isDone(bytes); round++) {
    await target.runFor(10);
    bytes = concatBytes([bytes, await takeOnce(target, channel)]);
  }
  return bytes;
}

function takeOnce(target: GdbRemote, channel: RttChannel | undefined): Promise<Uint8Array> {
  if (channel === undefined) throw new Error('no such channel');
  return drain(target, channel);
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
