/**
 * Follows a function's instructions from its entry along every way through it, up to what is known at one of them: how deep
 * its stack is and where the registers of its caller are. It is what a compiler would have said in call frame information.
 */
import { carryOut } from './carry-out.ts';
import { CONSTANT, FIRST_OPAQUE, FrameState, type Value } from './frame-state.ts';
import type { Instruction } from './instruction.ts';

/** Work for one function: instructions, those that are met again counted again, each by what is known there. */
export const MAX_WORK = 30_000;
/** Registers and words that are known at an instruction and cost as much as the instruction itself. */
const KNOWN_PER_WORK = 16;

export interface Code {
  /** The instruction at an address; undefined where its bytes are not there. */
  readonly decode: (at: number) => Instruction | undefined;
  readonly literal: (at: number) => number | undefined;
  /** Registers that a call may change. */
  readonly scratch: readonly number[];
  readonly stackPointer: number;
}

export interface FunctionBounds {
  readonly start: number;
  /** First address behind it. */
  readonly end: number;
}

export interface Followed {
  readonly state: FrameState;
  /** Whether two ways lead here that left the stack at different depths, or no way that could be followed. */
  readonly isUnsure: boolean;
}

export interface FollowedFunction {
  /** What is known before the instruction at `at`. */
  readonly before: (at: number) => Followed | undefined;
  /** What is known before the instruction that ends at `end`: a call. */
  readonly beforeEnd: (end: number) => Followed | undefined;
  /** Whether the function returns from an exception (RISC-V mret). */
  readonly leavesTrap: boolean;
  /** Work that it took. */
  readonly work: number;
  /** Where the value of a base was loaded from, where nothing else is known of it. */
  readonly origins: ReadonlyMap<number, Value>;
}

export function followFunction(bounds: FunctionBounds, wanted: number, code: Code): FollowedFunction {
  const walk = new Walk(bounds, code);
  walk.start(bounds.start, new FrameState(code.stackPointer), false);
  walk.seedUnreached(wanted);
  return {
    before: (at) => walk.before(at),
    beforeEnd: (end) => [4, 2].map((size) => walk.endingAt(end, size)).find((followed) => followed !== undefined),
    leavesTrap: walk.leavesTrap,
    origins: walk.origins,
    work: walk.work,
  };
}

interface Visited {
  readonly state: FrameState;
  readonly size: number;
  isUnsure: boolean;
}

class Walk {
  leavesTrap = false;
  readonly origins = new Map<number, Value>();
  work = 0;
  private readonly bounds: FunctionBounds;
  private readonly code: Code;
  private readonly visited = new Map<number, Visited>();
  private readonly pending: { readonly at: number; readonly state: FrameState }[] = [];
  /** Behind jumps: instructions there are reached in ways that cannot be followed, if at all. */
  private readonly behindJumps = new Set<number>();
  private readonly opaques = new Map<number, Value>();
  private body: FrameState | undefined;
  private isGuessing = false;

  constructor(bounds: FunctionBounds, code: Code) {
    this.bounds = bounds;
    this.code = code;
  }

  start(at: number, state: FrameState, isGuess: boolean): void {
    this.isGuessing = isGuess;
    this.reach(at, state);
    for (let next = this.pending.pop(); next; next = this.pending.pop()) {
      this.work += 1 + next.state.size / KNOWN_PER_WORK;
      if (this.work > MAX_WORK) return;
      this.step(next.at, next.state);
    }
  }

  /** Targets of jumps through registers are not known: the instructions behind other jumps are, with the function's usual frame. */
  seedUnreached(wanted: number): void {
    for (const at of [...this.behindJumps].sort((left, right) => left - right)) {
      if (this.isReached(wanted) || at > wanted) return;
      if (this.body && !this.visited.has(at)) this.start(at, this.body.copy(), true);
    }
  }

  before(at: number): Followed | undefined {
    const found = this.visited.get(at);
    return found && { state: found.state, isUnsure: found.isUnsure };
  }

  endingAt(end: number, size: number): Followed | undefined {
    return this.visited.get(end - size)?.size === size ? this.before(end - size) : undefined;
  }

  private isReached(wanted: number): boolean {
    return [0, 2, 4].some((back) => {
      const size = this.visited.get(wanted - back)?.size;
      return size !== undefined && (back === 0 || size === back);
    });
  }

