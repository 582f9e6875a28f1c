// Call frame information of every kind: `.debug_frame`, `.eh_frame`, and Arm's index and unwinding tables.
import { parseElf } from '@noinit/elf';
import { loadSymbols } from '@noinit/symbols';
import { askFrames } from '../ask-symbols.mjs';
import { sectionDoor } from './sections.mjs';

export const door = sectionDoor(['.debug_frame', '.debug_frame', '.eh_frame', '.ARM.exidx', '.ARM.extab'], (input) => {
  const symbols = loadSymbols(parseElf(input));
  for (let pc = 0; pc < 0x400; pc += 6) askFrames(symbols, pc);
});
