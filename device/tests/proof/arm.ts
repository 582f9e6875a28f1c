/** The stores of the ring's real ARM binary, in the order in which they reach memory. */
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from '@noinit/bytes';
import { buildFirmware, type Compiler, DEVICE, runQemu } from '../firmware.ts';
import { encodeOp, type Op } from './script.ts';

const PROOF = join(DEVICE, 'tests/proof');
const BASE = 0x21000000;
/** The words before the region that say how far the script is. */
const PROGRESS = 16;

export interface Store {
  /** From the beginning of the region; negative: the progress words. */
  readonly offset: number;
  readonly size: number;
  readonly value: number;
}

export interface TraceOptions {
  readonly folder: string;
  readonly ops: readonly Op[];
  readonly region: Uint8Array;
  readonly optimisation: string;
  readonly compiler: Compiler;
  /** The ring's own sources; default those of the SDK. */
  readonly sdk?: readonly string[];
}

export function buildPlugin(folder: string): string {
  const plugin = join(folder, 'nitrace.so');
  execFileSync('gcc', ['-shared', '-fPIC', '-O2', join(PROOF, 'nitrace.c'), '-o', plugin]);
  return plugin;
}

/** The ring and what it calls. */
export function ringSources(root = DEVICE): string[] {
  const core = join(root, 'src/core');
  const names = readdirSync(core).filter((name) => /^(ring.*|crc)\.c$/.test(name));
  return names.map((name) => join(core, name));
}

export const RING_SOURCES = ringSources();

/** Plays the script on QEMU and gives each store into the region. */
export function traceStores(options: TraceOptions): Store[] {
  const { folder, region } = options;
  const script = join(folder, 'script.inc');
  writeFileSync(script, options.ops.map((op) => `${encodeOp(op).join('u,')}u,\n`).join(''));
  const elf = buildFirmware({
    board: 'mps2-an385',
    sources: [join(PROOF, 'arm.c'), join(PROOF, 'machine.c')],
    sdk: options.sdk ?? RING_SOURCES,
    cflags: [`-I${PROOF}`, `-DPROOF_SCRIPT="${script}"`, `-DPROOF_SIZE=${region.length}u`],
    optimisation: options.optimisation,
    compiler: options.compiler,
    out: join(folder, 'trace.elf'),
  });
  const [ram, trace] = [join(folder, 'ram.bin'), join(folder, 'trace.bin')];
  writeRam(ram, region);
  const range = `lo=${BASE},hi=${BASE + PROGRESS + region.length}`;
  const plugin = `${buildPlugin(folder)},${range},base=${BASE},ram=${ram},out=${trace}`;
  const run = runQemu({ board: 'mps2-an385', elf, ramFile: ram, timeoutMs: 30_000, qemuArgs: ['-plugin', plugin] });
  if (run.exitCode !== 0) throw new Error(`QEMU: ${run.exitCode} ${run.text}${run.stderr}`);
  return parseTrace(readFileSync(trace));
}

function writeRam(path: string, region: Uint8Array): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, 16 * 1024 * 1024);
  writeSync(file, region, 0, region.length, PROGRESS);
  closeSync(file);
}

/** `origin`: where the region begins in what was traced. */
export function parseTrace(bytes: Buffer, origin = PROGRESS): Store[] {
  return Array.from({ length: bytes.length / 16 }, (_, i) => ({
    offset: bytes.readUInt32LE(i * 16) - origin,
    size: bytes.readUInt32LE(i * 16 + 4),
    value: bytes.readUInt32LE(i * 16 + 8),
  }));
}

export function applyStore(region: DataView, store: Store): void {
  if (store.size === 1) region.setUint8(store.offset, store.value);
  else if (store.size === 2) region.setUint16(store.offset, store.value, true);
  else region.setUint32(store.offset, store.value, true);
}

/** The same ring at the place where the wasm module has its region: the header keeps its own address. */
export function moveTo(address: number, image: Uint8Array): Uint8Array {
  const moved = image.slice();
  const view = new DataView(moved.buffer);
  if (view.getUint32(16, true) !== crc32(image.subarray(4, 16))) return moved;
  view.setUint32(8, address, true);
  view.setUint32(16, crc32(moved.subarray(4, 16)), true);
  return moved;
}

/** The operation that a progress store ends, or nothing. */
export function endOfOperation(store: Store): boolean {
  return store.offset === 8 - PROGRESS && store.value > 0;
}
