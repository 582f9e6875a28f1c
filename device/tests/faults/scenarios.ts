/** What ends a boot on the boards, and what must be recorded of it: the table that faults.test.ts goes through. */
import type { Board } from '../firmware.ts';
import type { Where } from './crash-run.ts';

const ALWAYS: readonly Board[] = ['microbit', 'mps2-an385', 'mps2-an386', 'mps2-an500', 'mps2-an505', 'mps3-an547'];

/** By architecture; of each the first ones are always tried, the others with `NOINIT_BOARDS=all`: the same cores in other machines. */
export const V6: readonly Board[] = ['microbit'];
const V7: readonly Board[] = [
  ...(['mps2-an385', 'mps2-an386', 'mps2-an500'] as const),
  ...(['mps2-an511', 'lm3s6965evb', 'emcraft-sf2', 'netduino2', 'netduinoplus2'] as const),
];
export const V8: readonly Board[] = ['mps2-an505', 'mps3-an547', 'mps2-an521', 'mps3-an524', 'musca-b1'];
const CORTEX_M: readonly Board[] = [...V6, ...V7, ...V8];
export const TRIED = CORTEX_M.filter((board) => process.env['NOINIT_BOARDS'] === 'all' || ALWAYS.includes(board));
export const WITH_FLOATS: readonly Board[] = ['mps2-an386', 'mps2-an500', 'netduinoplus2', 'mps2-an505', 'mps3-an547'];
/** Those with a status of their faults. */
export const MAINLINE: readonly Board[] = [...V7, ...V8];
/** Where an access to 0xb0000000 is a bus error; elsewhere QEMU reads 0, or has memory there. */
const SILENT: readonly Board[] = ['lm3s6965evb', 'netduino2', 'mps3-an524', 'mps3-an547'];
const BUS_ERRORS = CORTEX_M.filter((board) => !SILENT.includes(board));

export const EXCEPTION = { hardFault: 3, memManage: 4, busFault: 5, usageFault: 6 } as const;
const FORCED = 0x4000_0000;

/** Named variables of a call, as a trace writes their values. */
export type Call = readonly [name: string, values?: Readonly<Record<string, string>>];

/** Of the processor: docs/formats/crash.md, register set 3. ARMv6-M has none of it, and takes each fault as a HardFault. */
export interface Status {
  readonly exception: number;
  readonly cfsr: number;
  readonly hfsr: number;
  readonly mmfar?: (address: (symbol: string) => number) => number;
  readonly bfar?: number;
}

export interface Fault {
  readonly title: string;
  /** The function of the firmware. */
  readonly scenario: string;
  readonly boards: readonly Board[];
  readonly status: Status;
  /** From the function that faulted to the one that the firmware was asked to call. */
  readonly calls: readonly Call[];
  /** Its pc is no code of the function that made the jump. */
  readonly isJump?: true;
  /** Bytes from the instruction to the pc that the processor keeps; 0 unless given. */
  readonly past?: number;
  /** A register that QEMU has overwritten when it finds the fault, and no processor. */
  readonly spoilt?: RegExp;
  readonly sentence: RegExp;
}

const usage = (cfsr: number): Status => ({ exception: EXCEPTION.usageFault, cfsr, hfsr: 0 });

