/** What mcause and mtval say (Privileged ISA, "Machine Cause Register"). */
import { hexAddress } from '@noinit/model';
import { readTrapCause, type TrapCause } from '@noinit/unwind';
import { describeAccess } from './describe-access.ts';
import type { Scene } from './scene.ts';
import type { Verdict } from './verdict.ts';

/** Undefined on other machines and where the cause says nothing about a fault. */
export function judgeByTrap(scene: Scene, place: string): Verdict | undefined {
  const { dump, exception } = scene;
  if (dump.machine !== 'riscv32' || exception === undefined) return undefined;
  const trap = readTrapCause(dump.system['mcause'] ?? exception);
  if (!trap.isInterrupt) return judgeException(trap, scene, place);
  return {
    class: 'fault',
    sentence: `A ${trap.name} ended in the fault handler; ${place} was interrupted.`,
    confidence: 'likely',
  };
}

function judgeException({ code, name }: TrapCause, scene: Scene, place: string): Verdict {
  const at = scene.dump.system['mtval'];
  switch (code) {
    case 0:
      return verdict('bad-jump', `${place} jumped to ${text(at)}, which is no address of an instruction.`, at);
    case 1:
    case 12:
      return verdict('bad-jump', `Fetching an instruction at ${place} failed.`, at);
    case 2:
      return verdict('undefined-instruction', `${place} ran into an illegal instruction${encoding(at)}.`, undefined);
    case 3:
      return verdict('breakpoint', `${place} ran into a breakpoint with no debugger attached.`, undefined);
    case 4:
    case 6:
      return access('unaligned-access', 'which is not aligned', code === 4 ? 'load' : 'store', at, scene, place);
    case 5:
    case 7:
      return access('memory-access', 'where the access failed', code === 5 ? 'load' : 'store', at, scene, place);
    case 13:
    case 15:
      return access('memory-access', 'which is not mapped', code === 13 ? 'load' : 'store', at, scene, place);
    case 8:
    case 9:
    case 11:
      return verdict('fault', `${place} made an environment call that nothing handles.`, undefined);
    default:
      return { class: 'fault', sentence: `${capital(name)} in ${place}.`, confidence: 'unsure' };
  }
}

function access(
  kind: Verdict['class'],
  trouble: string,
  direction: 'load' | 'store',
  at: number | undefined,
  scene: Scene,
  place: string,
): Verdict {
  const { action } = scene;
  // Cores may leave mtval at 0 where they do not tell the address.
  const isSame = action?.kind === direction && (at === undefined || at === 0 || at === action.address);
  const described = isSame ? describeAccess(action, scene) : undefined;
  const address = described ? (action?.kind === direction ? action.address : at) : at;
  const what = described?.what ?? `${direction === 'load' ? 'read from' : 'wrote to'} ${text(at)}`;
  const because = described?.because === undefined ? '' : `: ${described.because}`;
  return verdict(kind, `${place} ${what}, ${trouble}${because}.`, address);
}

function verdict(kind: Verdict['class'], sentence: string, at: number | undefined): Verdict {
  return { class: kind, sentence, confidence: 'certain', ...(at !== undefined && { address: hexAddress(at) }) };
}

function text(at: number | undefined): string {
  return at === undefined ? 'an address that was not captured' : hexAddress(at);
}

/** mtval is the instruction itself, or 0 where the core does not tell it. */
function encoding(value: number | undefined): string {
  return value === undefined || value === 0 ? '' : ` (${hexAddress(value)})`;
}

function capital(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
