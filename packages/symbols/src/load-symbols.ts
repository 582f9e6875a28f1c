/** Opens the debug information of one build. */
import {
  AT,
  DEBUG_SECTIONS,
  DebugInfo,
  type Entry,
  type Expression,
  FrameTable,
  type InfoOffset,
  indexOfEntry,
  TAG,
  type UnwindRow,
  unlessDamaged,
} from '@noinit/dwarf';
import {
  type ElfFile,
  type ElfSymbolTable,
  findSection,
  parseElf,
  readSymbolTable,
  sectionBytes,
  symbolStrings,
} from '@noinit/elf';
import { type Address, address, type BuildId, NoinitError, type TargetMachine } from '@noinit/model';
import { CodeIndex } from './code/code-index.ts';
import { InstructionRanges } from './code/instruction-ranges.ts';
import { LiveCode } from './code/live-code.ts';
import { ConstantMemory } from './constant-memory.ts';
import type { ExidxTable } from './exidx/exidx-table.ts';
import { openExceptionIndex } from './exidx/open-exception-index.ts';
import { SymbolIndex, symbolColumns } from './symbol-index.ts';
import type { CallArgument, CodeScope, ElfSymbol, Symbols, VariableInfo } from './symbols.ts';
import { DefinitionIndex } from './types/definition-index.ts';
import { TypeReader } from './types/type-reader.ts';
import { readCallArguments } from './variables/call-arguments.ts';
import { readGlobals } from './variables/globals.ts';
import { readScopeVariables } from './variables/scope-variables.ts';

/**
 * Reads what every question needs and leaves the rest for the first question that asks. Throws NoinitError: what
 * `parseElf` throws, 'unsupported-elf' for other machines. Damaged debug
 * information is no refusal: what it cannot tell is absent from the answers.
 */
export function loadSymbols(source: ElfFile | Uint8Array): Symbols {
  const elf = source instanceof Uint8Array ? parseElf(source) : source;
  return new LoadedSymbols(elf, elf.buildId, machineOf(elf));
}

class LoadedSymbols implements Symbols {
  readonly buildId: BuildId | undefined;
  readonly machine: TargetMachine;
  readonly littleEndian: boolean;
  readonly pointerSize: 4 | 8;
  readonly debugInfo: 'full' | 'names-only';
  readonly entryPoint: Address | undefined;
  private readonly elf: ElfFile;
  private readonly table: ElfSymbolTable;
  private readonly names: SymbolIndex;
  private readonly live: LiveCode;
  private readonly constants: ConstantMemory;
  private readonly info: DebugInfo;
  private readonly code: CodeIndex;
  private readonly types: TypeReader;
  private readonly frames: FrameTable;
  private readonly exceptionIndex: ExidxTable | undefined;
  private readonly instructions: InstructionRanges;
  private allGlobals: readonly VariableInfo[] | undefined;

  constructor(elf: ElfFile, buildId: BuildId | undefined, machine: TargetMachine) {
    this.elf = elf;
    this.buildId = buildId;
    this.machine = machine;
    this.littleEndian = elf.littleEndian;
    this.pointerSize = elf.addressSize;
    this.table = readSymbolTable(elf);
    this.names = new SymbolIndex(symbolColumns(this.table), () => symbolStrings(elf));
    this.live = new LiveCode(elf, this.table, this.names);
    this.constants = new ConstantMemory(elf);
    const sections = debugSections(elf);
    this.info = new DebugInfo((name) => sections.get(name), elf.littleEndian);
    this.code = new CodeIndex(this.info, this.live);
    this.types = new TypeReader(new DefinitionIndex(this.info));
    this.frames = new FrameTable(frameSections(elf), (begin, end) => this.live.isLiveFrame(begin, end));
    this.exceptionIndex = openExceptionIndex(elf, this.constants, this.live);
    this.instructions = new InstructionRanges(elf, this.table);
    this.entryPoint = elf.entry === 0 ? undefined : this.live.codeAddress(elf.entry);
    this.debugInfo = this.info.units.length > 0 ? 'full' : 'names-only';
  }

  locate(pc: Address): readonly CodeScope[] {
    if (this.debugInfo === 'full') {
      const scopes = this.code.locate(pc);
      if (scopes.length > 0) return scopes;
    }
    return this.locateByName(pc);
  }

