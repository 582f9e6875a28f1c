/** Asks a file everything that the readers of ELF files and debug information can be asked. */

import { AT, DebugInfo, type Entry, FrameTable, isDamage, type LineOffset, readLineTable, type Unit } from '@noinit/dwarf';
import { CodeMap, findDebugLink, findSection, parseElf, readBuildAttributes, readSymbolTable, sectionBytes } from '@noinit/elf';
import { type Address, address, NoinitError } from '@noinit/model';

/** How much was read: a sound file gives many. */
export interface Counts {
  entries: number;
  rows: number;
  frames: number;
}

/** Returns what was there to read. Damage inside of debug information is passed over as users do; NoinitError is thrown. */
export function readEverything(bytes: Uint8Array): Counts {
  const counts = { entries: 0, rows: 0, frames: 0 };
  const elf = parseElf(bytes);
  const symbols = readSymbolTable(elf);
  const code = new CodeMap(elf, symbols.mapping);
  for (let index = 0; index < symbols.count; index++) {
    symbols.name(index);
    code.kindAt(address(symbols.addresses[index] ?? 0));
  }
  symbols.find('main');
  attempt(() => readBuildAttributes(elf));
  attempt(() => findDebugLink(elf));
  const lookup = (name: string) => {
    const section = findSection(elf, name);
    return section && attempt(() => sectionBytes(elf, section));
  };
  const info = new DebugInfo(lookup, elf.littleEndian);
  attempt(() => info.missing.length);
  for (const unit of info.units) attempt(() => readUnit(unit, counts));
  for (const kind of ['debug_frame', 'eh_frame'] as const) {
    const { addressSize, littleEndian } = elf;
    const at = findSection(elf, `.${kind}`)?.address ?? address(0);
    const section = { kind, bytes: lookup(`.${kind}`) ?? new Uint8Array(), address: at, addressSize, littleEndian };
    attempt(() => readFrames(new FrameTable([section], () => true), counts));
  }
  return counts;
}

function readUnit(unit: Unit, counts: Counts): void {
  attempt(() => unit.kind);
  const lines = attempt(() => unit.lineOffset);
  if (lines !== undefined) attempt(() => readLines(unit, lines, counts));
  const { count } = unit.entries;
  counts.entries += count;
  const names = new Set([...unit.abbreviations.values()].flatMap((abbreviation) => [...abbreviation.names]));
  for (let index = 0; index < Math.min(count, MAX_ASKED); index++) attempt(() => readEntry(unit.entryAt(index), names));
}

function readLines(unit: Unit, offset: LineOffset, counts: Counts): void {
  const table = readLineTable(unit.sections, offset, unit.header.addressSize, () => true);
  for (const row of table.rows()) {
    counts.rows++;
    if (counts.rows % 7 === 0) table.find(address(row.address));
    table.file(row.file);
  }
}

function readEntry(entry: Entry, names: ReadonlySet<number>): void {
  for (const name of names) {
    const kind = attempt(() => entry.value(name)?.kind);
    if (kind?.startsWith('text')) attempt(() => entry.text(name));
    if (kind?.startsWith('address')) attempt(() => entry.address(name));
    if (kind === 'entry' || kind === 'signature') attempt(() => entry.dangling(name) ?? entry.reference(name)?.tag);
  }
  attempt(() => entry.name);
  const ranges = attempt(() => entry.unit.info.listWork.within(10_000, () => entry.ranges()));
  const pc: Address = ranges?.[0]?.start ?? address(0x100);
  for (const name of [AT.location, AT.frame_base]) {
    attempt(() => entry.unit.info.listWork.within(10_000, () => entry.location(name, pc)));
  }
}

function readFrames(table: FrameTable, counts: Counts): void {
  for (let at = 0x100; at < 0x180; at += 2) if (table.rowAt(address(at))) counts.frames++;
}

/** What readers say of damage is passed over; any other error is a failure. */
function attempt<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (isDamage(error) || error instanceof NoinitError) return undefined;
    throw error;
  }
}

/** Of what a bent count makes of a small file. */
const MAX_ASKED = 2000;
