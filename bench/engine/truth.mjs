// What is true about an address of the image with flash at 0. The same objects are linked at 0x08000000 too: there remains of
// dropped code lie outside of the image, and no tool takes them for code. Truth is what most of gimli, binutils and llvm say of
// the same place there, if the symbol table has the outermost function around it; where no function's symbol is around an
// address, that there is nothing. Addresses on which they disagree are left out and counted.
// Where the compiler gives several lines for one address, the last is in force there. gdb shows the last that begins a
// statement, which debuggers need for breakpoints: its lines are judged by those it gives at 0x08000000 itself.
import { spawnSync } from 'node:child_process';
import { ask, askGdb, parseAnswers } from './tools.mjs';

export const FLASH = 0x0800_0000;

/** For each address the frames that are true, and what gdb says there; undefined where it is disputed. */
export function findTruth(tools, flashElf, addresses) {
  const moved = addresses.map((at) => at + FLASH);
  const voters = tools.filter(({ votes }) => votes);
  const votes = voters.map((tool) => parseAnswers(ask(tool, { elf: flashElf }, moved).stdout));
  const functions = readFunctions(flashElf);
  const gdb = askGdb(flashElf, moved);
  return moved.map((at, index) => {
    const around = functions.filter(({ start, end }) => at >= start && at < end);
    if (around.length === 0) return { frames: [], gdb: [] };
    const counts = new Map();
    for (const answers of votes) {
      const key = JSON.stringify(answers[index]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const [best, count] = [...counts].sort((left, right) => right[1] - left[1])[0] ?? ['[]', 0];
    const frames = JSON.parse(best);
    const isNamed = around.some(({ name }) => name.split('.')[0] === frames.at(-1)?.name);
    return count * 2 > votes.length && isNamed
      ? { frames, gdb: frames.slice(-1).map((outermost) => ({ ...gdb?.[index]?.[0], name: outermost.name })) }
      : undefined;
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
export function judge(answer, frames) {
  const said = answer ?? [];
  if (said.length === 0) return frames.length === 0 ? 'right' : 'unknown';
  if (frames.length === 0) return 'wrong';
  const names = (chain) => chain.map(({ name }) => name.split('.')[0]).join('<');
  const isPlaced = said[0].line === frames[0].line && said[0].file === frames[0].file;
  return isPlaced && names(said) === names(frames) ? 'right' : 'wrong';
}
