/** What calls.c kept of the log's region, moment by moment. */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { buildFirmware, DEVICE, runQemu, sdkSources } from '../firmware.ts';

const PROOF = join(DEVICE, 'tests/proof');
const RECORDS = 0x100000;

export interface Kept {
  readonly word: number;
  readonly region: Uint8Array;
}

export interface KeepingRun {
  readonly main: 'interrupt.c' | 'fault.c';
  readonly folder: string;
  /** Where include/ and src/ are; default the SDK's. */
  readonly root?: string;
  readonly cflags?: readonly string[];
  /** Bytes of the log's region, whole words. */
  readonly logLength: number;
  readonly args: Readonly<Record<string, number>>;
}

export function buildKeeping({ main, folder, logLength, root = DEVICE, cflags = [] }: Omit<KeepingRun, 'args'>): string {
  return buildFirmware({
    board: 'mps2-an385',
    sources: [join(PROOF, main), join(PROOF, 'calls.c')],
    sdk: sdkSources('cortex_m').map((path) => join(root, path.slice(DEVICE.length))),
    // Whose guard keeps the SDK's own out.
    cflags: [`-I${PROOF}`, '-include', join(root, 'include/noinit/arch.h'), ...cflags],
    logLength: String(logLength),
    out: join(folder, `${main}.elf`),
  });
}

/** Runs with 1.6 ticks of the timers an instruction, so that a timer hits each one. */
export function runKeeping(elf: string, run: KeepingRun): Kept[] {
  const ram = join(run.folder, `ram-${process.hrtime.bigint()}.bin`);
  const result = runQemu({
    board: 'mps2-an385',
    elf,
    ramFile: ram,
    args: { ...run.args, random: 7 },
    timeoutMs: 50_000,
    qemuArgs: ['-icount', 'shift=6'],
  });
  if (result.exitCode !== 0) throw new Error(`QEMU: ${result.exitCode} ${result.text}${result.stderr}`);
  return readKept(ram, run.logLength);
}

function readKept(path: string, logLength: number): Kept[] {
  const file = openSync(path, 'r');
  try {
    const count = readAt(file, RECORDS, 4).readUInt32LE(0);
    const size = 4 + logLength;
    const bytes = readAt(file, RECORDS + 16, count * size);
    return Array.from({ length: count }, (_, i) => ({
      word: bytes.readUInt32LE(i * size),
      region: new Uint8Array(bytes.subarray(i * size + 4, (i + 1) * size)),
    }));
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, at);
  return bytes;
}
