/** Opens the debug information of one build. */
import { demangleFunction } from '@noinit/demangle';
import {
  AT,
  type DebugInfo,
  type Entry,
  type Expression,
  type InfoOffset,
  indexOfEntry,
  type MissingPart,
  TAG,
  type UnwindRow,
  unlessDamaged,
} from '@noinit/dwarf';
import { type ElfFile, parseElf } from '@noinit/elf';
import { type Address, address, type BuildId, NoinitError, type TargetMachine } from '@noinit/model';
import type { CachedIndex } from './cache/symbol-cache.ts';
import { InstructionRanges } from './code/instruction-ranges.ts';
import { LiveCode } from './code/live-code.ts';
import { ConstantMemory } from './constant-memory.ts';
import { openDebugInfo } from './debug-sections.ts';
import { DwarfIndex } from './dwarf-index.ts';
import type { ExidxTable } from './exidx/exidx-table.ts';
import { openExceptionIndex } from './exidx/open-exception-index.ts';
import type { ImageIndex } from './image-index.ts';
import type { CallArgument, CodeScope, ElfSymbol, Symbols, VariableInfo } from './symbols.ts';
import { DefinitionIndex } from './types/definition-index.ts';
import { TypeReader } from './types/type-reader.ts';
import { readCallArguments } from './variables/call-arguments.ts';
import { readGlobal } from './variables/globals.ts';
import { readReferredVariable, readScopeVariables } from './variables/scope-variables.ts';

/**
 * Opens the debug information of one build. With its symbol cache (`openSymbolCache`) addresses are answered from there,
 * and the debug information is opened when somebody asks for variables; without, all sections are read now, so that one
 * that cannot be read refuses the file when it is uploaded and not in the first crash.
 * Throws NoinitError: what `parseElf` throws, 'unsupported-elf' for other machines. Damaged debug information is no
 * refusal: what it cannot tell is absent from the answers.
 */
export function loadSymbols(source: ElfFile | Uint8Array, cache?: CachedIndex): Symbols {
  const elf = source instanceof Uint8Array ? parseElf(source) : source;
  const machine = machineOf(elf);
  if (cache) return new LoadedSymbols(elf, machine, cache, undefined);
  const info = openDebugInfo(elf);
  return new LoadedSymbols(elf, machine, new DwarfIndex(elf, info), info);
}

class LoadedSymbols implements Symbols {
  readonly buildId: BuildId | undefined;
  readonly machine: TargetMachine;
  readonly littleEndian: boolean;
  readonly pointerSize: 4 | 8;
  readonly debugInfo: 'full' | 'names-only';
  readonly entryPoint: Address | undefined;
  private readonly elf: ElfFile;
  private readonly index: ImageIndex;
  private readonly constants: ConstantMemory;
  private lazyInfo: DebugInfo | undefined;
  private lazyTypes: TypeReader | undefined;
  private lazyLive: LiveCode | undefined;
  private lazyInstructions: InstructionRanges | undefined;
  private exceptionIndex: { readonly table: ExidxTable | undefined } | undefined;
  private readonly variablesAt = new Map<string, readonly VariableInfo[]>();
  private remembered = 0;
  private allGlobals: readonly VariableInfo[] | undefined;

  constructor(elf: ElfFile, machine: TargetMachine, index: ImageIndex, info: DebugInfo | undefined) {
    this.elf = elf;
    this.buildId = elf.buildId;
    this.machine = machine;
    this.littleEndian = elf.littleEndian;
    this.pointerSize = elf.addressSize;
    this.index = index;
    this.debugInfo = index.debugInfo;
    this.constants = new ConstantMemory(elf);
    this.lazyInfo = info;
    const isThumb = elf.machine === 'arm' && elf.entry % 2 === 1;
    this.entryPoint = elf.entry === 0 ? undefined : address(elf.entry - (isThumb ? 1 : 0));
  }

  locate(pc: Address): readonly CodeScope[] {
    if (this.debugInfo === 'full') {
      const scopes = this.index.code.locate(pc);
      if (scopes.length > 0) return this.named(scopes, pc);
    }
    return this.locateByName(pc);
  }

  unwindRow(pc: Address): UnwindRow | undefined {
    return this.index.frames.rowAt(pc);
  }

  exceptionIndexRow(pc: Address): UnwindRow | undefined {
    this.exceptionIndex ??= { table: openExceptionIndex(this.elf, this.constants, this.live) };
    return this.exceptionIndex.table?.rowAt(pc);
  }

