/**
 * The ring as wasm, in which every store can be the last one.
 *
 * Each store instruction of the compiled module goes through a helper that counts it and, when the budget is used up, traps instead:
 * the power cut. No source takes part, so stores that the compiler makes up (memcpy, merged words) are cut too. A 64-bit store counts as
 * two, as on the 32-bit chips this is for. A new instance over the same bytes is a reset: .data and .bss are as loaded.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVICE } from '../firmware.ts';

const PROOF = join(DEVICE, 'tests/proof');
const PAGES = 4;

export interface WasmBuild {
  /** Full paths of C files; support.c comes by itself. */
  readonly sources: readonly string[];
  readonly exports: readonly string[];
  readonly cflags?: readonly string[];
  /** Default -O2. */
  readonly optimisation?: string;
  /** Where include/ and src/ are; default those of the SDK. */
  readonly root?: string;
  /** Is shown the module's text. */
  readonly onText?: (wat: string) => void;
}

/** What machine.c offers. */
export const MACHINE_EXPORTS = ['proof_place', 'proof_step', 'proof_number', 'proof_boot_number', 'proof_walk'];

/** Compiles, links and instruments. */
export function buildWasm(build: WasmBuild): WebAssembly.Module {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-wasm-'));
  try {
    const plain = join(folder, 'plain.wasm');
    execFileSync('clang-14', [
      ...[
        '--target=wasm32',
        '-std=c11',
        '-ffreestanding',
        '-nostdlib',
        '-fno-builtin',
        build.optimisation ?? '-O2',
        '-g0',
        '-Wall',
      ],
      ...['include', 'src'].map((name) => `-I${join(build.root ?? DEVICE, name)}`),
      ...(build.cflags ?? []),
      ...['-Wl,--no-entry', '-Wl,--import-memory', '-Wl,-z,stack-size=16384'],
      ...build.exports.map((name) => `-Wl,--export=${name}`),
      ...[...build.sources, join(PROOF, 'support.c'), '-o', plain],
    ]);
    const text = join(folder, 'cut.wat');
    const cut = join(folder, 'cut.wasm');
    const wat = execFileSync('wasm2wat', [plain], { encoding: 'utf8', maxBuffer: 1 << 28 });
    build.onText?.(wat);
    writeFileSync(text, instrument(wat));
    execFileSync('wat2wasm', [text, '-o', cut]);
    return new WebAssembly.Module(readFileSync(cut));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The data segments by the names that their sections had. */
export function parseDataSegments(wat: string): { name: string; at: number; size: number }[] {
  return [...wat.matchAll(/^ +\(data \$(\S+) \(i32\.const (\d+)\) "(.*)"\)+$/gm)].map((match) => ({
    name: match[1] ?? '',
    at: Number(match[2]),
    size: (match[3] ?? '').replace(/\\[0-9a-f]{2}|\\./g, '.').length,
  }));
}

const STORE = /^(\s*)(i32|i64|f32|f64)\.(store(?:8|16|32)?)( offset=(\d+))?( align=\d+)?(\)*)\s*$/gm;

/** Every store becomes a call of a helper; globals say what is counted and when it ends. */
export function instrument(wat: string): string {
  const helpers = new Map<string, string>();
  const body = wat.replace(
    STORE,
    (_line, space: string, type: string, store: string, offset = '', at = '0', align = '', end: string) => {
      const key = `${type}.${store}${offset}${align}`;
      const name = `$cut_${[...helpers.keys()].indexOf(key) < 0 ? helpers.size : [...helpers.keys()].indexOf(key)}`;
      if (!helpers.has(key)) helpers.set(key, helper(name, type, store, offset, Number(at), align));
      return `${space}call ${name}${end}`;
    },
  );
  return body.replace(/\)\s*$/, `${GLOBALS}${[...helpers.values()].join('')})\n`);
}

const GLOBALS = ['budget', 'stores', 'low', 'high']
  .map((name) => `(global $${name} (export "${name}") (mut i32) (i32.const ${name === 'budget' ? -1 : 0}))\n`)
  .join('');

