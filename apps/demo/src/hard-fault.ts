/**
 * What the emulated core lacks: HardFault, and lock-up where a fault strikes inside the HardFault handler.
 * ARMv6-M Architecture Reference Manual, chapter "The ARMv6-M exception model"; README.md lists what is still missing.
 */
import type { RP2040 } from 'rp2040js';

const NMI = 2;
const HARD_FAULT = 3;
const THUMB_BIT = 1 << 24;
const PSR_OFFSET = 0x1c;
const ROM_SIZE = 0x4000;
const FLASH_BASE = 0x10000000;
const RAM_BASE = 0x20000000;
/** From here on the memory map is devices or execute-never. */
const EXECUTE_NEVER = 0x40000000;
const USB_RAM_BASE = 0x50100000;
const SIO_BASE = 0xd0000000;
const SIO_SIZE = 0x180;
const SYSTEM_CONTROL_PAGE = 0xe000e;

/** Thrown by a bus access, caught by `step`: the instruction stops before it changes a register. */
const BUS_ERROR = new Error('bus error');

/** A core that faults. Use `step` in place of the core's own `executeInstruction`. */
export class FaultingCore {
  readonly #mcu: RP2040;
  #thumb = true;
  #undefined = false;
  #lockedUp = false;
  /** LR before the instruction under way: BLX overwrites it before its target can be looked at. */
  #lr = 0;

  constructor(mcu: RP2040) {
    this.#mcu = mcu;
    this.#checkAccesses();
    this.#followThumbBit();
    // The emulator reports UDF and BKPT (no debugger is attached) here, and other undefined instructions as a warning of its core.
    mcu.onBreak = () => {
      this.#undefined = true;
    };
    const ignore = () => undefined;
    const warn = (component: string) => {
      if (component === 'CortexM0Core') this.#undefined = true;
    };
    mcu.logger = { debug: ignore, info: ignore, error: ignore, warn };
  }

  /** A locked-up core executes nothing until it is reset. */
  get lockedUp(): boolean {
    return this.#lockedUp;
  }

  /** Takes a pending interrupt, then executes one instruction or the fault it causes. Returns cycles. */
  step(): number {
    const { core } = this.#mcu;
    if (core.interruptsUpdated && core.checkForInterrupts()) core.waiting = false;
    if (this.#lockedUp) return 1;
    const pc = core.PC;
    this.#lr = core.LR;
    if (!this.#thumb || pc >= EXECUTE_NEVER) return this.#fault(pc);
    try {
      const cycles = core.executeInstruction();
      return this.#undefined ? this.#fault(pc) : cycles;
    } catch (error) {
      if (error !== BUS_ERROR) throw error;
      return this.#fault(pc);
    }
  }

  #fault(pc: number): number {
    const { core } = this.#mcu;
    this.#undefined = false;
    core.PC = pc;
    if (core.IPSR === HARD_FAULT || core.IPSR === NMI) this.#lockedUp = true;
    else core.exceptionEntry(HARD_FAULT);
    return 1;
  }

  /** EPSR.T comes from bit 0 of every interworking branch, vector and stacked xPSR; with T = 0 the next instruction faults. */
  #followThumbBit(): void {
    const { core } = this.#mcu;
    const branch = core.BXWritePC.bind(core);
    core.BXWritePC = (target) => {
      const isExceptionReturn = core.IPSR !== 0 && target >>> 28 === 0xf;
      if (!isExceptionReturn) this.#thumb = (target & 1) === 1;
      branch(target);
    };
    core.blTaken = (_core, blx) => {
      if (!blx) return;
      const register = (this.#mcu.readUint16(core.LR - 3) >> 3) & 0xf;
      const target = register === 14 ? this.#lr : (core.registers[register] ?? 0);
      this.#thumb = (target & 1) === 1;
      core.PC = target & ~1;
    };
    const enter = core.exceptionEntry.bind(core);
    core.exceptionEntry = (exception) => this.#enter(() => enter(exception));
    const leave = core.exceptionReturn.bind(core);
    core.exceptionReturn = (excReturn) => {
      const frame = (excReturn & 0xf) === 0xd ? core.SPprocess : core.SPmain;
      const psr = core.readUint32(frame + PSR_OFFSET);
      leave(excReturn);
      this.#thumb = (psr & THUMB_BIT) !== 0;
    };
  }

  /** Exception entry; a frame that cannot be stacked locks the core up (README.md: simpler than hardware). */
  #enter(enter: () => void): void {
    const { core } = this.#mcu;
    try {
      enter();
      const psr = (core.LR === 0xfffffffd ? core.SPprocess : core.SPmain) + PSR_OFFSET;
      if (!this.#thumb) core.writeUint32(psr, core.readUint32(psr) & ~THUMB_BIT);
    } catch (error) {
      if (error !== BUS_ERROR) throw error;
      this.#lockedUp = true;
    }
    this.#thumb = (core.PC & 1) === 1;
    core.PC &= ~1;
  }

  #checkAccesses(): void {
    const { core } = this.#mcu;
    const mcu = this.#mcu;
    const readable = (address: number, size: number) => this.#checked(address >>> 0, size, true);
    const writable = (address: number, size: number) => this.#checked(address >>> 0, size, false);
    core.readUint32 = (address) => mcu.readUint32(readable(address, 4));
    core.readUint16 = (address) => mcu.readUint16(readable(address, 2));
    core.readUint8 = (address) => mcu.readUint8(readable(address, 1));
    core.writeUint32 = (address, value) => mcu.writeUint32(writable(address, 4), value);
    core.writeUint16 = (address, value) => mcu.writeUint16(writable(address, 2), value);
    core.writeUint8 = (address, value) => mcu.writeUint8(writable(address, 1), value);
  }

  /** The address, if it is aligned (ARMv6-M has no unaligned access) and something answers there. */
  #checked(address: number, size: number, read: boolean): number {
    if ((address & (size - 1)) !== 0) throw BUS_ERROR;
    const { sram, flash } = this.#mcu;
    if (address >= RAM_BASE && address < RAM_BASE + sram.length) return address;
    if (read && address >= FLASH_BASE && address < FLASH_BASE + flash.length) return address;
    if (read && address < ROM_SIZE) return address;
    if (address >= USB_RAM_BASE && address < USB_RAM_BASE + this.#mcu.usbDPRAM.length) return address;
    if (address >= SIO_BASE && address < SIO_BASE + SIO_SIZE) return address;
    if (address >>> 12 === SYSTEM_CONTROL_PAGE || this.#mcu.findPeripheral(address) !== undefined) return address;
    throw BUS_ERROR;
  }
}
