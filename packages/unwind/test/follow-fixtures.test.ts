/** Following a function's instructions against what its compiler says of the same frame, at every instruction that was reached. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseElf, readSymbolTable, SYMBOL_KIND } from '@noinit/elf';
import { address } from '@noinit/model';
import { loadSymbols } from '@noinit/symbols';
import { describe, expect, it } from 'vitest';
import { isEpilogue } from '../src/flow/epilogue.ts';
import { followFunction } from '../src/flow/follow-function.ts';
import { findCore, makeMemory } from '../src/index.ts';

const FOLDER = new URL('../../../fixtures/elf/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.elf'));

interface Comparison {
  instructions: number;
  unsure: number;
  readonly wrong: string[];
}

/** Depth of the stack and saved registers, instruction by instruction. */
function compare(bytes: Uint8Array): Comparison | undefined {
  const elf = parseElf(bytes);
  if (elf.machine !== 'arm' && (elf.machine !== 'riscv' || elf.addressSize !== 4)) return undefined;
  const symbols = loadSymbols(elf);
  const core = findCore(elf.machine === 'arm' ? 'cortex-m' : 'riscv32');
  const code = core.readCode(makeMemory([], symbols));
  const table = readSymbolTable(elf);
  const counts: Comparison = { instructions: 0, unsure: 0, wrong: [] };
  for (let index = 0; index < table.count; index++) {
    const start = table.addresses[index] ?? 0;
    const size = table.sizes[index] ?? 0;
    if (table.kinds[index] !== SYMBOL_KIND.function || size === 0) continue;
    const followed = followFunction({ start, end: start + size }, start + size, code);
    for (let pc = start; pc < start + size; pc += 2) {
      const row = symbols.unwindRow(address(pc));
      const at = followed.before(pc);
      // Compilers do not tell of the last instructions of functions; what is followed there is right.
      if (!row || !at || row.cfa.kind !== 'register' || isEpilogue(pc, { start, end: start + size }, code)) continue;
      if (at.isUnsure) {
        counts.unsure++;
        continue;
      }
      counts.instructions++;
      const where = `${table.name(index)}+${pc - start}`;
      const value = at.state.get(row.cfa.register);
      if (value.base !== core.stackPointer || value.offset !== -row.cfa.offset) {
        counts.wrong.push(
          `${where}: r${row.cfa.register} is ${value.base} ${value.offset}, the CFA is r${row.cfa.register} + ${row.cfa.offset}`,
        );
      }
      for (const [register, rule] of row.registers) {
        if (rule.kind !== 'offset' || !core.followed.includes(register)) continue;
        const saved = at.state.load({ base: core.stackPointer, offset: rule.offset });
        if (saved?.base !== register) counts.wrong.push(`${where}: r${register} is not at ${rule.offset}`);
      }
    }
  }
  return counts;
}

describe('following instructions', () => {
  it.each(FILES)('tells the same as the call frame information of %s', (name) => {
    const counts = compare(readFileSync(new URL(name, FOLDER)));
    if (!counts) return;
    expect(counts.wrong).toEqual([]);
    expect(counts.unsure).toBeLessThanOrEqual(counts.instructions / 5);
  });
});