  private reach(at: number, state: FrameState): void {
    const known = this.visited.get(at);
    if (!known) {
      const size = this.code.decode(at)?.size;
      if (size === undefined || !this.isInside(at, state)) return;
      this.visited.set(at, { state: state.copy(), size, isUnsure: this.isGuessing });
      this.pending.push({ at, state });
      return;
    }
    if (!known.state.hasSameDepth(state)) {
      known.isUnsure = true;
      return;
    }
    if (known.state.meet(state, (register) => this.opaque(at, 'where ways meet', register))) {
      this.pending.push({ at, state: known.state.copy() });
    }
  }

  /** Code outside of the function is followed only where it will come back: compilers share prologues that way. */
  private isInside(at: number, state: FrameState): boolean {
    if (at >= this.bounds.start && at < this.bounds.end) return true;
    for (const [register, { base, offset }] of state.changed()) {
      if (base !== CONSTANT || this.code.scratch.indexOf(register) < 0) continue;
      const back = offset >>> 0;
      if (this.visited.get(back - 4)?.size === 4 && back < this.bounds.end) return true;
    }
    return false;
  }

  private step(at: number, state: FrameState): void {
    const instruction = this.code.decode(at);
    if (!instruction) return;
    const isConditional = state.conditional > 0;
    const { flow } = instruction;
    // What stood before is needed by few: copies are what this walk costs.
    const before = isConditional || flow.kind === 'jump-register' ? state.copy() : state;
    state.conditional = instruction.conditionalCount ?? Math.max(0, state.conditional - 1);
    const around = {
      opaque: (register: number) => this.opaque(at, 'behind it', register),
      literal: this.code.literal,
      loaded: (base: number, from: Value) => void this.origins.set(base, from),
    };
    const jumpTarget =
      flow.kind === 'jump-register' && before.get(flow.register).base === CONSTANT
        ? before.get(flow.register).offset >>> 0
        : undefined;
    for (const effect of instruction.effects) carryOut(effect, state, around);
    if (isConditional) this.stepConditionally(at, before, state, instruction);
    else this.leave(at, state, instruction, jumpTarget, before);
  }

  /** Both with and without having been carried out. */
  private stepConditionally(at: number, before: FrameState, after: FrameState, instruction: Instruction): void {
    const { flow, size } = instruction;
    before.conditional = after.conditional;
    if (flow.kind === 'jump') for (const target of flow.targets) this.reach(target, after.copy());
    if (flow.kind === 'call') this.forgetScratch(at, after);
    if (flow.kind === 'next' || flow.kind === 'call') {
      if (before.hasSameDepth(after)) before.meet(after, (register) => this.opaque(at, 'if carried out', register));
    }
    this.reach(at + size, before);
  }

  private leave(
    at: number,
    state: FrameState,
    { flow, size }: Instruction,
    jumpTarget: number | undefined,
    before: FrameState,
  ): void {
    const next = at + size;
    switch (flow.kind) {
      case 'next':
        this.reach(next, state);
        return;
      case 'call':
        this.body ??= state.copy();
        this.forgetScratch(at, state);
        this.reach(next, state);
        return;
      case 'branch':
        this.reach(flow.target, state.copy());
        this.reach(next, state);
        return;
      case 'jump':
        this.behindJumps.add(next);
        for (const target of flow.targets) this.reach(target, state.copy());
        return;
      case 'jump-register':
        this.behindJumps.add(next);
        if (jumpTarget !== undefined) this.reach(jumpTarget, state);
        else if (before.get(flow.register).base >= FIRST_OPAQUE) this.body ??= before;
        return;
      case 'leave-trap':
        this.leavesTrap = true;
        this.behindJumps.add(next);
        return;
      case 'leave':
        this.behindJumps.add(next);
    }
  }

  private forgetScratch(at: number, state: FrameState): void {
    for (const register of this.code.scratch) state.set(register, this.opaque(at, 'behind it', register));
  }

  /** The same place always gives the same value, or following a loop would never end. */
  private opaque(at: number, place: (typeof PLACES)[number], register: number): Value {
    const key = (at * PLACES.length + PLACES.indexOf(place)) * REGISTERS + register;
    const known = this.opaques.get(key);
    if (known !== undefined) return known;
    const value = { base: FIRST_OPAQUE + this.opaques.size, offset: 0 };
    this.opaques.set(key, value);
    return value;
  }
}

/** Where at an instruction a register gets a value that nothing is known of. */
const PLACES = ['where ways meet', 'behind it', 'if carried out'] as const;
/** More than DWARF numbers of any machine here; addresses of 32 bits leave room for them in an exact number. */
const REGISTERS = 2 ** 16;
