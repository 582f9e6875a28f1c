/** The stores of real log calls, in the order of the ARM binary, and what each call must show. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFirmware, type Compiler, DEVICE, PSRAM, runQemu } from '../firmware.ts';
import { buildPlugin, parseTrace, type Store } from './arm.ts';

const PROOF = join(DEVICE, 'tests/proof');
const RAM_BASE = 0x21000000;
/** End of the log's region, where the count of the calls stands. */
const END = 0x21400000;

export interface FrontEndBuild {
  readonly folder: string;
  readonly logLength: number;
  readonly optimisation: string;
  readonly compiler: Compiler;
  readonly cflags?: readonly string[];
}

export interface FrontEndRun {
  readonly first: number;
  readonly calls: number;
  /** A reader comes by after so many calls; 0: never. */
  readonly release?: number;
  /** The power goes behind that store. */
  readonly kill?: number;
}

export class FrontEnd {
  readonly elf: string;
  readonly #build: FrontEndBuild;
  readonly #ram: string;
  readonly #plugin: string;

  constructor(build: FrontEndBuild) {
    this.#build = build;
    this.#ram = join(build.folder, 'frontend.ram');
    this.#plugin = buildPlugin(build.folder);
    this.elf = buildFirmware({
      board: 'mps2-an385',
      sources: [join(PROOF, 'frontend.c')],
      ram: PSRAM,
      logLength: String(build.logLength),
      optimisation: build.optimisation,
      compiler: build.compiler,
      cflags: build.cflags ?? [],
      out: join(build.folder, 'frontend.elf'),
    });
  }

  /** The region before a run: noise before the first. */
  region(): Uint8Array {
    const { logLength } = this.#build;
    if (!existsSync(this.#ram)) {
      const ram = new Uint8Array(16 * 1024 * 1024);
      for (let i = 1; i <= logLength; i++) ram[END - RAM_BASE - i] = i * 37 + 11;
      writeFileSync(this.#ram, ram);
    }
    const at = END - RAM_BASE - logLength;
    return new Uint8Array(readFileSync(this.#ram).subarray(at, at + logLength));
  }

  run({ first, calls, release = 0, kill }: FrontEndRun): Store[] {
    const { folder, logLength } = this.#build;
    const trace = join(folder, 'frontend.trace');
    const range = `lo=${END - logLength},hi=${END + 4},base=${RAM_BASE},ram=${this.#ram},out=${trace}`;
    const run = runQemu({
      board: 'mps2-an385',
      elf: this.elf,
      ramFile: this.#ram,
      args: { first, calls, release, random: 7 },
      timeoutMs: 30_000,
      qemuArgs: ['-plugin', `${this.#plugin},${range}${kill === undefined ? '' : `,kill=${kill}`}`],
    });
    if (run.exitCode !== (kill === undefined ? 0 : 42)) throw new Error(`QEMU: ${run.exitCode} ${run.text}${run.stderr}`);
    return parseTrace(readFileSync(trace), 0);
  }
}

/** What frontend.c logs in its call `i`, as a reader shows it. */
export function textOf(i: number): string {
  const product = Math.imul(i, 0x9e3779b1) >>> 0;
  switch (i % 8) {
    case 0:
      return `info ${i} of ${-1000 * i}`;
    case 1:
      return `error call ${i}`;
    case 2:
      return `warning ${i}, ${product} and ${-70000 * i}`;
    case 3:
      return `info ${i % 16 === 3 ? 'a string that goes along' : 'short'} for ${i}`;
    case 4:
      return `info dump ${i} ${Buffer.from(Array.from({ length: (i * 7) % 150 }, (_, k) => i + k)).toString('hex')}`;
    case 5: {
      const text = `raw  ${String(i).padStart(4, '0')} that is long enough for a block's end`;
      return `text ${text.slice(0, text.length - (i % 32))}`;
    }
    case 6:
      return `text print ${i}\n`;
    default:
      return `info ${i} 1 2 4000000000`;
  }
}

/** What the bootloader's reader finds in each of the images. */
export class ImageReader {
  readonly #program: string;
  readonly #size: number;

  constructor(folder: string, size: number) {
    this.#program = join(folder, 'reader');
    this.#size = size;
    const flags = ['-std=gnu11', '-O1', '-g', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'];
    const sources = [`-I${join(DEVICE, 'include')}`, join(PROOF, 'reader.c'), '-o', this.#program];
    execFileSync('gcc', [...flags, '-fno-sanitize-recover=all', ...sources]);
  }

  read(images: readonly Uint8Array[]): string[] {
    const options = { input: Buffer.concat(images), encoding: 'utf8', maxBuffer: 1 << 30 } as const;
    return execFileSync(this.#program, [String(this.#size)], options)
      .split('\n')
      .slice(0, -1);
  }
}
