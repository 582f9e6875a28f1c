/** Instructions of a log call, counted on QEMU: it writes one line for each it runs, and those between two entries of `mark` are a call's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, folder, link, run, sdkObjects } from './build.mjs';
import { DEVICE } from './targets.mjs';

/** `level` is -O2 or -Os. */
export function measureInstructions(target, level) {
  const startup = target.arch === 'riscv' ? 'startup_riscv.c' : 'startup.c';
  const options = [level, ...(target.name === 'M0' ? ['-DNOINIT_CRASH_CAPACITY=1024', '-DNOINIT_CRASH_STACK_BYTES=256'] : [])];
  const own = ['size/instructions.c', `ports/qemu/${startup}`, 'ports/qemu/board.c'].map((file) =>
    compile(target, join(DEVICE, file), options, file.replaceAll(/\W/g, '_')),
  );
  const { elf } = link(target, [...own, ...sdkObjects(target, options)]);
  const log = join(folder, 'exec.log');
  const uart = run(target.emulator, target.machine, [
    ...['-display', 'none', '-monitor', 'none', '-serial', 'stdio'],
    ...['-semihosting-config', 'enable=on,target=native,arg=count,arg=random=1'],
    ...['-singlestep', '-d', 'exec,nochain', '-D', log, '-kernel', elf],
  ]);
  const gaps = gapsBetweenMarks(readFileSync(log, 'latin1'));
  /** What is between two marks with nothing in between: the call of a level that is not compiled in. */
  const empty = gaps[6];
  const [, , twoLong, , two, none, , string, four, hexdump, , full, , unwanted] = gaps.map((gap) => gap - empty);
  return {
    'two words': two,
    'two words, id of 2 bytes': twoLong,
    'no argument': none,
    'two words where the ring is full, mean of 100': Math.round(full / 100),
    'unwanted at run time': unwanted,
    'not compiled in': empty - 2, // the mark's own call and return
    'string and int': string,
    'four ints': four,
    'hexdump of 64 bytes': hexdump,
    'bytes in the ring, two words': Number(/bytes (\d+)/.exec(uart)?.[1]),
  };
}

function gapsBetweenMarks(log) {
  const gaps = [];
  let last;
  let count = 0;
  let wasInMark = false;
  for (const line of log.split('\n')) {
    const match = /\[[0-9a-f]+\/[0-9a-f]+\/.*\]\s*(\S*)/.exec(line);
    if (match === null) continue;
    count++;
    const isInMark = match[1] === 'mark';
    if (isInMark && !wasInMark) {
      if (last !== undefined) gaps.push(count - last);
      last = count;
    }
    wasInMark = isInMark;
  }
  return gaps;
}
