// Makes a find shorter as long as it stays the same find.

/** Inputs that are tried for one find. */
const MAX_TRIES = 600;

/**
 * Takes out runs of bytes, long ones first, then blanks single ones.
 * @param {Uint8Array} bytes
 * @param {(candidate: Uint8Array) => boolean} isSame
 */
export function minimise(bytes, isSame) {
  let tries = 0;
  const holds = (candidate) => tries++ < MAX_TRIES && isSame(candidate);
  let small = bytes;
  for (let run = bytes.length >> 1; run >= 1 && tries < MAX_TRIES; run >>= 1) {
    for (let at = 0; at < small.length && tries < MAX_TRIES; ) {
      const shorter = without(small, at, run);
      if (holds(shorter)) small = shorter;
      else at += run;
    }
  }
  return small;
}

function without(bytes, at, length) {
  const shorter = new Uint8Array(bytes.length - Math.min(length, bytes.length - at));
  shorter.set(bytes.subarray(0, at));
  shorter.set(bytes.subarray(at + length), at);
  return shorter;
}
