/**
 * A device that keeps records, as wasm in which every store into retained RAM can be the last one. A new instance over what the last one
 * retained, and over what stands in its reset-cause register, is a reset.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DEVICE } from '../../firmware.ts';
import { buildWasm, parseDataSegments, WasmDevice } from '../wasm.ts';
import { encodeOp, type RecordOp } from './script.ts';

const PROOF = join(DEVICE, 'tests/proof/records');

/** Less than by default, so that a script meets every limit soon. */
export const CONFIG = { slots: 2, postcards: 3, boots: 4, policy: 0 } as const;
export interface Config {
  readonly slots: number;
  readonly postcards: number;
  readonly boots: number;
  readonly policy: number;
  /** A bootloader may have read the register. */
  readonly stash?: boolean;
  /** The lineage and the boot's number are kept in flash. */
  readonly lineageStore?: boolean;
  /** More words for the compiler. */
  readonly cflags?: readonly string[];
}

export const configFlags = (config: Config): string[] => [
  ...(config.cflags ?? []),
  `-DNOINIT_CRASH_SLOTS=${config.slots}`,
  `-DNOINIT_POSTCARDS=${config.postcards}`,
  `-DNOINIT_BOOTS=${config.boots}`,
  `-DNOINIT_CRASH_POLICY=${config.policy}`,
  `-DNOINIT_BOOTLOADER_STASH=${config.stash === true ? 1 : 0}`,
  `-DNOINIT_LINEAGE_STORE=${config.lineageStore === true ? 1 : 0}`,
  '-DNOINIT_CRASH_CAPACITY=576',
  '-DNOINIT_CRASH_STACK_BYTES=64',
  '-DNOINIT_PACKETIZER_LOG=0',
  '-DNOINIT_BOOT_DEFERRED=1',
  '-DNOINIT_SNAPSHOT_INTERVAL_MS=0',
];

export interface RecordsModule {
  readonly module: WebAssembly.Module;
  readonly config: Config;
  /** Where each retained object stands: its section's name, address and size. */
  readonly objects: readonly RetainedObject[];
  readonly low: number;
  readonly high: number;
}

export interface RetainedObject {
  readonly name: string;
  readonly at: number;
  readonly size: number;
}

/** Head, boots, marks, captures and packetizer of the SDK under `root`, without what a log and a processor need. */
export function recordSources(root = DEVICE): string[] {
  return ['core', 'reboot', 'crash', 'packetizer'].flatMap((folder) =>
    readdirSync(join(root, 'src', folder))
      .filter((name) => name.endsWith('.c') && !/^(ring.*|assert|capture_log)\.c$/.test(name))
      .map((name) => join(root, 'src', folder, name)),
  );
}

export function buildRecords(root = DEVICE, config: Config = CONFIG, optimisation = '-O2'): RecordsModule {
  let objects: RetainedObject[] = [];
  const module = buildWasm({
    sources: [...recordSources(root), join(PROOF, 'machine.c')],
    exports: [
      'proof_step',
      'proof_register',
      'proof_chunk',
      '__stack_pointer',
      ...(config.lineageStore === true ? ['proof_flash'] : []),
    ],
    // wasm has no return addresses.
    cflags: [
      '-D__builtin_return_address(level)=((void *)0)',
      '-mmutable-globals',
      '-Wl,--allow-undefined',
      ...configFlags(config),
    ],
    optimisation,
    root,
    onText: (wat) => {
      objects = parseDataSegments(wat).filter(({ name }) => name.startsWith('.noinit.sdk.'));
    },
  });
  const low = Math.min(...objects.map(({ at }) => at));
  const high = Math.max(...objects.map(({ at, size }) => at + size));
  return { module, config, objects, low, high };
}

/** What outlives a reset. */
export interface Remains {
  readonly retained: Uint8Array;
  /** The reset-cause register. */
  readonly register: number;
}

const RESET = new Error('the chip was reset');
class Resume extends Error {
  readonly result: number;

  constructor(result: number) {
    super();
    this.result = result;
  }
}

export class RecordsDevice {
  readonly #device: WasmDevice;
  readonly #op: number;
  readonly #low: number;
  readonly #loaded: Uint8Array;
  readonly #stack: number;

  constructor(built: RecordsModule, remains: Remains) {
    this.#device = new WasmDevice(built.module, remains.retained, built.low);
    this.#device.imports['proof_reset'] = () => {
      throw RESET;
    };
    this.#device.imports['proof_resume'] = (result) => {
      throw new Resume(result ?? 0);
    };
    this.#op = this.#device.bytes.length - 64;
    this.#low = built.low;
    this.#loaded = this.#device.bytes.slice();
    this.#stack = this.#device.addressOf('__stack_pointer');
    this.restart(remains);
  }

  /** Everything but what is retained as it was loaded. */
  restart({ retained, register }: Remains): void {
    this.restore(this.#loaded);
    this.#device.bytes.set(retained, this.#low);
    this.#view().setUint32(this.#device.addressOf('proof_register'), register, true);
  }

  /** Is told what is flushed, where the module was built so that it says. */
  set onFlush(code: (address: number, bytes: Uint8Array) => void) {
    this.#device.onFlush = (address, size) => code(address, this.#device.bytes.slice(address, address + size));
  }

  /** Runs one operation; its result, or that it ended the boot. */
  step(op: RecordOp): number | 'reset' {
    return this.#run(op, () => this.#device.call('proof_step', this.#op));
  }

  /** With at most so many stores into retained RAM; false where it was cut. */
  stepCut(op: RecordOp, budget: number): boolean {
    let isWhole = true;
    this.#run(op, () => {
      isWhole = this.#device.callCut(budget, 'proof_step', this.#op);
      return 0;
    });
    return isWhole;
  }

  #run(op: RecordOp, code: () => number): number | 'reset' {
    new Uint32Array(this.#device.bytes.buffer, this.#op, 6).set(encodeOp(op));
    // Between operations nothing is on it; one that was cut, or went on elsewhere, left it as it was.
    this.#device.setGlobal('__stack_pointer', this.#stack);
    try {
      return code();
    } catch (error) {
      if (error === RESET) return 'reset';
      if (error instanceof Resume) return error.result;
      throw error;
    }
  }

  get stores(): number {
    return this.#device.stores;
  }

  /** All memory, to go back to. */
  memory(): Uint8Array {
    return this.#device.bytes.slice();
  }

  restore(memory: Uint8Array): void {
    this.#device.bytes.set(memory);
  }

  /** The chunk that was pulled last. */
  chunk(size: number): Uint8Array {
    const at = this.#device.addressOf('proof_chunk');
    return this.#device.bytes.slice(at, at + size);
  }

  /** Of a module with `lineageStore`. */
  get flash(): Uint8Array {
    const at = this.#device.addressOf('proof_flash');
    return this.#device.bytes.slice(at, at + 12);
  }

  set flash(bytes: Uint8Array) {
    this.#device.bytes.set(bytes, this.#device.addressOf('proof_flash'));
  }

  /** What a reset now leaves. */
  remains(): Remains {
    return {
      retained: this.#device.retained(),
      register: this.#view().getUint32(this.#device.addressOf('proof_register'), true),
    };
  }

  #view(): DataView {
    return new DataView(this.#device.bytes.buffer);
  }
}
