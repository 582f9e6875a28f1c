/**
 * From a trap handler to the code it interrupted, where software saves the state (RISC-V): by call frame information that
 * says so (a signal frame), else by the handler's own instructions, which tell where it put each register and the pc.
 */
import { type Address, hexAddress } from '@noinit/model';
import { type AppliedRow, applyRow } from './apply-row.ts';
import type { CoreRules } from './cores/core-rules.ts';
import type { TrapRules } from './cores/trap-rules.ts';
import { followTrap } from './find-row.ts';
import { findBounds } from './follow-at.ts';
import { end, makeExactFrame, type PendingFrame, type Step } from './pending-frame.ts';
import type { RegisterSet } from './register-set.ts';
import { findFunctionName, type UnwindTarget } from './target.ts';
import type { UnwoundException } from './unwound-frame.ts';

export interface TrapStep {
  readonly cfa?: Address;
  readonly step: Step;
}

/** Undefined where the frame's function is no trap handler. */
export function stepFromTrap(frame: PendingFrame, lookUp: Address, target: UnwindTarget): TrapStep | undefined {
  const { traps } = target.core;
  if (!traps || !mayBeTrapHandler(lookUp, traps, target)) return undefined;
  const untouched = readUntouched(frame, lookUp, traps, target);
  if (untouched !== undefined) return { step: interrupt(frame.registers, untouched, frame, target, frame.doubtful) };
  const source = followTrap(frame, lookUp, traps, target);
  if (source === 'no-trap') return undefined;
  const applied = source && applyRow(source.row, frame.registers, target);
  if (applied && applied.returnAddress.kind !== 'none') {
    const doubt = source?.doubt ?? frame.doubtful;
    return { cfa: applied.cfa, step: leaveTrap(applied, frame, target, traps, doubt) };
  }
  return { step: leaveUnknownStack(frame, target, traps) };
}

/** A row of a signal frame: its return address is where the interrupted code goes on. */
export function stepFromSignalFrame(applied: AppliedRow, frame: PendingFrame, target: UnwindTarget): Step {
  const { returnAddress } = applied;
  if (returnAddress.kind === 'none') return end('outermost', 'The call frame information says that there is no caller.');
  if (returnAddress.kind === 'not-captured')
    return end('stack-not-captured', 'Where the interrupted pc was saved was not captured.');
  const { core } = target;
  const value = returnAddress.kind === 'value' ? returnAddress.value : frame.registers.get(core.returnRegister);
  if (value === undefined) return end('register-unknown', 'The interrupted pc is in a register that was not captured.');
  return interrupt(applied.registers, value, frame, target, frame.doubtful);
}

/** MIE: a trap clears it. */
const INTERRUPTS_ON = 1 << 3;

/**
 * The pc that a trap interrupted, where a debugger stopped at the first instruction of its handler: all registers are still those
 * of the interrupted code. Undefined where the function may have been called, by its name or out of another handler.
 */
function readUntouched(frame: PendingFrame, lookUp: Address, traps: TrapRules, target: UnwindTarget): number | undefined {
  const { core, memory, system } = target;
  const told = frame.registers.get(traps.trapPc);
  const bounds = findBounds(lookUp, target);
  if (frame.method !== 'captured' || told === undefined || bounds?.start !== frame.pc) return undefined;
  if (((system?.['mstatus'] ?? 0) & INTERRUPTS_ON) !== 0) return undefined;
  const returnAddress = frame.registers.get(core.returnRegister);
  const call = returnAddress === undefined ? 'none' : core.findCallBefore(returnAddress, memory);
  if (typeof call === 'string' || returnAddress === undefined) return told;
  const isCalled =
    call.kind === 'direct' ? call.target === bounds.start : mayBeTrapHandler(core.callAddress(returnAddress), traps, target);
  return isCalled ? undefined : told;
}

function mayBeTrapHandler(lookUp: Address, traps: TrapRules, target: UnwindTarget): boolean {
  const bounds = findBounds(lookUp, target);
  return bounds !== undefined && traps.mayHandleTraps(bounds.start, bounds.end, target.memory);
}

function leaveTrap(
  { registers, returnAddress }: AppliedRow,
  frame: PendingFrame,
  target: UnwindTarget,
  traps: TrapRules,
  doubt: string | undefined,
): Step {
  if (returnAddress.kind === 'not-captured')
    return end('stack-not-captured', 'Where the interrupted pc was saved was not captured.');
  const value = returnAddress.kind === 'value' ? returnAddress.value : registers.get(traps.trapPc);
  if (value === undefined) return end('register-unknown', 'The handler saved the interrupted pc nowhere, and mepc is unknown.');
  if (contradictsMepc(value, frame, traps)) return leaveUnknownStack(frame, target, traps);
  return interrupt(registers, value, frame, target, doubt);
}

/**
 * While the innermost trap is handled mepc still has its pc; a handler may have moved the saved one behind an ecall. What
 * differs more was not read from where the handler put it: a function that it called may have changed the stack.
 */
function contradictsMepc(saved: number, frame: PendingFrame, { trapPc }: TrapRules): boolean {
  const told = frame.registers.get(trapPc);
  return told !== undefined && saved !== told && saved - told !== 2 && saved - told !== 4;
}

/** The handler went to another stack and what leads back is not known: the pc of the trap is. */
function leaveUnknownStack(frame: PendingFrame, target: UnwindTarget, traps: TrapRules): Step {
  const value = frame.registers.get(traps.trapPc);
  if (value === undefined) return end('register-unknown', 'Where the handler saved the interrupted state is not known.');
  const { core } = target;
  const registers = frame.registers.filter((register) => core.isBanked(register));
  return interrupt(registers, value, frame, target, 'Only mepc tells where the trap came; the stack of that code is not known.');
}

function interrupt(
  registers: RegisterSet,
  pc: number,
  frame: PendingFrame,
  target: UnwindTarget,
  doubt: string | undefined,
): Step {
  const { core } = target;
  const cause = core.traps && (registers.get(core.traps.trapCause) ?? frame.registers.get(core.traps.trapCause));
  const interrupted = registers.with([[core.programCounter, pc], ...consumed(core)]);
  const footing = doubt === undefined && frame.footing !== 'searched' ? 'firm' : 'searched';
  const next = makeExactFrame(interrupted, target, { method: 'exception-frame', footing });
  if (!next)
    return end('bad-exception-frame', `The trap frame of the handler at ${hexAddress(frame.pc)} holds no program counter.`);
  const marker: UnwoundException = {
    kind: 'exception',
    exception: nameTrap(cause, frame, target),
    pc: next.pc,
    confidence: doubt === undefined ? 'certain' : 'unsure',
    ...(cause !== undefined && { number: cause }),
    ...(doubt !== undefined && { doubtful: doubt }),
  };
  return { kind: 'interrupted', marker, frame: doubt === undefined ? next : { ...next, doubtful: doubt } };
}

/** They told of this trap; what they held at an outer one is not known. */
function consumed({ traps }: CoreRules): [number, undefined][] {
  return traps
    ? [
        [traps.trapPc, undefined],
        [traps.trapCause, undefined],
      ]
    : [];
}

function nameTrap(cause: number | undefined, frame: PendingFrame, { core, symbols }: UnwindTarget): string {
  if (cause !== undefined && core.traps) return core.traps.nameCause(cause);
  const handler = frame.lookUp === undefined ? undefined : findFunctionName(symbols, frame.lookUp);
  return handler === undefined ? 'trap' : `trap (${handler})`;
}
