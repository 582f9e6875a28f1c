const rowOf = (measured, row) => measured.features.find(({ name }) => name === row);

/**
 * The bars, and what is held today where a bar is not met (README.md says why): a figure above its `held` fails the build, one above its
 * `bar` is said.
 */
export const BUDGETS = [
  { name: 'core, CBOR, CRCs: flash', bar: 410, held: 700, of: (m) => m.log.coreCrcCbor },
  { name: 'log and ring, up to three words: flash', bar: 920, held: 5200, of: (m) => m.log.logAndRing },
  { name: 'default set: flash', bar: 4096, held: 13100, of: (m) => rowOf(m, 'default set').flash },
  {
    name: 'default set: RAM beside the fault stack of 320',
    bar: 256,
    held: 490,
    of: (m) => rowOf(m, 'default set').ram - 320,
  },
  { name: 'reboot tracking, of a program that marks and asks: flash', bar: 512, held: 1000, of: (m) => m.reboot.flash },
  { name: 'crash, stack and one region: flash', bar: 1024, held: 2700, of: (m) => rowOf(m, 'crash: stack and one region').flash },
  { name: 'a reason of its own: flash', bar: 0, held: 8, of: (m) => rowOf(m, 'a reason of its own').flash },
  { name: 'stack of a capture, counted', bar: 320, held: 320, of: (m) => m.faultStacks[0].counted },
  { name: 'stack of a capture, painted', bar: 320, held: 320, of: (m) => Math.max(m.faultStacks[0].gcc, m.faultStacks[0].clang) },
  {
    name: 'fault to reset with 4 KiB: instructions (5 ms at 48 MHz, one a cycle)',
    bar: 240_000,
    held: 240_000,
    of: (m) => m.fault['from the fault to the reset, 4 KiB'],
  },
  {
    name: 'reader for a bootloader: flash',
    bar: 600,
    held: 1070,
    of: (m) => rowOf(m, 'reader for a bootloader, alone').flash,
  },
  { name: 'a site without arguments, no filter at run time', bar: 16, held: 16, of: (m) => m.sites[0].bare },
  { name: 'a site with two constants, no filter at run time', bar: 16, held: 18, of: (m) => m.sites[1].bare },
  { name: 'a site with two constants', bar: 16, held: 29, of: (m) => m.sites[1].filtered },
  { name: 'two words, -O2: instructions', bar: 115, held: 115, of: (m) => m.instructions['-O2']['two words'] },
  {
    name: 'two words, id of 2 bytes, -O2: instructions',
    bar: 115,
    held: 122,
    of: (m) => m.instructions['-O2']['two words, id of 2 bytes'],
  },
  { name: 'two words, -Os: instructions', bar: 140, held: 140, of: (m) => m.instructions['-Os']['two words'] },
  {
    name: 'two words, id of 2 bytes, -Os: instructions',
    bar: 140,
    held: 140,
    of: (m) => m.instructions['-Os']['two words, id of 2 bytes'],
  },
  { name: 'two words: bytes in the ring', bar: 9, held: 9, of: (m) => m.instructions['-Os']['bytes in the ring, two words'] },
  { name: 'unwanted at run time, -O2: instructions', bar: 5, held: 5, of: (m) => m.instructions['-O2']['unwanted at run time'] },
  { name: 'unwanted at run time, -Os: instructions', bar: 5, held: 5, of: (m) => m.instructions['-Os']['unwanted at run time'] },
  { name: 'not compiled in: instructions', bar: 0, held: 0, of: (m) => m.instructions['-Os']['not compiled in'] },
];

/** `measured` is the Cortex-M3's. */
export function checkBudgets(measured) {
  return BUDGETS.map(({ name, bar, held, of }) => {
    const value = of(measured);
    return { name, value, bar, held, isMet: value <= bar, isHeld: value <= held };
  });
}
