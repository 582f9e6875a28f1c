import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Chip, RESET_REASON } from './chip.ts';
import { makeFlashImage } from './flash-image.ts';
import { FaultingCore } from './hard-fault.ts';
import { VirtualClock } from './virtual-clock.ts';

const SOURCE = fileURLToPath(new URL('../test/hard-fault/', import.meta.url));
const RP2040_FLASH = 0x10000000;
const FAULTS = [
  'a call through a NULL pointer',
  'a branch to an even address',
  'a return to an even address',
  'UDF',
  'UDF.W',
  'an instruction ARMv6-M does not have',
  'a read where nothing answers',
  'a write where nothing answers',
  'an unaligned read',
  'an unaligned write',
  'a breakpoint without a debugger',
  'a branch to what is not memory',
  'a load of several registers where nothing answers',
  'a BLX through LR',
] as const;

describeWith(['qemu-system-arm', 'arm-none-eabi-gcc'], 'a hard fault on the emulated board and on QEMU’s microbit', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'noinit-fault-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(FAULTS.map((name, index) => [name, index + 1] as const))('stacks the same frame for %s', (_name, fault) => {
    const ours = runEmulated(compile(folder, fault, 'RP2040', []));
    expect(ours).toEqual(runQemu(compile(folder, fault, 'MICROBIT', [])));
    expect(ours).toHaveLength(11);
  });

  it.each([1, 4, 7])('stacks the same frame for fault %i inside an exception handler', (fault) => {
    const flags = ['-DIN_HANDLER'];
    const ours = runEmulated(compile(folder, fault, 'RP2040', flags));
    expect(ours).toEqual(runQemu(compile(folder, fault, 'MICROBIT', flags)));
    expect(ours[9]).toBe('fffffff1');
  });
});

function compile(folder: string, fault: number, machine: 'RP2040' | 'MICROBIT', flags: string[]): string {
  const elf = join(folder, `${machine}-${fault}-${flags.length}.elf`);
  const base = machine === 'RP2040' ? RP2040_FLASH : 0;
  const target = ['-mcpu=cortex-m0plus', '-mthumb', '-ffreestanding', '-nostdlib', '-O1', `-Wl,--defsym=FLASH_BASE=${base}`];
  const source = ['-T', join(SOURCE, 'faults.ld'), join(SOURCE, 'faults.c')];
  execFileSync('arm-none-eabi-gcc', [...target, `-DFAULT=${fault}`, `-DMACHINE_${machine}`, ...flags, ...source, '-o', elf]);
  return elf;
}

/** Code addresses are given as offsets in flash, so that both machines say the same. */
function words(text: string, base: number): string[] {
  const flashOffset = (word: number) => (word >= RP2040_FLASH && word < RP2040_FLASH + 0x10000 ? word - base : word);
  const hex = (word: number) => word.toString(16).padStart(8, '0');
  return text
    .trim()
    .split('\n')
    .map((line) => hex(flashOffset(Number.parseInt(line, 16))));
}

function runEmulated(elf: string): string[] {
  const clock = new VirtualClock();
  const chip = new Chip(clock, makeFlashImage(readFileSync(elf)), { reason: RESET_REASON.powerOn, ram: new Uint8Array(0) });
  const core = new FaultingCore(chip);
  let text = '';
  const [uart] = chip.uart;
  if (uart !== undefined) uart.onByte = (byte) => (text += String.fromCharCode(byte));
  for (let steps = 0; steps < 100_000 && !core.lockedUp; steps += 1) core.step();
  expect(core.lockedUp).toBe(true);
  return words(text, RP2040_FLASH);
}

function runQemu(elf: string): string[] {
  const flags = ['-M', 'microbit', '-display', 'none', '-monitor', 'none', '-serial', 'stdio'];
  const semihosting = ['-semihosting-config', 'enable=on,target=native'];
  const text = execFileSync('qemu-system-arm', [...flags, ...semihosting, '-kernel', elf], {
    timeout: 10_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return words(text.toString('latin1'), 0);
}