export const FAULTS: readonly Fault[] = [
  {
    title: 'an undefined instruction',
    scenario: 'fault_undefined',
    boards: CORTEX_M,
    status: usage(0x0001_0000),
    calls: [['fault_undefined']],
    sentence: /^fault_undefined .* undefined instruction|^HardFault in fault_undefined .*undefined/,
  },
  {
    title: 'an undefined instruction on a stack of an odd number of words',
    scenario: 'fault_padded',
    boards: CORTEX_M,
    status: usage(0x0001_0000),
    calls: [['fault_padded']],
    sentence: /^fault_padded .* undefined instruction/,
  },
  {
    title: 'a division by zero',
    scenario: 'fault_divide',
    boards: MAINLINE,
    status: usage(0x0200_0000),
    calls: [['fault_divide']],
    spoilt: /^r\d$/,
    sentence: /^fault_divide .* divided by zero/,
  },
  {
    title: 'a word read at an odd address',
    scenario: 'fault_unaligned',
    boards: CORTEX_M,
    status: usage(0x0100_0000),
    calls: [['fault_unaligned']],
    sentence: /^fault_unaligned .*not aligned|^fault_unaligned .* HardFault|unaligned/,
  },
  {
    title: 'a call of NULL',
    scenario: 'fault_call_null',
    boards: CORTEX_M,
    status: usage(0x0002_0000),
    isJump: true,
    calls: [['fault_call_null', { nothing: 'NULL' }]],
    sentence: /^Called address 0x00000000 from fault_call_null .*nothing is NULL/,
  },
  {
    title: 'a jump to an even address',
    scenario: 'fault_jump_even',
    boards: CORTEX_M,
    status: usage(0x0002_0000),
    isJump: true,
    calls: [['fault_jump_even']],
    sentence: /^Called address 0x[0-9a-f]{8}, which lacks the Thumb bit, from fault_jump_even .*: even is/,
  },
  {
    title: 'a call of data',
    scenario: 'fault_call_data',
    boards: CORTEX_M,
    status: usage(0x0001_0000),
    isJump: true,
    calls: [['fault_call_data']],
    sentence: /^Called address 0x[0-9a-f]{8} from fault_call_data .*: variable is/,
  },
  {
    title: 'a call of data that the MPU lets nobody execute',
    scenario: 'fault_call_protected',
    boards: MAINLINE,
    status: { exception: EXCEPTION.memManage, cfsr: 0x01, hfsr: 0 },
    isJump: true,
    calls: [['fault_call_data'], ['fault_call_protected']],
    sentence: /^Called address 0x[0-9a-f]{8} from fault_call_data .*: variable is/,
  },
  {
    title: 'a call of a device’s registers',
    scenario: 'fault_call_device',
    boards: MAINLINE,
    status: { exception: EXCEPTION.memManage, cfsr: 0x01, hfsr: 0 },
    isJump: true,
    calls: [['fault_call_device', { device: '0x40004001' }]],
    sentence: /^Called address 0x40004000 from fault_call_device .*: device is/,
  },
  {
    title: 'a read where nothing is',
    scenario: 'fault_read_unmapped',
    boards: BUS_ERRORS,
    status: { exception: EXCEPTION.busFault, cfsr: 0x8200, hfsr: 0, bfar: 0xb000_0000 },
    calls: [['fault_read_unmapped']],
    sentence: /^fault_read_unmapped .*0xb0000000/,
  },
  {
    title: 'a write where nothing is',
    scenario: 'fault_write_unmapped',
    boards: BUS_ERRORS,
    status: { exception: EXCEPTION.busFault, cfsr: 0x8200, hfsr: 0, bfar: 0xb000_0008 },
    calls: [['fault_write_unmapped']],
    sentence: /^fault_write_unmapped .*0xb0000008/,
  },
  {
    // v8-M cannot forbid privileged code to read.
    title: 'a read that the MPU forbids',
    scenario: 'fault_read_protected',
    boards: V7,
    status: { exception: EXCEPTION.memManage, cfsr: 0x82, hfsr: 0, mmfar: (address) => address('data') },
    calls: [['fault_read_protected']],
    sentence: /^fault_read_protected .* memory protection forbids/,
  },
  {
    title: 'a write that the MPU forbids',
    scenario: 'fault_write_protected',
    boards: MAINLINE,
    status: { exception: EXCEPTION.memManage, cfsr: 0x82, hfsr: 0, mmfar: (address) => address('data') + 12 },
    calls: [['fault_write_protected']],
    sentence: /^fault_write_protected .* memory protection forbids/,
  },
  {
    title: 'a floating-point instruction without a unit for it',
    scenario: 'fault_no_coprocessor',
    boards: MAINLINE,
    status: usage(0x0008_0000),
    calls: [['fault_no_coprocessor']],
    sentence: /^fault_no_coprocessor .* floating-point unit/,
  },
  {
    // Silicon says DEBUGEVT in HFSR; QEMU says FORCED.
    title: 'a breakpoint without a debugger',
    scenario: 'fault_breakpoint',
    boards: CORTEX_M,
    status: { exception: EXCEPTION.hardFault, cfsr: 0, hfsr: FORCED },
    calls: [['fault_breakpoint']],
    sentence: /^fault_breakpoint .* breakpoint|^HardFault in fault_breakpoint/,
  },
  {
    title: 'a supervisor call while interrupts are masked',
    scenario: 'fault_svc_masked',
    boards: CORTEX_M,
    status: { exception: EXCEPTION.hardFault, cfsr: 0, hfsr: FORCED },
    past: 2,
    calls: [['fault_svc_masked']],
    sentence: /fault_svc_masked/,
  },
];

/** What main.c's chain of calls has in its variables. */
const chain = (seed: number): readonly Call[] => [
  ['inner', { before: '0', halves: '{4369, 8738, 4660}' }],
  ['middle', { number: `${2 * seed}`, sensor: '{id = 4660, celsius = -5, name = "iron"}' }],
  ['outer', { kept: `${seed + 1}` }],
];
const MAIN: readonly Call[] = [['end_boot'], ['main'], ['reset_entry']];
const weighed: readonly Call[] = [...chain(30), ['weigh', { half: '0.75', twice: '3.0' }]];
const interrupted = (number: number): readonly Call[] => [[`<IRQ ${number} (irq${number}_entry)>`], ['interrupt']];
const handled = (number: number): readonly Call[] => [
  ...chain(number),
  ['handle', { handled: `${100 + number}` }],
  [`irq${number}_entry`],
  ...interrupted(number),
];
const CALM: Call = ['be_interrupted', { calm: '77' }];

/** Who called the scenario, outwards; an exception stands in angle brackets. */
export const CALLERS: Readonly<Record<Where, readonly Call[]>> = {
  main: [...chain(20), ...MAIN],
  interrupt: [...handled(2), CALM, ...MAIN],
  'nested interrupt': [
    ...handled(3),
    ['handle_and_be_interrupted', { interrupted: '202' }],
    ['irq2_entry'],
    ...interrupted(2),
    CALM,
    ...MAIN,
  ],
  thread: [...chain(20), ['in_thread'], ['run_code']],
  'interrupt of a thread': [...handled(2), CALM, ['run_code']],
  'main with floats': [...weighed, ...MAIN],
  'thread with floats': [...weighed, ['weigh_in_thread'], ['run_code']],
  'unprivileged thread': [...chain(20), ['in_unprivileged_thread'], ['run_code']],
};

/** Bits of EXC_RETURN: 0x10 no floating-point frame, 8 to a thread's code, 4 to its own stack. */
export function excReturnOf(where: Where): number {
  const isThread = where.includes('thread');
  const isHandler = where.includes('interrupt');
  const plain = isHandler ? 0xffff_fff1 : isThread ? 0xffff_fffd : 0xffff_fff9;
  return where.includes('floats') ? plain - 0x10 : plain;
}
