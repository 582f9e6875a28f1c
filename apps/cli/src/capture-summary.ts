/** What a capture took and what it did not, for people and for programs. */
import { type Capture, type LeftOut, sizeOf } from '@noinit/capture';
import { hexAddress } from '@noinit/model';

export interface CaptureFacts {
  readonly file: string;
  readonly bytes: number;
  readonly elf: string | undefined;
  readonly leftHalted: boolean;
}

/** The object that `--json` prints. */
export function summarizeCapture(capture: Capture, { file, bytes, leftHalted }: CaptureFacts) {
  const { dump, build, core, keyFrom, missingRegisters, missingMemory, cut } = capture;
  const [running, ...others] = dump.threads;
  return {
    file,
    bytes,
    machine: dump.machine,
    ...(core && { core: core.name }),
    build: build ?? null,
    key: { ...dump.key, from: keyFrom },
    pc: hexAddress(running?.registers['pc'] ?? 0),
    registers: { taken: [...Object.keys(running?.registers ?? {}), ...Object.keys(dump.system)], unknown: missingRegisters },
    threads: [running, ...others].map((thread) => ({
      ...(thread?.id !== undefined && { id: hexAddress(thread.id) }),
      ...(thread?.name !== undefined && { name: thread.name }),
      ...(thread?.state !== undefined && { state: thread.state }),
      running: thread?.crashed === true,
      pc: hexAddress(thread?.registers['pc'] ?? 0),
    })),
    regions: dump.regions.map(({ kind, address, bytes }) => ({ kind, address: hexAddress(address), bytes: bytes.length })),
    missing: missingMemory.map((part) => ({
      address: hexAddress(part.start),
      bytes: sizeOf(part),
      what: part.what,
      why: part.why,
    })),
    cut: cut ?? null,
    leftHalted,
  };
}

/** Some lines for a terminal. */
export function describeCapture(capture: Capture, { file, bytes, elf, leftHalted }: CaptureFacts): string {
  const { dump, build, core, missingRegisters, missingMemory } = capture;
  const memory = dump.regions.reduce((sum, region) => sum + region.bytes.length, 0);
  const registers = Object.keys(dump.threads[0]?.registers ?? {}).length + Object.keys(dump.system).length;
  const rows: [string, string][] = [
    ['target', `${core?.name ?? MACHINES[dump.machine]}, ${describePlace(capture)}`],
    ['build', build ?? 'not known: its build id was not found'],
    ['boot', describeBoot(capture)],
    ['registers', `${registers}${missingRegisters.length > 0 ? `; the server has no ${shorten(missingRegisters)}` : ''}`],
    ...(dump.threads.length > 1 ? [['threads', describeThreads(capture)] as [string, string]] : []),
    ['memory', `${count(memory, 'byte')} in ${count(dump.regions.length, 'region')}`],
    ...describeMissing(missingMemory).map((line): [string, string] => ['not taken', line]),
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(10)} ${value}`);
  const explain = `noinit explain ${file}${elf === undefined ? ' --elf FIRMWARE.elf' : ` --elf ${elf}`}`;
  const state = leftHalted ? 'The target stands still.' : 'The target runs again.';
  return `${lines.join('\n')}\n\n${state} ${file} has ${count(bytes, 'byte')}; read it with\n  ${explain}\n`;
}

const MACHINES = { 'cortex-m': 'Cortex-M', riscv32: 'RISC-V 32' } as const;

/** The exception by its number: what it is called is the explanation's. */
function describePlace({ dump }: Capture): string {
  const { pc, xpsr } = dump.threads[0]?.registers ?? {};
  const exception = dump.machine === 'cortex-m' && xpsr !== undefined ? xpsr & 0x1ff : 0;
  return `stopped at ${hexAddress(pc ?? 0)}${exception === 0 ? '' : `, in the handler of exception ${exception}`}`;
}

function describeBoot({ dump, keyFrom }: Capture): string {
  const { lineage = 0, boot = 0 } = dump.key ?? {};
  return keyFrom === 'device'
    ? `${boot} of lineage ${hexAddress(lineage)}`
    : 'not known: the dump has a lineage of its own, drawn at random';
}

function describeThreads({ dump }: Capture): string {
  return dump.threads.map(({ name, id }) => name ?? hexAddress(id ?? 0)).join(', ');
}

/** Many parts with the same reason are one line. */
function describeMissing(missing: readonly LeftOut[]): readonly string[] {
  const byReason = new Map<string, LeftOut[]>();
  for (const part of missing) byReason.set(part.why, [...(byReason.get(part.why) ?? []), part]);
  return [...byReason].map(([why, parts]) => {
    const places = parts.slice(0, MAX_PLACES).map((part) => `${part.what} ${hexAddress(part.start)}+${sizeOf(part)}`);
    const more = parts.length > MAX_PLACES ? ` and ${parts.length - MAX_PLACES} more` : '';
    return `${places.join(', ')}${more}: ${why}`;
  });
}

function shorten(names: readonly string[]): string {
  return names.length <= MAX_NAMES
    ? names.join(' ')
    : `${names.slice(0, MAX_NAMES).join(' ')} and ${names.length - MAX_NAMES} more`;
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

const MAX_PLACES = 4;
const MAX_NAMES = 12;
