/** Writes a dump as an ELF core file that gdb reads: the bridge to the tool we compare ourselves with. */
import { ByteWriter, concatBytes } from '@noinit/bytes';
import type { Dump, DumpThread } from '@noinit/model';

const EHDR_SIZE = 52;
const PHDR_SIZE = 32;
const PT_LOAD = 1;
const PT_NOTE = 4;
const EM_ARM = 40;
/** EF_ARM_EABI_VER5: without it gdb takes the file for an old ABI. */
const ARM_EABI_5 = 0x0500_0000;
/** Arm's elf_prstatus: pr_reg starts 72 bytes in and holds 18 words. */
const PRSTATUS_SIZE = 148;
const PRSTATUS_REGISTERS = 72;
const SIGSEGV = 11;
const ARM_REGISTERS = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10', 'r11', 'r12', 'sp', 'lr', 'pc', 'xpsr'];

/** An ET_CORE file for ARM: one NT_PRSTATUS a thread, one PT_LOAD a region. */
export function makeElfCore(dump: Dump): Uint8Array {
  const notes = concatBytes(dump.threads.map((thread, index) => prstatus(thread, index + 1)));
  const segments = [
    { type: PT_NOTE, address: 0, bytes: notes },
    ...dump.regions.map((region) => ({ type: PT_LOAD, address: region.address as number, bytes: region.bytes })),
  ];
  const headers = new ByteWriter();
  let offset = EHDR_SIZE + PHDR_SIZE * segments.length;
  for (const { type, address, bytes } of segments) {
    const memorySize = type === PT_LOAD ? bytes.length : 0;
    headers.u32(type).u32(offset).u32(address).u32(0).u32(bytes.length).u32(memorySize).u32(6).u32(4);
    offset += bytes.length;
  }
  return concatBytes([elfHeader(segments.length), headers.toBytes(), ...segments.map(({ bytes }) => bytes)]);
}

function elfHeader(segmentCount: number): Uint8Array {
  return new ByteWriter()
    .bytes([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    .u16(4)
    .u16(EM_ARM)
    .u32(1)
    .u32(0)
    .u32(EHDR_SIZE)
    .u32(0)
    .u32(ARM_EABI_5)
    .u16(EHDR_SIZE)
    .u16(PHDR_SIZE)
    .u16(segmentCount)
    .u16(40)
    .u16(0)
    .u16(0)
    .toBytes();
}

function prstatus(thread: DumpThread, id: number): Uint8Array {
  const status = new ByteWriter();
  status.u32(SIGSEGV).u32(0).u32(0).u16(SIGSEGV).u16(0);
  status.bytes(new Uint8Array(24 - status.length)).u32(id);
  status.bytes(new Uint8Array(PRSTATUS_REGISTERS - status.length));
  for (const name of ARM_REGISTERS) status.u32(thread.registers[name] ?? 0);
  status.bytes(new Uint8Array(PRSTATUS_SIZE - status.length));
  return new ByteWriter()
    .u32(5)
    .u32(PRSTATUS_SIZE)
    .u32(1)
    .bytes([0x43, 0x4f, 0x52, 0x45, 0, 0, 0, 0])
    .bytes(status.toBytes())
    .toBytes();
}
