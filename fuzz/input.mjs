// Which bytes input n of a seed is.

/** Input 0 and on are the door's samples as they are; the rest is made of them by the door. */
export function inputNumber(door, seed, number, Random) {
  const sample = door.samples[number];
  if (sample) return sample;
  return door.bend(new Random(Math.imul(seed, 0x9e37_79b1) ^ Math.imul(number, 0x85eb_ca6b)));
}