  unwindRow(pc: Address): UnwindRow | undefined {
    return this.frames.rowAt(pc);
  }

  exceptionIndexRow(pc: Address): UnwindRow | undefined {
    return this.exceptionIndex?.rowAt(pc);
  }

  isCode(at: Address): boolean {
    return this.instructions.has(at);
  }

  symbolAt(at: Address): ElfSymbol | undefined {
    return this.names.at(at);
  }

  symbolNamed(name: string): ElfSymbol | undefined {
    return this.names.named(name);
  }

  readConstant(at: Address, length: number): Uint8Array | undefined {
    return this.constants.read(at, length);
  }

  variables(scope: CodeScope, pc: Address): readonly VariableInfo[] {
    const entry = this.entryOf(scope);
    if (!entry) return [];
    return unlessDamaged(
      () => readScopeVariables(entry, pc, this.types),
      () => [],
    );
  }

  frameBase(scope: CodeScope, pc: Address): Expression | undefined {
    const chosen = unlessDamaged(
      () => this.functionEntry(scope)?.location(AT.frame_base, pc),
      () => undefined,
    );
    return chosen?.kind === 'expression' ? chosen.expression : undefined;
  }

  callArguments(scope: CodeScope, returnAddress: Address): readonly CallArgument[] {
    const entry = this.entryOf(scope);
    if (!entry) return [];
    return unlessDamaged(
      () => readCallArguments(entry, returnAddress),
      () => [],
    );
  }

  globals(): readonly VariableInfo[] {
    this.allGlobals ??= readGlobals(this.info, this.elf, this.table, this.types);
    return this.allGlobals;
  }

  private entryOf(scope: CodeScope): Entry | undefined {
    return scope.handle === NO_ENTRY ? undefined : this.info.entryAt(scope.handle as InfoOffset);
  }

  /** The entry of the concrete function that holds the scope's code: the nearest subprogram around it. */
  private functionEntry(scope: CodeScope): Entry | undefined {
    const entry = this.entryOf(scope);
    if (!entry || !scope.inlined) return entry;
    const { entries } = entry.unit;
    let index = indexOfEntry(entries, entry.offset) ?? -1;
    while (index > 0 && entries.tags[index] !== TAG.subprogram) index = entries.parents[index] ?? -1;
    return index > 0 ? entry.unit.entryAt(index) : undefined;
  }

  /** Code without entries: assembly, or a library that was compiled without debug information. */
  private locateByName(pc: Address): readonly CodeScope[] {
    const symbol = this.names.at(pc);
    const place = this.debugInfo === 'full' ? this.code.placeAt(pc) : undefined;
    const isFunction = symbol?.kind === 'function' && this.live.isLive(symbol.address);
    if (!isFunction && place?.file === undefined) return [];
    const named = isFunction ? { function: symbol.name, entry: symbol.address } : {};
    return [{ ...named, ...place, inlined: false, handle: NO_ENTRY }];
  }
}

function machineOf(elf: ElfFile): TargetMachine {
  if (elf.machine === 'arm') return 'cortex-m';
  if (elf.machine === 'riscv') return elf.addressSize === 4 ? 'riscv32' : 'riscv64';
  if (elf.machine === 'aarch64' || elf.machine === 'x86-64') return elf.machine;
  throw new NoinitError('unsupported-elf', `symbols for ${elf.machine} with ${elf.addressSize * 8}-bit addresses are not read`);
}

/** All of them now, so that one that cannot be read refuses the file when it is uploaded and not in the first crash. */
function debugSections(elf: ElfFile): ReadonlyMap<string, Uint8Array> {
  const found = DEBUG_SECTIONS.flatMap((name): [string, Uint8Array][] => {
    const section = findSection(elf, name);
    return section ? [[name, sectionBytes(elf, section)]] : [];
  });
  return new Map(found);
}

function frameSections(elf: ElfFile) {
  return (['debug_frame', 'eh_frame'] as const).flatMap((kind) => {
    const section = findSection(elf, `.${kind}`);
    if (!section) return [];
    const { addressSize, littleEndian } = elf;
    return [{ kind, bytes: sectionBytes(elf, section), address: address(section.address), addressSize, littleEndian }];
  });
}

/** The handle of a scope that only a symbol or a line tells of: offset 0 is a unit's header, never an entry. */
const NO_ENTRY = 0;
