/** Where something happened. The wire has always room for a place: two zeros say that it is not known. */
export interface Place {
  readonly pc: number;
  readonly lr: number;
}

export function placeOf(pc: number, lr: number): Place | Record<string, never> {
  return pc === 0 && lr === 0 ? {} : { pc, lr };
}
