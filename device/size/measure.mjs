/**
 * What the SDK costs: flash, RAM, stack and instructions of each feature on each core, at -Os.
 *
 *     node device/size/measure.mjs            all cores
 *     node device/size/measure.mjs --quick    the Cortex-M3 alone
 *     node device/size/measure.mjs --json     as JSON
 *     node device/size/measure.mjs --write    the tables of README.md in this folder anew
 *
 * Needs arm-none-eabi-gcc, riscv64-unknown-elf-gcc, qemu-system-arm and qemu-system-riscv32. A feature is a link of a program that calls it
 * minus a link of one that does not, without what the calls cost their caller. Ends with 1 where a budget is not held.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkBudgets } from './budgets.mjs';
import { run } from './build.mjs';
import { measureFaultStack, measureFaultTime } from './fault.mjs';
import { FEATURES, measureFeatures, measureLinkTime, measureLogAndRing, measureModules, measureReboot } from './features.mjs';
import { measureInstructions } from './instructions.mjs';
import { measureSites } from './sites.mjs';
import { measureCapture, measureStack } from './stack.mjs';
import { tablesOf } from './table.mjs';
import { DEVICE, M3, TARGETS, withClang } from './targets.mjs';

const EVERYWHERE = ['text on the UART', 'entries over RTT', 'Consumer'];

function measure(target) {
  return {
    core: target.name,
    // An option makes the whole SDK anew; on the other cores that is done for a few.
    features: measureFeatures(
      target,
      target === M3 ? FEATURES : FEATURES.filter(({ name, config }) => config === undefined || EVERYWHERE.includes(name)),
    ),
    modules: measureModules(target),
    log: measureLogAndRing(target),
    reboot: measureReboot(target),
    sites: measureSites(target),
    stack: measureStack(target),
    instructions: { '-O2': measureInstructions(target, '-O2'), '-Os': measureInstructions(target, '-Os') },
    fault: target.arch === 'cortex_m' ? measureFaultTime(target, '-Os') : undefined,
  };
}

/** By both compilers, counted and painted; with a stack that holds it whatever it is. */
function measureFaultStacks(levels) {
  const roomy = ['-DNOINIT_FAULT_STACK_BYTES=1024'];
  const painted = (target, level) => Math.max(...measureFaultStack(target, level, roomy).map(({ bytes }) => bytes));
  return levels.map((level) => ({
    level,
    counted: measureCapture(M3, [level])[0].bytes,
    gcc: painted(M3, level),
    clang: painted(withClang(M3), level),
  }));
}

const words = process.argv.slice(2);
const isQuick = words.includes('--quick');
const cores = (isQuick ? [M3] : [M3, ...TARGETS.filter((target) => target !== M3)]).map(measure);
const m3 = cores.find(({ core }) => core === 'M3');
const faultStacks = measureFaultStacks(isQuick ? ['-Os'] : ['-Os', '-O2', '-O0']);
const result = {
  compilers: [...new Set(TARGETS.map(({ prefix }) => run(`${prefix}gcc`, '--version').split('\n')[0]))],
  cores,
  linkTime: measureLinkTime(M3),
  faultStacks,
  budgets: checkBudgets({ ...m3, faultStacks }),
};

if (words.includes('--json')) console.log(JSON.stringify(result, undefined, 2));
else console.log(tablesOf(result));
if (words.includes('--write')) {
  const page = join(DEVICE, 'size/README.md');
  const [before] = readFileSync(page, 'utf8').split('<!-- measured -->');
  writeFileSync(page, `${before}<!-- measured -->\n${tablesOf(result)}\n`);
}
process.exitCode = result.budgets.every(({ isHeld }) => isHeld) ? 0 : 1;
