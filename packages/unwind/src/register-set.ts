/** The registers of one stack frame, by DWARF number. A register that is not in the set is not known; it is never 0. */

/** Immutable: every change gives a new set. */
export class RegisterSet {
  private readonly values: Map<number, number>;

  constructor(values: Iterable<readonly [number, number]> = []) {
    this.values = new Map(values);
  }

  /** The register's 32-bit word, unsigned. */
  get(register: number): number | undefined {
    return this.values.get(register);
  }

  has(register: number): boolean {
    return this.values.has(register);
  }

  /** This set with some registers changed; `undefined` makes a register unknown. */
  with(changes: Iterable<readonly [number, number | undefined]>): RegisterSet {
    const changed = new RegisterSet(this.values);
    for (const [register, value] of changes) {
      if (value === undefined) changed.values.delete(register);
      else changed.values.set(register, value >>> 0);
    }
    return changed;
  }

  /** Only the registers that `keep` names. */
  filter(keep: (register: number) => boolean): RegisterSet {
    const kept = new RegisterSet();
    for (const [register, value] of this.values) if (keep(register)) kept.values.set(register, value);
    return kept;
  }

  entries(): Iterable<readonly [number, number]> {
    return this.values;
  }
}
