/**
 * A crash from an ELF core file (ET_CORE) of a Cortex-M or a RISC-V 32, as gdb's `generate-core-file`, ESP-IDF and converters
 * of other dumps write it. Nothing in it says why it was written: `cause` is `stopped`, and the status registers, where they
 * were captured, tell more.
 */
import { toHex } from '@noinit/bytes';
import {
  type BuildPrefix,
  buildId,
  buildPrefix,
  type Dump,
  type DumpThread,
  type Machine,
  NoinitError,
  type RegisterValues,
} from '@noinit/model';
import { readMemory } from './captured-memory.ts';
import { readCoreHeaders } from './core-headers.ts';
import { type CoreNote, scanNotes } from './core-notes.ts';
import { DamageList } from './damage-list.ts';
import { findCrashedTask, isEspIdf, readSavedTrap } from './esp-idf.ts';
import { readThreads, type ThreadStatus } from './read-threads.ts';
import { readStatusWord } from './status-word.ts';
import { readSystemControlSpace } from './system-registers.ts';
import { isMProfile, readTrapRegisters } from './target-description.ts';

/**
 * Registers of each thread and the memory that is in the file. Never throws for what is cut or wrong inside: that is damage.
 * NoinitError `unreadable-dump` where it is no core file of these machines, or holds no thread.
 */
export function readElfCore(bytes: Uint8Array): Dump {
  const damage = new DamageList();
  const { machine, segments } = readCoreHeaders(bytes, damage);
  const notes = scanNotes(bytes, segments, damage);
  const threads = crashedFirst(readThreads(notes, machine, damage), notes);
  const [crashed] = threads;
  if (crashed === undefined)
    throw new NoinitError('unreadable-dump', 'the core file holds no registers: it has no NT_PRSTATUS note');
  const stackPointers = threads.flatMap(({ registers }) => registers['sp'] ?? []);
  const regions = readMemory(bytes, segments, stackPointers, damage);
  const system = machine === 'cortex-m' ? readSystemControlSpace(regions) : readTrap(crashed, notes, regions);
  const build = findBuild(notes);
  return {
    machine,
    ...(build !== undefined && { build }),
    cause: { kind: 'stopped', ...(crashed.signal !== 0 && { signal: crashed.signal }) },
    threads: finishThreads(threads, { machine, isTrusted: isMProfile(notes), icsr: system['icsr'] }),
    system,
    regions,
    damage: damage.finish(),
  };
}

/** The first note is the thread that stopped, unless a note or the only signal says otherwise. */
function crashedFirst(threads: readonly ThreadStatus[], notes: readonly CoreNote[]): readonly ThreadStatus[] {
  const task = findCrashedTask(notes);
  const signalled = threads.filter(({ signal }) => signal !== 0);
  const named = threads.find(({ id }) => id === task) ?? (signalled.length === 1 ? signalled[0] : undefined);
  return named === undefined ? threads : [named, ...threads.filter((thread) => thread !== named)];
}

function readTrap(crashed: ThreadStatus, notes: readonly CoreNote[], regions: Dump['regions']): RegisterValues {
  return isEspIdf(notes) ? readSavedTrap(crashed.registers, regions) : readTrapRegisters(notes);
}

interface StatusRules {
  readonly machine: Machine;
  readonly isTrusted: boolean;
  readonly icsr: number | undefined;
}

function finishThreads(threads: readonly ThreadStatus[], { machine, isTrusted, icsr }: StatusRules): DumpThread[] {
  return threads.map(({ id, registers }, index) => ({
    ...(id !== 0 && { id }),
    crashed: index === 0,
    ...(machine === 'cortex-m' ? readStatusWord(registers, isTrusted, index === 0 ? icsr : undefined) : { registers }),
  }));
}

/** Some writers copy the program's build id note into the core. */
function findBuild(notes: readonly CoreNote[]): BuildPrefix | undefined {
  const note = notes.find(({ owner, type }) => owner === 'GNU' && type === NT_GNU_BUILD_ID);
  const id = note && buildId(toHex(note.content));
  return id && buildPrefix(id);
}

const NT_GNU_BUILD_ID = 3;
