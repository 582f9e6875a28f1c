// What is true about an address of the image with flash at 0. The same objects are linked at 0x08000000 too: there remains of
// dropped code lie outside of the image, and no tool takes them for code. Truth is what most of gimli, binutils and llvm say of
// the same place there, if the symbol table has the outermost function around it; where no function's symbol is around an
// address, that there is nothing. Addresses on which they disagree are left out and counted.
// Where the compiler gives several lines for one address, gdb shows the one that begins a statement (as we do) and the others
// the last one: both are what the compiler says, and either is right.
import { spawnSync } from 'node:child_process';
import { ask, askGdb, parseAnswers } from './tools.mjs';

export const FLASH = 0x0800_0000;

/** For each address the frames that are true and the other line that is, or undefined where it is disputed. */
export function findTruth(tools, flashElf, addresses) {
  const moved = addresses.map((at) => at + FLASH);
  const voters = tools.filter(({ votes }) => votes);
  const votes = voters.map((tool) => parseAnswers(ask(tool, { elf: flashElf }, moved).stdout));
  const functions = readFunctions(flashElf);
  const statements = askGdb(flashElf, moved);
  return moved.map((at, index) => {
    const around = functions.filter(({ start, end }) => at >= start && at < end);
    if (around.length === 0) return { frames: [] };
    const counts = new Map();
    for (const answers of votes) {
      const key = JSON.stringify(answers[index]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const [best, count] = [...counts].sort((left, right) => right[1] - left[1])[0] ?? ['[]', 0];
    const frames = JSON.parse(best);
    const isNamed = around.some(({ name }) => name.split('.')[0] === frames.at(-1)?.name);
    return count * 2 > votes.length && isNamed ? { frames, statement: statements?.[index]?.[0] } : undefined;
  });
}

function readFunctions(elf) {
  const { stdout } = spawnSync('arm-none-eabi-nm', ['-S', elf], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return [...stdout.matchAll(/^([0-9a-f]+) ([0-9a-f]+) [tTwW] (\S+)$/gm)].map(([, start, size, name]) => {
    const from = Number.parseInt(start, 16) & ~1;
    return { name, start: from, end: from + Number.parseInt(size, 16) };
  });
}

/** Right: all functions and the innermost line. Unknown: nothing is said where something is true. Everything else is wrong. */
export function judge(answer, { frames, statement }, tellsInlines = true) {
  const said = answer ?? [];
  if (said.length === 0) return frames.length === 0 ? 'right' : 'unknown';
  if (frames.length === 0) return 'wrong';
  const names = (chain) => chain.map(({ name }) => name.split('.')[0]).join('<');
  const isNamed = names(said) === names(tellsInlines ? frames : frames.slice(-1));
  const isLine = (true_) => true_ !== undefined && said[0].line === true_.line && said[0].file === true_.file;
  return isNamed && (isLine(frames[0]) || isLine(statement)) ? 'right' : 'wrong';
}
