// Line programs: `.debug_line` and the strings its version 5 refers to.
import { DebugInfo, readLineTable, unlessDamaged } from '@noinit/dwarf';
import { findSection, parseElf, sectionBytes } from '@noinit/elf';
import { sectionDoor } from './sections.mjs';

export const door = sectionDoor(['.debug_line', '.debug_line', '.debug_line', '.debug_line_str'], (input) => {
  const elf = parseElf(input);
  const info = new DebugInfo((name) => contentOf(elf, name), elf.littleEndian);
  for (const unit of info.units.slice(0, 20)) {
    const lineOffset = unlessDamaged(
      () => unit.lineOffset,
      () => undefined,
    );
    if (lineOffset === undefined) continue;
    const table = unlessDamaged(
      () => readLineTable(info.sections, lineOffset, unit.header.addressSize, () => true),
      () => undefined,
    );
    if (!table) continue;
    for (let pc = 0; pc < 0x400; pc += 10) table.find(pc);
    let rows = 0;
    for (const { file } of table.rows()) {
      table.file(file);
      if (++rows > 2000) break;
    }
  }
});

function contentOf(elf, name) {
  const section = findSection(elf, name);
  return section && sectionBytes(elf, section);
}
