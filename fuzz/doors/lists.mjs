// Range and location lists, of DWARF 2 to 5, and the table of addresses they name.
import { AT, DebugInfo, evaluateExpression, unlessDamaged } from '@noinit/dwarf';
import { findSection, parseElf, sectionBytes } from '@noinit/elf';
import { loadSymbols } from '@noinit/symbols';
import { askSymbols } from '../ask-symbols.mjs';
import { sectionDoor } from './sections.mjs';

const LISTS = ['.debug_loc', '.debug_loclists', '.debug_ranges', '.debug_rnglists'];
const MAX_ENTRIES = 400;
const FRAME = {
  register: () => 0x2000_0000,
  memory: () => undefined,
  callFrameAddress: () => undefined,
  frameBase: () => undefined,
};

export const door = sectionDoor([...LISTS, ...LISTS, '.debug_addr'], (input) => {
  const elf = parseElf(input);
  const info = new DebugInfo((name) => contentOf(elf, name), elf.littleEndian);
  for (const unit of info.units.slice(0, 20)) {
    const count = Math.min(unit.entries.count, MAX_ENTRIES);
    for (let index = 0; index < count; index++) readLists(unit.entryAt(index));
  }
  askSymbols(loadSymbols(elf));
});

function readLists(entry) {
  if (!entry.has(AT.ranges) && !entry.has(AT.location)) return;
  unlessDamaged(
    () => entry.ranges(),
    () => undefined,
  );
  for (let pc = 0; pc < 0x200; pc += 150) {
    const location = unlessDamaged(
      () => entry.location(AT.location, pc),
      () => undefined,
    );
    if (location?.kind === 'expression') evaluateExpression(location.expression, FRAME);
  }
}

function contentOf(elf, name) {
  const section = findSection(elf, name);
  return section && sectionBytes(elf, section);
}