/** One store: outside [low, high) as it is; inside, counted, or the end. */
function helper(name: string, type: string, store: string, offset: string, at: number, align: string): string {
  const place = `(i32.add (local.get $place) (i32.const ${at}))`;
  const inside = `(i32.and (i32.ge_u ${place} (global.get $low)) (i32.lt_u ${place} (global.get $high)))`;
  const count = `(if ${inside} (then (if (i32.eqz (global.get $budget)) (then unreachable))
    (global.set $budget (i32.sub (global.get $budget) (i32.const 1))) (global.set $stores (i32.add (global.get $stores) (i32.const 1)))))`;
  const halves = `${count} (i32.store${offset} align=1 (local.get $place) (i32.wrap_i64 (local.get $value)))
    ${count} (i32.store offset=${at + 4} align=1 (local.get $place) (i32.wrap_i64 (i64.shr_u (local.get $value) (i64.const 32))))`;
  const whole = `${count} (${type}.${store}${offset}${align} (local.get $place) (local.get $value))`;
  return `(func ${name} (param $place i32) (param $value ${type}) ${type === 'i64' && store === 'store' ? halves : whole})\n`;
}

/** Where the tests put the region, above all that the module has itself. */
export const REGION = 0x10000;

type Call = (...args: number[]) => number;

const calls = new WeakMap<WebAssembly.Module, readonly string[]>();

/** The functions of the host that a module calls; kept, as there are thousands of instances. */
function callsOf(module: WebAssembly.Module): readonly string[] {
  const names =
    calls.get(module) ??
    WebAssembly.Module.imports(module)
      .filter(({ kind }) => kind === 'function')
      .map(({ name }) => name);
  calls.set(module, names);
  return names;
}

/** One boot of the device. */
export class WasmDevice {
  readonly bytes: Uint8Array;
  /** Where the module was built with NOINIT_ARCH_FLUSH as a call of proof_flush. */
  onFlush: (address: number, size: number) => void = () => {};
  /** Where the module calls others of the host. */
  readonly imports: Record<string, (...args: number[]) => void> = {};
  readonly #exports: WebAssembly.Exports;
  readonly #low: number;
  readonly #high: number;

  /** `retained` stands at `at` when the boot begins. */
  constructor(module: WebAssembly.Module, retained: Uint8Array, at: number = REGION) {
    const memory = new WebAssembly.Memory({ initial: PAGES });
    this.bytes = new Uint8Array(memory.buffer);
    const proof_flush = (address: number, size: number): void => this.onFlush(address, size);
    const env: Record<string, unknown> = { memory, proof_flush };
    for (const name of callsOf(module)) env[name] ??= (...args: number[]) => this.imports[name]?.(...args);
    this.#exports = new WebAssembly.Instance(module, { env }).exports;
    this.#low = at;
    this.#high = at + retained.length;
    this.bytes.set(retained, at);
    this.#number('low').value = this.#low;
    this.#number('high').value = this.#high;
  }

  /** Counts every store of the program, not only those into retained memory. */
  cutEverywhere(): void {
    this.#number('low').value = 0;
    this.#number('high').value = -1;
  }

  call(name: string, ...args: number[]): number {
    return (this.#exports[name] as Call)(...args);
  }

  /** Address of an exported variable. */
  addressOf(name: string): number {
    return Number(this.#number(name).value);
  }

  setGlobal(name: string, value: number): void {
    this.#number(name).value = value;
  }

  /** Calls with at most `budget` stores; false where it was cut. */
  callCut(budget: number, name: string, ...args: number[]): boolean {
    this.#number('budget').value = budget;
    try {
      this.call(name, ...args);
      return true;
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError) || !error.message.includes('unreachable')) throw error;
      return false;
    } finally {
      this.#number('budget').value = -1;
    }
  }

  /** Stores so far. */
  get stores(): number {
    return Number(this.#number('stores').value);
  }

  retained(): Uint8Array {
    return this.bytes.slice(this.#low, this.#high);
  }

  #number(name: string): WebAssembly.Global {
    return this.#exports[name] as WebAssembly.Global;
  }
}
