const rowOf = (measured, row) => measured.features.find(({ name }) => name === row);

/**
 * The bars, and what is held today where a bar is not met (README.md says why): a figure above its `held` fails the build, one above its
 * `bar` is said.
 */
export const BUDGETS = [
  { name: 'core, CBOR, CRCs: flash', bar: 410, held: 880, of: (m) => m.log.coreCrcCbor },
  { name: 'log and ring, up to three words: flash', bar: 920, held: 5200, of: (m) => m.log.logAndRing },
  { name: 'default set: flash', bar: 4096, held: 11500, of: (m) => rowOf(m, 'default set').flash },
  {
    name: 'default set: RAM beside the fault stack of 1,024',
    bar: 256,
    held: 360,
    of: (m) => rowOf(m, 'default set').ram - 1024,
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