  isCode(at: Address): boolean {
    this.lazyInstructions ??= new InstructionRanges(this.elf, this.index.symbols.columns);
    return this.lazyInstructions.has(at);
  }

  symbolAt(at: Address): ElfSymbol | undefined {
    const sized = this.index.symbols.at(at);
    if (sized && sized.kind !== 'other') return sized;
    if (!this.isCode(at)) return sized;
    return this.index.symbols.unsizedAt(at, this.elf.machine === 'riscv') ?? sized;
  }

  symbolNamed(name: string): ElfSymbol | undefined {
    return this.index.symbols.named(name);
  }

  readConstant(at: Address, length: number): Uint8Array | undefined {
    return this.constants.read(at, length);
  }

  /** Remembered: of a fleet's crashes most go through the same places. */
  variables(scope: CodeScope, pc: Address): readonly VariableInfo[] {
    const place = `${scope.handle} ${pc}`;
    const known = this.variablesAt.get(place);
    if (known) return known;
    const found = this.readVariables(scope, pc);
    this.remember(place, found);
    return found;
  }

  private remember(place: string, variables: readonly VariableInfo[]): void {
    this.remembered += 1 + variables.length;
    if (this.remembered > MAX_REMEMBERED) {
      this.variablesAt.clear();
      this.remembered = 1 + variables.length;
    }
    this.variablesAt.set(place, variables);
  }

  private readVariables(scope: CodeScope, pc: Address): readonly VariableInfo[] {
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

  variableAt(entry: InfoOffset, pc: Address): VariableInfo | undefined {
    return unlessDamaged(
      () => readReferredVariable(this.info.entryAt(entry), pc, this.types),
      () => undefined,
    );
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
    this.allGlobals ??= this.index
      .globals()
      .map((global) => readGlobal(this.info, global, this.types))
      .filter((variable) => variable !== undefined);
    return this.allGlobals;
  }

  missingParts(): readonly MissingPart[] {
    return this.info.missing;
  }

  skippedUnits(): readonly string[] {
    return [...this.info.skipped];
  }

  private get info(): DebugInfo {
    this.lazyInfo ??= openDebugInfo(this.elf);
    return this.lazyInfo;
  }

  private get types(): TypeReader {
    this.lazyTypes ??= new TypeReader(new DefinitionIndex(this.info));
    return this.lazyTypes;
  }

  private get live(): LiveCode {
    this.lazyLive ??= new LiveCode(this.elf, this.index.symbols);
    return this.lazyLive;
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
  /** A function whose name lies in another file (dwz) has still that of its symbol. */
  private named(scopes: readonly CodeScope[], pc: Address): readonly CodeScope[] {
    const outermost = scopes.at(-1);
    if (!outermost || outermost.function !== undefined) return scopes;
    const symbol = this.symbolAt(pc);
    if (symbol?.kind !== 'function' || symbol.address !== outermost.entry) return scopes;
    return [...scopes.slice(0, -1), { ...outermost, function: demangleFunction(symbol.name) ?? symbol.name }];
  }

  private locateByName(pc: Address): readonly CodeScope[] {
    const symbol = this.symbolAt(pc);
    const place = this.debugInfo === 'full' ? this.index.code.placeAt(pc) : undefined;
    const isFunction = symbol?.kind === 'function' && this.live.isLive(symbol.address);
    if (!isFunction && place?.file === undefined) return [];
    const named = isFunction ? { function: demangleFunction(symbol.name) ?? symbol.name, entry: symbol.address } : {};
    return [{ ...named, ...place, inlined: false, handle: NO_ENTRY }];
  }
}

function machineOf(elf: ElfFile): TargetMachine {
  if (elf.type === 'relocatable') {
    throw new NoinitError('unsupported-elf', 'a relocatable object file: its addresses are not known before it is linked');
  }
  if (elf.type === 'core') {
    throw new NoinitError('unsupported-elf', 'a core file is the dump of a crash, not the program that crashed');
  }
  if (elf.machine === 'arm') return 'cortex-m';
  if (elf.machine === 'riscv') return elf.addressSize === 4 ? 'riscv32' : 'riscv64';
  if (elf.machine === 'aarch64' || elf.machine === 'x86-64') return elf.machine;
  throw new NoinitError('unsupported-elf', `symbols for ${elf.machine} with ${elf.addressSize * 8}-bit addresses are not read`);
}

/** Places and variables there that are kept, together. */
const MAX_REMEMBERED = 20_000;

/** The handle of a scope that only a symbol or a line tells of: offset 0 is a unit's header, never an entry. */
const NO_ENTRY = 0;
