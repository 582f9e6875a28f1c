/**
 * What is known of registers and stack at one instruction of a function, told by what they held when the function was
 * entered: *sp is what it was less 24*, *the word 4 below the entry's sp is the entry's lr*.
 */

/** What something held: a base and an offset from it. Bases from 0 on are what registers held at the function's entry. */
export interface Value {
  readonly base: number;
  readonly offset: number;
}

/** The base of constants. */
export const CONSTANT = -1;
/** Bases from here on are values that nothing is known of but that they are the same. */
export const FIRST_OPAQUE = 100_000;

/** Words of the stack that are followed in one function. */
const MAX_SLOTS = 512;
const SLOT_BASE = 2 ** 32;

/** Copies share what they know until one of them learns more: a function has a copy for each of its instructions. */
export class FrameState {
  private readonly stackPointer: number;
  private registers: Map<number, Value>;
  private slots: Map<number, Value>;
  private sharesRegisters = false;
  private sharesSlots = false;
  /** Instructions from here on that are carried out under a condition. */
  conditional = 0;

  constructor(stackPointer: number, registers: Map<number, Value> = new Map(), slots: Map<number, Value> = new Map()) {
    this.stackPointer = stackPointer;
    this.registers = registers;
    this.slots = slots;
  }

  copy(): FrameState {
    const state = new FrameState(this.stackPointer, this.registers, this.slots);
    state.conditional = this.conditional;
    for (const either of [this, state]) {
      either.sharesRegisters = true;
      either.sharesSlots = true;
    }
    return state;
  }

  /** Registers and words that are followed: what a copy costs. */
  get size(): number {
    return this.registers.size + this.slots.size;
  }

  get(register: number): Value {
    return this.registers.get(register) ?? { base: register, offset: 0 };
  }

  set(register: number, value: Value): void {
    if (value.base === register && value.offset === 0) this.ownRegisters().delete(register);
    else this.ownRegisters().set(register, value);
    if (register === this.stackPointer) this.dropBelow(value);
  }

  load(address: Value): Value | undefined {
    return this.slots.get(slotKey(address));
  }

  store(address: Value, value: Value): void {
    if (this.slots.size >= MAX_SLOTS) return;
    this.ownSlots().set(slotKey(address), value);
  }

  spoil({ base, offset }: Value): void {
    const key = slotKey({ base, offset: offset & ~3 });
    if (this.slots.has(key)) this.ownSlots().delete(key);
  }

  /** Registers that do not hold what they held at the entry. */
  changed(): Iterable<readonly [number, Value]> {
    return this.registers;
  }

  *stored(): Iterable<{ readonly at: Value; readonly value: Value }> {
    for (const [key, value] of this.slots) yield { at: slotAddress(key), value };
  }

  /** Keeps what both agree on; whether that is less than it was. `opaque` stands for a register that differs. */
  meet(other: FrameState, opaque: (register: number) => Value): boolean {
    let isLess = false;
    for (const register of this.registers.keys()) if (this.meetRegister(register, other, opaque)) isLess = true;
    for (const register of other.registers.keys()) {
      if (!this.registers.has(register) && this.meetRegister(register, other, opaque)) isLess = true;
    }
    for (const [key, value] of this.slots) {
      const theirs = other.slots.get(key);
      if (theirs && isSame(value, theirs)) continue;
      this.ownSlots().delete(key);
      isLess = true;
    }
    return isLess;
  }

  private meetRegister(register: number, other: FrameState, opaque: (register: number) => Value): boolean {
    const mine = this.get(register);
    // Where the depths differ one of the ways is not real (behind a call that never returns): the first is kept.
    if (register === this.stackPointer || isSame(mine, other.get(register))) return false;
    const unknown = opaque(register);
    if (isSame(mine, unknown)) return false;
    this.set(register, unknown);
    return true;
  }

  hasSameDepth(other: FrameState): boolean {
    return isSame(this.get(this.stackPointer), other.get(this.stackPointer));
  }

  /** What lies below the stack pointer is nobody's. */
  private dropBelow({ base, offset }: Value): void {
    for (const key of this.slots.keys()) {
      const at = slotAddress(key);
      if (at.base === base && at.offset < offset) this.ownSlots().delete(key);
    }
  }

  private ownRegisters(): Map<number, Value> {
    if (this.sharesRegisters) this.registers = new Map(this.registers);
    this.sharesRegisters = false;
    return this.registers;
  }

  private ownSlots(): Map<number, Value> {
    if (this.sharesSlots) this.slots = new Map(this.slots);
    this.sharesSlots = false;
    return this.slots;
  }
}

export function isSame(left: Value, right: Value): boolean {
  return left.base === right.base && left.offset === right.offset;
}

function slotKey({ base, offset }: Value): number {
  return base * SLOT_BASE + (offset >>> 0);
}

function slotAddress(key: number): Value {
  const base = Math.floor(key / SLOT_BASE);
  return { base, offset: (key - base * SLOT_BASE) | 0 };
}
