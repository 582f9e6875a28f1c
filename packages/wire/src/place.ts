/** Where something happened. The wire has always room for a place: zeros say that it is not known. */
export interface Place {
  readonly pc?: number;
  readonly lr?: number;
}

/** A call of NULL has a pc of 0 and says by its lr where it came from; no code returns to address 0. */
export function placeOf(pc: number, lr: number): Place {
  if (lr !== 0) return { pc, lr };
  return pc === 0 ? {} : { pc };
}
