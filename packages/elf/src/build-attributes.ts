/**
 * For which processor a file was built: `.ARM.attributes` ("Addenda to, and Errata in, the ABI for the Arm Architecture",
 * section 3) and `.riscv.attributes` (RISC-V ELF psABI, "Attributes").
 */
import { ByteReader, stringAt } from '@noinit/bytes';
import type { ElfFile } from './elf-file.ts';
import { refusing } from './refusal.ts';
import { findSection, sectionBytes } from './section-bytes.ts';

/** Attributes of one file that are kept; there are some fifty. */
export const MAX_BUILD_ATTRIBUTES = 256;

export type BuildAttributes = ArmAttributes | RiscvAttributes;

/** What is not said, or by a number that nobody defined, is absent. */
export interface ArmAttributes {
  readonly kind: 'arm';
  /** As the linker was told: `7E-M`, `Cortex-M4`. */
  readonly cpu?: string;
  readonly architecture?: ArmArchitecture;
  readonly profile?: 'application' | 'real-time' | 'microcontroller' | 'classic';
  /** Floating point instructions that the file may use. */
  readonly floatingPoint?: FloatingPoint;
  /** All that the file says, by tag. */
  readonly values: ReadonlyMap<number, number | string>;
}

export interface RiscvAttributes {
  readonly kind: 'riscv';
  /** `rv32i2p0_m2p0_c2p0`: base and extensions with their versions. */
  readonly architecture?: string;
  /** Bytes that the stack pointer is a multiple of. */
  readonly stackAlign?: number;
  readonly values: ReadonlyMap<number, number | string>;
}

/** By Tag_CPU_arch. */
const ARM_ARCHITECTURES = [
  ...(['pre-v4', 'v4', 'v4T', 'v5T', 'v5TE', 'v5TEJ', 'v6', 'v6KZ', 'v6T2', 'v6K', 'v7', 'v6-M', 'v6S-M', 'v7E-M'] as const),
  ...(['v8-A', 'v8-R', 'v8-M.baseline', 'v8-M.mainline', 'v8.1-A', 'v8.2-A', 'v8.3-A', 'v8.1-M.mainline', 'v9-A'] as const),
] as const;
export type ArmArchitecture = (typeof ARM_ARCHITECTURES)[number];

/** By Tag_FP_arch. */
const FLOATING_POINT = ['none', 'VFPv1', 'VFPv2', 'VFPv3', 'VFPv3-D16', 'VFPv4', 'VFPv4-D16', 'FPv5', 'FPv5-D16'] as const;
export type FloatingPoint = (typeof FLOATING_POINT)[number];

/** What the file as a whole says of itself; undefined without such a section. Throws 'unsupported-elf' where it is damaged. */
export function readBuildAttributes(elf: ElfFile): BuildAttributes | undefined {
  if (elf.machine !== 'arm' && elf.machine !== 'riscv') return undefined;
  const section = findSection(elf, elf.machine === 'arm' ? '.ARM.attributes' : '.riscv.attributes');
  if (!section) return undefined;
  const vendor = elf.machine === 'arm' ? 'aeabi' : 'riscv';
  const values = refusing(section.name, () => readValues(sectionBytes(elf, section), vendor, elf.littleEndian));
  return vendor === 'aeabi' ? describeArm(values) : describeRiscv(values);
}

/** The format's version `A`, then for each vendor a length, a name and parts; each part has a tag, a length and attributes. */
function readValues(bytes: Uint8Array, vendor: string, littleEndian: boolean): Map<number, number | string> {
  const values = new Map<number, number | string>();
  const reader = new ByteReader(bytes, { littleEndian });
  if (reader.atEnd || reader.u8() !== VERSION) return values;
  while (reader.remaining > 0) {
    const end = reader.offset + reader.u32();
    const name = stringAt(bytes, reader.offset, vendor.length + 1);
    if (end <= reader.offset) break;
    if (name === vendor) {
      const parts = new ByteReader(bytes.subarray(0, end), { offset: reader.offset + name.length + 1, littleEndian });
      while (parts.remaining > 0 && readPart(parts, vendor, values));
    }
    reader.offset = end;
  }
  return values;
}

/** Attributes of single sections and symbols are passed over: linkers merge them into the file's. */
function readPart(reader: ByteReader, vendor: string, values: Map<number, number | string>): boolean {
  const start = reader.offset;
  const tag = reader.uleb();
  const end = start + reader.u32();
  if (end <= reader.offset) return false;
  const bytes = reader.bytes.subarray(0, end);
  if (tag === TAG_FILE) readAttributes(new ByteReader(bytes, { offset: reader.offset }), vendor, values);
  reader.offset = end;
  return true;
}

function readAttributes(reader: ByteReader, vendor: string, values: Map<number, number | string>): void {
  while (!reader.atEnd && values.size < MAX_BUILD_ATTRIBUTES) {
    const tag = reader.uleb();
    if (vendor === 'aeabi' && tag === ARM.compatibility) {
      reader.uleb();
      reader.cstring();
    } else values.set(tag, isText(vendor, tag) ? reader.cstring() : reader.uleb());
  }
}

/** Odd tags are texts, for ARM from 32 on and of those below two more. */
function isText(vendor: string, tag: number): boolean {
  if (vendor === 'aeabi' && tag < 32) return tag === ARM.CPU_raw_name || tag === ARM.CPU_name;
  return tag % 2 === 1;
}

function describeArm(values: ReadonlyMap<number, number | string>): ArmAttributes {
  const cpu = values.get(ARM.CPU_name);
  const architecture = ARM_ARCHITECTURES[Number(values.get(ARM.CPU_arch))];
  const profile = PROFILES.get(Number(values.get(ARM.CPU_arch_profile)));
  // What is not said is 0; only a file that says nothing at all leaves it open.
  const floatingPoint = values.size === 0 ? undefined : FLOATING_POINT[Number(values.get(ARM.FP_arch) ?? 0)];
  return {
    kind: 'arm',
    ...(typeof cpu === 'string' ? { cpu } : {}),
    ...(architecture === undefined ? {} : { architecture }),
    ...(profile === undefined ? {} : { profile }),
    ...(floatingPoint === undefined ? {} : { floatingPoint }),
    values,
  };
}

function describeRiscv(values: ReadonlyMap<number, number | string>): RiscvAttributes {
  const architecture = values.get(RISCV.arch);
  const stackAlign = values.get(RISCV.stack_align);
  return {
    kind: 'riscv',
    ...(typeof architecture === 'string' ? { architecture } : {}),
    ...(typeof stackAlign === 'number' ? { stackAlign } : {}),
    values,
  };
}

const VERSION = 0x41;
const TAG_FILE = 1;
const ARM = { CPU_raw_name: 4, CPU_name: 5, CPU_arch: 6, CPU_arch_profile: 7, FP_arch: 10, compatibility: 32 } as const;
const RISCV = { stack_align: 4, arch: 5 } as const;
const PROFILES: ReadonlyMap<number, NonNullable<ArmAttributes['profile']>> = new Map([
  [0x41, 'application'],
  [0x52, 'real-time'],
  [0x4d, 'microcontroller'],
  [0x53, 'classic'],
]);
