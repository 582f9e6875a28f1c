/** The stores of the records' real ARM binary into retained RAM, in the order in which they reach it, over real resets. */
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Compiler, DEVICE, runQemu } from '../../firmware.ts';
import { buildPlugin, parseTrace, type Store } from '../arm.ts';
import type { Played } from './cuts.ts';
import { configFlags, type RecordsModule, recordSources } from './device.ts';
import { encodeOp } from './script.ts';

const PROOF = join(DEVICE, 'tests/proof');
const BASE = 0x21000000;
/** Before the retained region: how many operations are done, and the reset-cause register. */
const KEPT = 16;
const REGISTER = 4;

export interface ArmTrace {
  /** Offsets are those of `region`; the kept words stand before it. */
  readonly stores: readonly Store[];
  /** Bytes of the retained region. */
  readonly size: number;
  readonly places: readonly Place[];
}

export interface ArmOptions {
  readonly folder: string;
  readonly built: RecordsModule;
  readonly trace: readonly Played[];
  readonly compiler: Compiler;
  readonly optimisation: string;
}

export function traceRecords(options: ArmOptions): ArmTrace {
  const { folder } = options;
  const script = join(folder, 'script.inc');
  const words = options.trace.map(({ op, register }) => {
    const encoded = encodeOp(op);
    // A start is told what the chip's register holds.
    const all = op.kind === 'start' ? [...encoded, register] : encoded;
    return `{${all.map((word) => `${word >>> 0}u`).join(', ')}},\n`;
  });
  writeFileSync(script, words.join(''));
  const { elf, places } = buildArm(options, script);
  const size = Math.max(...places.map((place) => place.from + place.size));
  const [ram, out] = [join(folder, 'ram.bin'), join(folder, 'trace.bin')];
  writeRam(ram, armNoise(size));
  const plugin = `${buildPlugin(folder)},lo=${BASE},hi=${BASE + KEPT + size},base=${BASE},ram=${ram},out=${out}`;
  const run = runQemu({ board: 'mps2-an385', elf, ramFile: ram, timeoutMs: 50_000, qemuArgs: ['-plugin', plugin] });
  if (run.exitCode !== 0) throw new Error(`QEMU: ${run.exitCode} ${run.text}${run.stderr}`);
  return { stores: parseTrace(readFileSync(out), KEPT), size, places };
}

/** How many operations are done, by a store that says so. */
export function doneBy(store: Store): number | undefined {
  return store.offset === -KEPT ? store.value : undefined;
}

/** What the reset-cause register holds from this store on. */
export function registerBy(store: Store): number | undefined {
  return store.offset === REGISTER - KEPT ? store.value : undefined;
}

export function armNoise(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => i * 53 + 7);
}

interface Place {
  readonly name: string;
  readonly from: number;
  readonly size: number;
}

/** Where the linker put the retained objects, by its map; the region begins with the first. */
function placesIn(map: string): Place[] {
  const found = [...map.matchAll(/^ (\.noinit\.sdk\.\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) /gm)];
  return found.map((match) => ({
    name: match[1] ?? '',
    from: Number.parseInt(match[2] ?? '', 16) - BASE - KEPT,
    size: Number.parseInt(match[3] ?? '', 16),
  }));
}

/** The region of the ARM binary, each object where the wasm module has it. */
export function moveToWasm(built: RecordsModule, { places }: ArmTrace, region: Uint8Array): Uint8Array {
  const moved = new Uint8Array(built.high - built.low);
  for (const { name, at, size } of built.objects) {
    const place = places.find((one) => one.name === name);
    if (place?.size !== size) throw new Error(`the binaries lay ${name} out otherwise: ${place?.size} and ${size} bytes`);
    moved.set(region.subarray(place.from, place.from + size), at - built.low);
  }
  return moved;
}

function buildArm(
  { folder, built, compiler, optimisation }: ArmOptions,
  script: string,
): { elf: string; places: readonly Place[] } {
  const cpu = ['-mcpu=cortex-m3', '-mthumb'];
  const flags = [
    ...[...cpu, '-std=c11', '-ffreestanding', '-fno-builtin', optimisation, '-Wall', '-Wno-main'],
    ...['include', 'src'].map((name) => `-I${join(DEVICE, name)}`),
    ...['-DPROOF_KEPT=__attribute__((section(".kept")))', `-DPROOF_SCRIPT="${script}"`],
    ...configFlags(built.config),
  ];
  const sources = [
    ...recordSources(),
    ...['machine.c', 'arm.c'].map((name) => join(PROOF, 'records', name)),
    join(PROOF, 'support.c'),
  ];
  const target = compiler === 'clang' ? ['--target=arm-none-eabi'] : [];
  const objects = sources.map((source, index) => {
    const object = join(folder, `${index}.o`);
    execFileSync(compiler === 'clang' ? 'clang-14' : 'arm-none-eabi-gcc', [...target, ...flags, '-c', source, '-o', object]);
    return object;
  });
  const elf = join(folder, 'records.elf');
  const link = [
    '-nostdlib',
    '-nostartfiles',
    `-T${join(PROOF, 'records/arm.ld')}`,
    '-Wl,--no-warn-rwx-segments',
    '-Wl,--no-warn-execstack',
  ];
  execFileSync('arm-none-eabi-gcc', [...cpu, ...link, ...objects, '-lgcc', `-Wl,-Map=${elf}.map`, '-o', elf]);
  return { elf, places: placesIn(readFileSync(`${elf}.map`, 'utf8')) };
}

function writeRam(path: string, region: Uint8Array): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, 16 * 1024 * 1024);
  writeSync(file, region, 0, region.length, KEPT);
  closeSync(file);
}
