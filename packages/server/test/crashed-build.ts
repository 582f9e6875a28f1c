/** A device that runs a real ELF file of fixtures/elf and crashed in one of its functions. */
import { type Address, address, type BuildId, buildPrefix, type Dump } from '@noinit/model';
import { loadSymbols, type Symbols } from '@noinit/symbols';
import { makeBoot, makeCrash, makeDump, makeKey } from '@noinit/testing';
import { encodeChunks, encodeMessage } from '@noinit/wire/encode';

export interface CrashedBuild {
  readonly build: BuildId;
  readonly symbols: Symbols;
  /** Where the crash was: `function` is what a right trace names first. */
  readonly function: string;
  /** The crash message. */
  readonly dump: Uint8Array;
  /** Boot record and crash, as chunks. */
  readonly chunks: readonly Uint8Array[];
}

export function crashIn(name: string, elf: Uint8Array): CrashedBuild {
  const symbols = loadSymbols(elf);
  const place = symbols.symbolNamed(name);
  const { buildId: build } = symbols;
  if (place === undefined || build === undefined) throw new TypeError(`the ELF file has no function ${name} or no build id`);
  const record = makeCrash({
    build: buildPrefix(build),
    dump: dumpAt(address(place.address - (place.address % 2) + 4)),
  });
  const dump = encodeMessage(record);
  const boot = encodeMessage(makeBoot({ key: makeKey({ sequence: 0 }), build }));
  const chunks = [boot, dump].flatMap((message, index) => encodeChunks(message, { messageId: 100 + index, size: 120 }));
  return { build, symbols, function: name, dump, chunks };
}

function dumpAt(pc: Address): Dump {
  const dump = makeDump({ cause: { kind: 'watchdog' }, system: {} });
  const registers = { ...dump.threads[0]?.registers, pc, lr: pc + 1, xpsr: THUMB_STATE };
  return { ...dump, threads: [{ crashed: true, registers }] };
}

const THUMB_STATE = 0x0100_0000;
